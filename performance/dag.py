"""What planning costs: a cold `snakemake -n` of the published study's settings, beside
a bare workflow of one rule per shard with the same audio files as inputs, which is what
Snakemake itself takes; and the start of one job on a cluster, which reads the workflow
anew and what its run planned. 4096 utterances per shard (the default), two segment
variants, 32 autoencoders, 5 classifiers at 50 percentages. Audio files are empty: none
is read. MSP-Podcast 2.0 has 270 000. The bare workflow is left out where it would take
minutes and most of a machine's memory. Draws performance/planning.png.

    PYTHONPATH=scripts .venv/bin/python performance/dag.py [UTTERANCES ...]
"""

import multiprocessing
import os
import sys

import made_up
import measure

from speechcodes.configuration import loading
from speechcodes.corpus import plan as plans
from speechcodes.corpus import table
from speechcodes.operations import runs
from speechcodes.storage import sharding

UTTERANCES = [12_600, 270_000, 2_700_000]
#: Up to so many utterances there is a bare workflow beside this one.
BARE_UP_TO = 300_000
PER_SHARD = 4096
RUN = "measured"

BARE = """
import glob
files = sorted(glob.glob("corpus/Audios/*"))
shards = {f"b{i}": files[i : i + 4096] for i in range(0, len(files), 4096)}
rule all:
    input: expand("out/{shard}", shard=shards)
rule shard:
    input: lambda wildcards: shards[wildcards.shard]
    output: "out/{shard}"
    shell: "touch {output}"
"""


def configuration():
    """The study's settings, with all that is left of the corpus unlabelled."""
    grid = {
        "architecture": ["study1", "study2", "study3", "study4"],
        "latent": [64, 128],
        "learning_rate": [0.001, 0.005],
        "batch_size": [128, 256],
    }
    return made_up.configuration(
        {"training": 400, "unlabelled": "all", "test": 500},
        PER_SHARD,
        autoencoders={"configurations": [grid]},
        experiment={
            "percentages": list(range(2, 101, 2)),
            "classifiers": made_up.CLASSIFIERS,
        },
    )


def store(folder, config, utterances):
    """Write a corpus and the plan that a run stores; return the first test shard."""
    made_up.write_empty(folder / "corpus", utterances)
    loading.complete(config, loading.load_schema(made_up.SCHEMA))
    os.chdir(folder)
    read, rejected, folds = table.corpus_table(config["corpus"], config["splits"])
    shards = sharding.shards(read, PER_SHARD)
    plan = plans.make(read, rejected, folds, shards)
    plans.write(".snakemake/plans/bench.zip", plan, RUN)
    return next(iter(shards["test", "neutral"]))


def plan(folder, utterances):
    """Row of one corpus."""
    config = configuration()
    bare = folder / "Bare"
    bare.write_text(BARE)
    # In a process of its own: memory of this one would count as that of its children.
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        shard = pool.apply(store, (folder, config, utterances))
    wildcards = f"functionals=midterm,part=test,label=neutral,shard={shard}"
    job = ["--target-jobs", f"functionals:{wildcards}", "--mode", "remote"]
    job += ["--force", "--allowed-rules", "functionals"]
    os.environ[runs.MARK] = RUN
    _, cpu, memory, output = measure.snakemake(folder, config, "--dry-run")
    of_bare = ["-"] * 3
    if utterances <= BARE_UP_TO:
        _, bare_cpu, bare_memory, _ = measure.snakemake(
            folder, {}, "--dry-run", snakefile=bare
        )
        of_bare = [bare_cpu, bare_memory, cpu / bare_cpu]
    _, job_cpu, job_memory, _ = measure.snakemake(folder, config, "--dry-run", *job)
    jobs = next(line for line in output.splitlines() if line.startswith("total"))
    return utterances, int(jobs.split()[1]), cpu, memory, *of_bare, job_cpu, job_memory


def draw(rows):
    """Draw CPU time and memory against the number of utterances."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 3.6), layout="constrained")
    # The columns of each line in a row.
    lines = {"this workflow": (2, 3), "a bare workflow": (4, 5), "one job": (7, 8)}
    scales = {
        "CPU time (s)": [1, 3, 10, 30, 100],
        "memory (MB)": [200, 500, 1000, 2000],
    }
    for axes, i, (what, scale) in zip(
        figure.subplots(1, 2), (0, 1), scales.items(), strict=True
    ):
        for (label, columns), marker in zip(lines.items(), "osd", strict=True):
            drawn = [(row[0], row[columns[i]]) for row in rows]
            drawn = [(x, y) for x, y in drawn if y != "-"]
            axes.loglog(*zip(*drawn, strict=True), marker + "-", label=label)
        ticks = [row[0] for row in rows]
        axes.set_xticks(ticks, [f"{n:,}".replace(",", " ") for n in ticks])
        axes.set_yticks(scale, scale)
        axes.minorticks_off()
        axes.set_xlabel("utterances")
        axes.set_ylabel(what)
    axes.legend(frameon=False)
    figure.savefig(measure.ROOT / "performance" / "planning.png", dpi=150)


def main():
    """Plan corpora of growing size."""
    measure.heading("Planning", __doc__)
    rows = []
    for utterances in map(int, sys.argv[1:] or UTTERANCES):
        with measure.folder() as folder:
            rows.append(plan(folder, utterances))
    header = ["utterances", "jobs", "CPU s", "MB", "bare: CPU s", "bare: MB"]
    header += ["times the bare", "one job: CPU s", "one job: MB"]
    measure.table(header, rows)
    draw(rows)
    print("![Time and memory of planning](planning.png)\n")


if __name__ == "__main__":
    main()
