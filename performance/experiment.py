"""The experiment at the published study's size: 5 classifiers, 50 percentages, two
feature sets, 1200 training and 1500 test utterances, all made up; with 3 draws in
place of 10. First bare fits and predictions with scikit-learn, from features in memory,
in two processes; then the jobs of the rule `predictions` on two cores, with all that
Snakemake does.

    PYTHONPATH=scripts .venv/bin/python performance/experiment.py
"""

import os

os.environ |= dict.fromkeys(["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"], "1")

import copy
import multiprocessing
import time
from itertools import product

import h5py
import made_up
import measure
import numpy as np
import pandas as pd

from speechcodes.configuration import loading
from speechcodes.corpus import feature_tables
from speechcodes.experiment import classifiers, feature_sets
from speechcodes.experiment.draws import Protocol
from speechcodes.records import VALENCE

#: Numbers of dimensions.
SETS = {"midterm": 136, "code": 64}
SIZES = {"training": 400, "test": 500}
CORES = 2
#: Roles of `read`, which processes share once they are forked.
FEATURES = {}
CONFIG = {
    "corpus": {"name": "bench", "reader": "feature_tables", "path": "features.h5"},
    "experiment": {
        "percentages": list(range(2, 101, 2)),
        "draws": 3,
        "halvings": 0,
        "classifiers": made_up.CLASSIFIERS,
        # Bare fits are not tuned.
        "tuning": {"grids": {}},
    },
}


def write(path):
    """Write feature tables of utterances by 60 speakers in each role."""
    rng = np.random.default_rng(0)
    with h5py.File(path, "w") as file:
        for role, size in SIZES.items():
            label = np.repeat(np.arange(3), size)
            for kind, dimensions in SETS.items():
                values = rng.normal(0, 1, (3 * size, dimensions))
                values[:, :3] += 0.8 * label[:, None]
                group = file.create_group(f"{role}/{kind}")
                group["features"], group["label"] = values, label
            file[f"{role}/midterm/speaker"] = [
                f"{role}{i % 60}" for i in range(3 * size)
            ]
            file[f"{role}/code/utterance_row"] = np.arange(3 * size)


def read(path):
    """Read what `write` wrote, by role."""
    features = {}
    for role in SIZES:
        utterances, _, labels = feature_tables.utterances_of_corpus(path, role, VALENCE)
        table = pd.DataFrame(
            {"utterance": utterances, "label": np.take(VALENCE, labels)}
        )
        table["voice"] = "utterance " + table["utterance"]
        features[role] = feature_sets.read_role(
            list(SETS), role, table, {"corpus": path}, VALENCE
        )
    return features


def bare(classifier, settings, percentage):
    """Fit and predict what a job does, and no more; return the CPU seconds it took."""
    start = time.process_time()
    training, draws = FEATURES["training"], CONFIG["experiment"]["draws"]
    drawn = Protocol("robust", draws, 1).chosen(training.labels, percentage, VALENCE)
    for kind, rows in training.sets.items():
        for number, utterances in enumerate(drawn):
            known = rows.of(utterances)
            model = classifiers.build(
                classifier, settings, seed=number, threads=1, rows=len(known.features)
            )
            model.fit(known.features, known.labels)
            model.predict(FEATURES["test"].sets[kind].features)
    return time.process_time() - start


def all_bare(path, settings_of):
    """Wall seconds of all bare fits, and CPU seconds of each classifier's."""
    FEATURES.update(read(path))
    percentages = CONFIG["experiment"]["percentages"]
    # The smallest percentage last, so that both processes end at about the same time.
    tasks = list(product(settings_of, percentages[::-1]))
    start = time.perf_counter()
    with multiprocessing.get_context("fork").Pool(CORES) as pool:
        seconds = pool.starmap(bare, [(n, settings_of[n], p) for n, p in tasks], 1)
    wall = time.perf_counter() - start
    of_each = dict.fromkeys(settings_of, 0.0)
    for (name, _), taken in zip(tasks, seconds, strict=True):
        of_each[name] += taken
    return wall, of_each


def all_jobs(folder):
    """Wall and CPU seconds of the experiment, and each classifier's number of jobs."""
    run = ["--cores", CORES, "--until", "predictions"]
    wall, cpu, _, _ = measure.snakemake(folder, CONFIG, *run)
    made = folder / "results/bench/fold1/predictions"
    jobs = {n: len(list(made.glob(f"*/{n}/*.h5"))) for n in made_up.CLASSIFIERS}
    return wall, cpu, jobs


def main():
    """Measure both."""
    measure.heading("The experiment", __doc__)
    complete = copy.deepcopy(CONFIG)
    loading.complete(complete, loading.load_schema(made_up.SCHEMA))
    with measure.folder() as folder:
        path = str(folder / "features.h5")
        write(path)
        bare_wall, fits = all_bare(path, complete["experiment"]["classifiers"])
        wall, cpu, jobs = all_jobs(folder)
    rows = [(name, jobs[name], fits[name]) for name in fits]
    measure.table(["classifier", "jobs", "CPU seconds of bare fits"], rows)
    bare_cpu = sum(fits.values())
    rows = [
        ("CPU", bare_cpu, cpu, cpu / bare_cpu),
        ("on two cores", bare_wall, wall, wall / bare_wall),
    ]
    measure.table(["seconds", "bare fits", "experiment", "experiment : bare"], rows)


if __name__ == "__main__":
    main()
