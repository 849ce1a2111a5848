"""What happens before the first and after the last job of a run."""

import os
import time

from snakemake.io import IOFile
from snakemake.logging import logger

from speechcodes.operations import endings, runs


def settings_of_run():
    """Digest of all that results depend on, but for audio and labels."""
    scripts = sorted(Path(workflow.basedir, "scripts").glob("*.py"))
    return digest_of([config, ARCHITECTURES, *map(sources.digest, scripts)])


def is_unrecorded(path, since):
    """Tell whether a file was made since a moment, and Snakemake has no record of it."""
    if not os.path.exists(path) or os.path.getmtime(path) < since:
        return False
    record = workflow.persistence.metadata(IOFile(path))
    return record is None or abs(record.endtime - os.path.getmtime(path)) > 1


def adopt_results(note):
    """Record what an earlier run left behind finished, but unrecorded.

    Without a record, Snakemake would never see that settings change. What it was made
    with is known only if that is the same now. Returns what no job of this run makes.
    """
    jobs = {str(path): job for job in workflow.dag.jobs for path in job.output}
    left = {p for p in note["outputs"] if is_unrecorded(p, since=note["started"])}
    here = {p for p in left & set(jobs) if not workflow.dag.needrun(jobs[p])}
    if here and note["settings"] != settings_of_run():
        raise WorkflowError(
            "A run that did not end well left results behind, and settings or code have "
            "changed since. Undo the change and run again, or remove these files, so "
            f"that they are made anew: {' '.join(sorted(here))}"
        )
    for job in {jobs[path] for path in here}:
        workflow.async_run(workflow.persistence.finished(job))
    return left - set(jobs)


def see_to_earlier_runs():
    """End what earlier runs left at work, and record what they left done."""
    for path, note in runs.unfinished().items():
        runs.end_jobs(path, logger.warning)
        runs.cancel_jobs(note, logger.warning)
        runs.remove_partial(note)
        if not adopt_results(note):
            path.unlink(missing_ok=True)


def begin_run(log):
    """Note this run, unless another is about to make the same."""
    planned = [str(p) for job in workflow.dag.needrun_jobs() for p in job.output]
    note = None
    try:
        note = runs.begin(log, settings_of_run(), planned)
        runs.check_alone(note)
        see_to_earlier_runs()
    except (InputError, WorkflowError) as error:
        if note:
            note.unlink()
        raise WorkflowError(error)
    return note


def told(jobs):
    """What a run's end tells of some jobs, groups taken apart."""
    single = [job for some in jobs for job in getattr(some, "jobs", [some])]
    return [
        endings.Job(job.rule.name, str(job.log[0]), str(job.benchmark))
        for job in single
        if job.log
    ]


#: Where this run is noted, until it succeeds.
NOTE = []
STARTED = time.time()

# Before Snakemake looks for locks. Not in jobs, which read the workflow, too.
if workflow.is_main_process:
    runs.mark()
    for sentence in runs.release_locks():
        logger.warning(sentence)


onstart:
    # With a limit of jobs per second, Snakemake (9.27) looks for work anew, for each job
    # that has ended, every second, which is quadratic; without, once for each.
    workflow.scheduler.job_rate_limiter = None
    NOTE.append(begin_run(log))


onsuccess:
    runs.succeed(NOTE.pop())
    if finished := [job for job in workflow.dag.finished_jobs if job.output]:
        is_pool = any(job.name == "pool" for job in workflow.dag.finished_jobs)
        run = f"{CORPUS}-folds" if is_pool else RUN
        print("", endings.of_success(f"results/{run}", told(finished)), sep="\n")


onerror:
    print("", endings.of_failure(told(workflow.scheduler.failed), STARTED), sep="\n")
