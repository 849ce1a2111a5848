"""What happens before the first and after the last job of a run."""

import os
from collections import defaultdict
from itertools import chain

from snakemake.logging import logger

from speechcodes import runs


def settings_of_run():
    """Digest of all that results depend on, but for audio and labels."""
    scripts = sorted(Path(workflow.basedir, "scripts").glob("*.py"))
    return digest_of([config, ARCHITECTURES, *map(sources.digest, scripts)])


def is_unrecorded(path, since):
    """Tell whether a file was made since a moment, and Snakemake has no record of it."""
    if not os.path.exists(path) or os.path.getmtime(path) < since:
        return False
    record = workflow.persistence.metadata(path)
    return record is None or abs(record.endtime - os.path.getmtime(path)) > 1


def adopt_results(killed):
    """Record the jobs that killed runs left behind finished, but unrecorded.

    Without a record, Snakemake would never see that their settings change. What they
    were made with is known only if it is the same now.
    """
    began = min(note["started"] for note in killed)
    unrecorded = defaultdict(list)
    for job in workflow.dag.jobs:
        for path in [] if workflow.dag.needrun(job) else job.output:
            if is_unrecorded(path, since=began):
                unrecorded[job].append(str(path))
    settings = {note["settings"] for note in killed}
    if unrecorded and settings != {settings_of_run()}:
        raise WorkflowError(
            "A run that was killed left results behind, and settings or code have "
            "changed since. Undo the change and run again, or remove these files, so "
            f"that they are made anew: {' '.join(chain(*unrecorded.values()))}"
        )
    for job in unrecorded:
        workflow.async_run(workflow.persistence.finished(job))


def print_results():
    """Say where the results of a finished run are."""
    folder = Path("results", CORPUS)
    figures = sorted(str(path) for path in folder.glob("figures/**/*.png"))
    summary = [str(path) for path in [folder / "summary.md"] if path.exists()]
    print("\n".join(["", "Figures:", *figures, "Summary:", *summary]))


# Before Snakemake looks for locks. Not in jobs, which read the workflow, too.
if workflow.is_main_process:
    for sentence in runs.release_locks():
        logger.warning(sentence)


onstart:
    for note in (killed := runs.killed()):
        runs.cancel_jobs(note, logger.warning)
    if killed:
        adopt_results(killed)
    runs.begin(log, settings_of_run())


onsuccess:
    print_results()
