"""What happens before the first and after the last job of a run.

Where another workflow uses this one as a module, Snakemake calls none of these hooks.
All that reaches into Snakemake's inside stands here, with its reason and the version
it was seen to be needed with; tests/unit/operations/test_snakemake.py fails for what
is no longer needed.
"""

import gc
import os
import re
import time
from types import SimpleNamespace

from snakemake.io import IOFile
from snakemake.persistence.file import FilePersistence
from snakemake.settings.enums import Quietness

from speechcodes.operations import endings, run_times, runs

RESULTS, STARTED = f"results/{CORPUS}", time.time()
#: The note of this run, until it has ended.
RUNNING = []


def mark_unrecorded():
    """Mark files that Slurm jobs made after their run was killed, to be made again.

    Such a job takes the mark of incomplete files away, but only the run would record
    what they were made with. Without a record, Snakemake (9.27) would never see that
    settings change; with the mark, rerun-incomplete makes them anew.
    """
    marked, records = set(), None
    for path in runs.written_by_slurm(RESULTS):
        records = records or FilePersistence()
        file = IOFile(path)
        record = records.metadata(file)
        if record is None or abs(record.endtime - os.path.getmtime(path)) > 1:
            records.started(SimpleNamespace(output=[file]))
            marked.add(path)
    return marked


def begin_run(logs):
    """Record this run, unless another is active, and end jobs that earlier runs left.

    What it planned is stored for its jobs.
    """
    note = runs.begin(RESULTS, logs)
    try:
        runs.end_jobs(RESULTS, logger.warning)
        if late := mark_unrecorded() - UNRECORDED:
            raise InputError(
                "A Slurm job of an earlier run ended while this one was planned, and "
                f"wrote {min(late)}: give the same command again"
            )
        runs.forget(RESULTS)
        plan.write(STORED, PLAN, os.environ[runs.MARK])
    except InputError:
        note.unlink()
        raise
    RUNNING.append(note)


def as_a_rule(record):
    """Have --quiet rules keep two lines for each job quiet, which it forgets (9.27)."""
    if re.fullmatch(r"(Select jobs to execute|Execute \d+ jobs)\.{3}", str(record.msg)):
        record.quietness = Quietness.RULES
    return True


def failed_jobs():
    """What failed, groups taken apart: no hook is told (Snakemake 9.27)."""
    failed = workflow.scheduler.failed
    single = [job for some in failed for job in getattr(some, "jobs", [some])]
    return [endings.Job(job.rule.name, str(job.log[0])) for job in single if job.log]


def watch_code():
    """Make the package's modules behind each script a param of its rule."""
    for one in workflow.rules:
        ours = one.script and Path(str(one.basedir)) == HERE / "rules"
        if ours and "code" not in one.params.keys():
            one.set_params(code=code_of(HERE / "rules" / one.script))


watch_code()
# Jobs keep large arrays in huge pages where Linux leaves that to them (glibc 2.35 or
# later), which shortens a step of training by up to a fifth.
os.environ.setdefault("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1")
# Before this run is planned, but for jobs, which read the workflow, too.
UNRECORDED = mark_unrecorded() if workflow.is_main_process else set()
# From here on garbage is looked for, but not among what was read: that stays.
gc.freeze()
gc.enable()


onstart:
    logger.addFilter(as_a_rule)
    # With a limit of jobs per second, which no option takes away, Snakemake (9.27) looks
    # for work once more every second for each job that has ended: quadratic.
    workflow.scheduler.job_rate_limiter = None
    from_user(begin_run, log)


onsuccess:
    runs.succeed(RUNNING.pop())
    patterns = benchmarks_of_rules()
    if times := run_times.by_rule(f"benchmarks/{CORPUS}", patterns, since=STARTED):
        print("", endings.of_success(RESULTS, times), sep="\n")


onerror:
    runs.fail(RUNNING.pop())
    print("", endings.of_failure(failed_jobs(), STARTED, *log), sep="\n")
