"""Runs that are killed, anywhere and in any way, end as if nothing had been."""

import os
import shutil
import signal
import time
from collections import Counter
from random import Random

import psutil
import pytest
from projects import SMALL, jobs_finished, new_project
from results import same_results

#: Rules of each stage, and for how many seconds at most a job works before its kill.
STAGES = {
    "synthesis": ("synthesise_demo", 2),
    "corpus tables": (
        "utterances roles survey rejected count_rejected",
        0.2,
    ),
    "signals": ("signals", 0.15),
    "functionals": ("functionals", 0.15),
    "spectrograms": ("spectrograms", 0.15),
    "training": ("train_autoencoder", 6),
    "choice": ("select_autoencoder", 0.05),
    "codes": ("codes", 3),
    "predictions": ("predictions", 1),
    "statistics": ("scores comparison forecast confounds", 1),
    "figures": (
        "figure_of_corpus figure_of_variant figure_reconstructions figure_times report",
        1,
    ),
}
#: Seconds that a run takes to look at what there is, before its first job.
PLANNING = 4
STAGE_OF = {
    rule: stage for stage, (rules, _) in STAGES.items() for rule in rules.split()
}
KINDS = ("worker", "snakemake", "both")
COMMAND = ("--cores", "2")


def planned_kills(random):
    """The kind of kill that each stage is to see, about as many of each kind."""
    kinds = [KINDS[i % 3] for i in range(len(STAGES))]
    random.shuffle(kinds)
    return {stage: [kinds.pop()] for stage in STAGES}


def lives(process):
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def kill(kind, run, worker):
    """Kill a job, Snakemake, or all at once."""
    if kind == "worker":
        worker.kill()
    elif kind == "snakemake":
        run.process.kill()
    else:
        os.killpg(run.process.pid, signal.SIGKILL)
    if kind != "worker":
        run.process.wait()


def kill_in(run, due, longest, random):
    """Kill what is due while a run goes on; yield (stage, kind) of each kill.

    Longest is {stage: seconds that a job works at most before its kill}.
    """
    while run.goes_on:
        for rule, worker in run.new_jobs():
            stage = STAGE_OF.get(rule)
            if not due.get(stage):
                continue
            time.sleep(random.random() * longest[stage])
            # It may have been faster: then another job of the stage is killed, sooner.
            if not lives(worker):
                longest[stage] /= 2
                continue
            kind = due[stage].pop()
            kill(kind, run, worker)
            yield stage, kind
            if kind != "worker":
                return
        time.sleep(0.02)


def kill_early(run, kind, random):
    """Kill a run while it plans, or only just begins; yield (stage, kind)."""
    time.sleep(random.random() * PLANNING)
    kill(kind, run, None)
    yield "planning", kind


@pytest.fixture(scope="module")
def killed(root, tmp_path_factory):
    """A project whose one run was killed again and again, and then let go on."""
    project = new_project(root, tmp_path_factory.mktemp("killed") / "killed", SMALL)
    random = Random(8)
    due, project.kills, project.outputs = planned_kills(random), [], []

    longest = {stage: seconds for stage, (_, seconds) in STAGES.items()}

    def start(killer, *arguments, again=()):
        run = project.start(*COMMAND, *again)
        project.kills += killer(run, *arguments, random)
        project.outputs.append(run.output)
        return run.process.returncode

    began = time.perf_counter()
    start(kill_early, "snakemake")
    again = ()
    while any(due.values()):
        ended = start(kill_in, due, longest, again=again) == 0
        # What was too fast has to run once more, to be killed.
        missed = [rule for rule, stage in STAGE_OF.items() if due[stage]]
        again = ("--forcerun", *missed) if ended else ()
    start(kill_early, "both")
    last = project.start(*COMMAND)
    project.code = last.end()
    project.outputs.append(last.output)
    project.seconds = time.perf_counter() - began
    return project


def test_all_stages_were_killed_in_all_ways(killed, finished):
    assert set(finished.ran) <= set(STAGE_OF)
    stages, kinds = zip(*killed.kills, strict=True)
    assert Counter(stages) == dict.fromkeys(STAGES, 1) | {"planning": 2}
    assert min(Counter(kinds)[kind] for kind in KINDS) >= 3


def test_a_run_that_is_killed_ends_as_if_nothing_had_been(killed, finished, capsys):
    assert killed.code == 0, killed.outputs[-1]
    files, values = same_results(killed, finished)
    assert not killed.plan()
    output, restarts = "".join(killed.outputs), len(killed.outputs) - 1
    assert "Traceback" not in output
    # Where Snakemake alone was killed, and its job had not ended before the next run.
    orphans = output.count("go on, and are ended")
    lost = (killed.seconds - finished.seconds) / restarts
    with capsys.disabled():
        print(
            f"\n{len(killed.kills)} kills, {restarts} restarts of {lost:.1f} s each, "
            f"{orphans} times with jobs that went on; "
            f"{files} files with {values} values are equal"
        )


# --- any number of cores --------------------------------------------------------------


def test_one_core_gives_what_two_cores_gave(project, finished):
    for name in ("autoencoders", "codes", "predictions"):
        shutil.rmtree(project.results / "fold1" / name)
    shutil.rmtree(project.results / "statistics")
    (project.results / "scores.csv").unlink()
    targets = ["scores", "statistics/20k/conclusions", "statistics/20k/forecast"]
    targets = [f"results/small/{target}.csv" for target in targets]
    process = project.snakemake("--cores", "1", *targets)
    assert process.returncode == 0, process.stdout
    ran = jobs_finished(process.stdout)
    assert ran["train_autoencoder"] == 2 and ran["comparison"] == ran["scores"] == 1
    same_results(project, finished)
