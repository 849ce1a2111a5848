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
import yaml

sys.path.insert(0, str(measure.ROOT / "tests"))
sys.path.insert(0, str(measure.ROOT / "tests" / "slurm"))
from cluster import Cluster, missing_programs
from projects import jobs_planned

UTTERANCES = 12_600
PROFILE = measure.ROOT / "profiles" / "slurm"
#: As on a site with a partition for GPUs.
SITE = [
    "--default-resources",
    *("mem_mb=attempt * 1000", "runtime=attempt * 30", "turn=1", "slurm_partition=cpu"),
    *("--set-resources", "train_autoencoder:slurm_partition=gpu"),
    "--slurm-init-seconds-before-status-checks=5",
]


def study():
    """Settings of the published study: 32 autoencoders, 250 experiment jobs."""
    percentages = list(range(2, 101, 2))
    sizes = {"training": 400, "unlabelled": 3300, "test": 500}
    grid = {"architecture": "study1", "latent": [2 * n for n in range(1, 33)]}
    config = made_up.configuration(
        sizes,
        512,
        autoencoders={"configurations": [grid]},
        experiment={"percentages": percentages, "draws": 10},
    )
    del config["segments"]["20k"]
    return config


def slurm_jobs(counts):
    """Return {rule or group: Slurm jobs} for {rule: jobs}, by the profile."""
    common = (measure.ROOT / "rules" / "common.smk").read_text()
    local = re.findall(
        r"\w+", re.search(r"^localrules:\n((?: +.*\n)+)", common, re.M)[1]
    )
    profile = yaml.safe_load((PROFILE / "config.yaml").read_text())
    # A group has all jobs that its name fits, and there is one for each of these.
    names = {
        "signals_{split}_{label}": 9,
        "features_{split}_{label}": 9,
        "components_{segment}": 1,
        "trial_{segment}": 1,
        "predictions_{segment}_{classifier}": 5,
    }
    submitted = Counter()
    for rule, count in counts.items():
        group = profile["groups"].get(rule)
        if group:
            submitted[group] = names[group]
        elif rule not in local:
            submitted[rule] = count
    return submitted


def planned(folder):
    """Slurm jobs, and jobs in all, of the published study."""
    made_up.write_empty(folder / "corpus", UTTERANCES * 3 // 2)
    (folder / "config.json").write_text(json.dumps(study()))
    command = [sys.executable, "-m", "snakemake", "--dry-run"]
    command += ["--snakefile", measure.ROOT / "Snakefile", "--profile", PROFILE]
    command += ["--configfile", "config.json"]
    _, _, _, output = measure.child(command, cwd=folder)
    counts = jobs_planned(output)
    # And `all`.
    return slurm_jobs(counts), counts.total() + 1


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
        jobs, total = planned(folder)
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
