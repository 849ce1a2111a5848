"""What Slurm adds: how many Slurm jobs the published study's run makes (by a dry run on
made-up files of no content), and the demo, run on a cluster of virtual nodes on this
machine and without it. Waiting is from submission to start; the rest of a Slurm job is
its own two starts of Snakemake and what its rules take.

    PYTHONPATH=scripts .venv/bin/python performance/slurm.py
"""

import json
import os
import re
import statistics
import sys
from collections import Counter
from datetime import datetime

import made_up
import measure

sys.path.insert(0, str(measure.ROOT / "tests" / "support"))
sys.path.insert(0, str(measure.ROOT / "tests" / "support" / "local_slurm"))
from cluster import Cluster, missing_programs
from projects import jobs_planned

UTTERANCES = 12_600
PROFILE = measure.ROOT / "profiles" / "slurm"
#: As on a site with a partition for GPUs.
SITE = [
    "--default-resources",
    *("mem_mb=attempt * 1000", "runtime=attempt * 10", "turn=1", "slurm_partition=cpu"),
    *("--set-resources", "train_autoencoder:slurm_partition=gpu"),
    "--slurm-init-seconds-before-status-checks=5",
]


def study():
    """Settings of the published study: 32 autoencoders, 250 curves' points."""
    percentages = list(range(2, 101, 2))
    sizes = {"training": 400, "unlabelled": 3300, "test": 500}
    grid = {"architecture": "study1", "latent": [2 * n for n in range(1, 33)]}
    config = made_up.configuration(
        sizes,
        512,
        autoencoders={"configurations": [grid]},
        experiment={
            "percentages": percentages,
            "draws": 10,
            "classifiers": made_up.CLASSIFIERS,
        },
    )
    del config["segments"]["20k"]
    return config


def slurm_jobs(planned):
    """Return {rule or kind of group: Slurm jobs} of what a dry run prints."""
    rules = "".join(p.read_text() for p in (measure.ROOT / "rules").glob("*.smk"))
    local = re.findall(
        r"^(?:rule|checkpoint) (\w+):\n(?:\n|    .*\n)*?    localrule: True",
        rules,
        re.M,
    )
    # A group is named for what all of its jobs share: signals_test_neutral.
    groups = re.findall(r"^\[.*\] Group job ([a-z]+)_", planned, re.M)
    alone = re.findall(r"^(?:rule|checkpoint) (\w+):", planned, re.M)
    return Counter([*groups, *(rule for rule in alone if rule not in {*local, "all"})])


def study_jobs(folder):
    """Slurm jobs, and jobs in all, of the published study."""
    made_up.write_empty(folder / "corpus", UTTERANCES * 3 // 2)
    (folder / "config.json").write_text(json.dumps(study()))
    command = [sys.executable, "-m", "snakemake", "--dry-run"]
    command += ["--snakefile", measure.ROOT / "Snakefile", "--profile", PROFILE]
    command += ["--configfile", "config.json"]
    _, _, _, planned = measure.child(command, cwd=folder)
    # And `all`.
    return slurm_jobs(planned), jobs_planned(planned).total() + 1


def seconds(job, first, last):
    """Seconds between two moments of a Slurm job."""
    moments = [datetime.fromisoformat(job[key]) for key in (first, last)]
    return (moments[1] - moments[0]).total_seconds()


def demo(folder, *arguments, environment=None):
    """Wall seconds of the demo in a folder."""
    os.makedirs(folder)
    command = [sys.executable, "-m", "snakemake", "--quiet", "all"]
    command += ["--snakefile", measure.ROOT / "Snakefile", *arguments]
    wall, cpu, _, _ = measure.child(command, cwd=folder, env=environment)
    return wall, cpu


def main():
    """Count, and measure."""
    measure.heading("Slurm", __doc__)
    with measure.folder() as folder:
        jobs, total = study_jobs(folder)
    rows = [(name, n) for name, n in sorted(jobs.items())]
    rows.append((f"all, for {total} jobs of the workflow", sum(jobs.values())))
    measure.table(["the study's run", "Slurm jobs"], rows)
    if missing := missing_programs(accounting=False):
        return print(f"No demo on a cluster: {', '.join(missing)} are not installed.")
    with measure.folder() as folder:
        wall, cpu = demo(folder / "local", "--cores", "2")
        measure.table(
            ["the demo", "seconds", "CPU s"], [("local, two cores", wall, cpu)]
        )
        (folder / "cluster").mkdir()
        cluster = Cluster(folder / "cluster")
        try:
            cluster.start()
            wall, _ = demo(
                folder / "on",
                *("--profile", PROFILE, *SITE),
                environment=cluster.environment,
            )
            found = cluster.jobs()
        finally:
            cluster.stop()
    waited = [seconds(job, "SubmitTime", "StartTime") for job in found]
    ran = [seconds(job, "StartTime", "EndTime") for job in found]
    header = [
        "the demo",
        "seconds",
        "Slurm jobs",
        "s waiting, median",
        "s running, sum",
    ]
    row = ("Slurm", wall, len(found), statistics.median(waited), sum(ran))
    measure.table(header, [row])


if __name__ == "__main__":
    main()
