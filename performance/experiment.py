"""The experiment at the published study's size: 5 classifiers, 10 draws, two feature
sets, 1200 training and 1500 test utterances, all made up. First the script of a job,
imports aside, against bare fits and predictions in one process, at some percentages;
then every tenth of the 50 percentages through Snakemake on two cores, and ten times
that, which is the whole experiment.

    PYTHONPATH=scripts .venv/bin/python performance/experiment.py
"""

import os

os.environ |= dict.fromkeys(["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"], "1")

import copy
import logging
import runpy
import time
from types import SimpleNamespace

import h5py
import made_up
import measure
import numpy as np
import pandas as pd

from speechcodes.configuration import loading
from speechcodes.corpus.splits import roles
from speechcodes.experiment import classifiers, feature_sets
from speechcodes.experiment.draws import Protocol
from speechcodes.names import FEATURE_SETS
from speechcodes.records import VALENCE
from speechcodes.storage import hdf5
from speechcodes.storage.files import read_table, write_table

PERCENTAGES = (2, 20, 100)
#: Numbers of dimensions.
SETS = {"midterm": 136, "code": 64}
SIZES = {"training": 400, "test": 500}
DRAWS = 10
CONFIG = {
    "corpus": {"name": "bench", "reader": "feature_tables", "path": "features.h5"},
    "experiment": {
        "percentages": list(range(10, 101, 20)),
        "draws": DRAWS,
        "halvings": 0,
        "classifiers": made_up.CLASSIFIERS,
    },
}


def write(folder):
    """Write features of utterances by 60 speakers; return the files as of a job."""
    rng = np.random.default_rng(0)
    files = {}
    for role, size in SIZES.items():
        rows = []
        for label, name in enumerate(VALENCE):
            ids = np.array([f"{role}{name}{i:04d}" for i in range(size)], object)
            rows += [
                (u, role, name, f"{i % 60}", "", f"speaker {i % 60}")
                for i, u in enumerate(ids)
            ]
            for kind, dimensions in SETS.items():
                # One to three segments an utterance.
                each = 1 if kind == "midterm" else rng.integers(1, 4, size)
                utterance = np.repeat(ids, each)
                values = rng.normal(0, 1, (len(utterance), dimensions))
                values[:, :3] += 0.8 * label
                path = folder / f"{kind}_{role}_{name}.h5"
                what = {"parameters": {}, "libraries": [], "description": ""}
                datasets = {FEATURE_SETS[kind].dataset: values, "utterance": utterance}
                hdf5.write(path, datasets, **what)
                files.setdefault(f"{kind}_{role}", []).append(str(path))
        files[role] = str(folder / f"{role}.csv")
        write_table(files[role], pd.DataFrame(rows, columns=roles.COLUMNS))
    return files


def job(folder, files, classifier, settings, percentage):
    """Run the script of the rule `predictions` in this process."""
    params = SimpleNamespace(
        feature_sets=list(SETS),
        classes=VALENCE,
        classifier=settings,
        protocol={"name": "robust", "draws": DRAWS, "seed": 1, "tuning": None},
    )
    wildcards = SimpleNamespace(
        segment="30k", classifier=classifier, percentage=str(percentage)
    )
    runpy.run_path(
        str(measure.ROOT / "scripts" / "predictions.py"),
        {
            "snakemake": SimpleNamespace(
                input=files,
                output=SimpleNamespace(predictions=str(folder / "predictions.h5")),
                log=[str(folder / "log")],
                params=params,
                wildcards=wildcards,
                threads=1,
            )
        },
    )
    logging.getLogger().handlers.clear()


def bare(features, classifier, settings, percentage):
    """Fit and predict what a job does, from features in memory, and no more."""
    training, test_role = features["training"], features["test"]
    draws = Protocol("robust", DRAWS, 1).chosen(training.labels, percentage, VALENCE)
    for kind, rows in training.sets.items():
        test = test_role.sets[kind]
        for number, utterances in enumerate(draws):
            drawn = rows.of(utterances)
            model = classifiers.build(
                classifier, settings, seed=number, threads=1, rows=len(drawn.features)
            )
            model.fit(drawn.features, drawn.labels)
            model.predict(test.features)
            if test.has_segments:
                scores = getattr(model, "predict_proba", None)
                (scores or model.decision_function)(test.features)


def jobs_against_bare(folder, settings_of):
    """Rows of seconds per classifier, and the bare seconds of all 50 percentages."""
    files = write(folder)
    features = {
        role: feature_sets.read_role(
            list(SETS), role, read_table(files[role]), files, VALENCE
        )
        for role in SIZES
    }
    rows = []
    for classifier, settings in settings_of.items():
        taken = np.zeros(2)
        for percentage in PERCENTAGES:
            arguments = classifier, settings, percentage
            seconds = measure.fastest(
                {
                    "bare": lambda a=arguments: bare(features, *a),
                    "job": lambda a=arguments: job(folder, files, *a),
                },
                rounds=1,
            )
            taken += seconds["bare"], seconds["job"]
        rows.append((classifier, *map(float, taken), float(taken[1] / taken[0])))
    total = np.array([row[1:3] for row in rows]).sum(axis=0)
    rows.append(("all", *map(float, total), float(total[1] / total[0])))
    return rows


def whole(folder):
    """Wall and CPU seconds of the predictions of all percentages, and of their jobs."""
    rng = np.random.default_rng(0)
    with h5py.File(folder / "features.h5", "w") as file:
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
    run = ["--cores", "2", "--until", "predictions"]
    start = time.time()
    wall, cpu, _, _ = measure.snakemake(folder, CONFIG, *run)
    made = list(folder.glob("results/bench/fold1/predictions/**/*.h5"))
    assert all(path.stat().st_mtime > start for path in made)
    return len(made), wall, cpu


def main():
    """Measure both."""
    measure.heading("The experiment", __doc__)
    complete = copy.deepcopy(CONFIG)
    loading.complete(complete, loading.load_schema(made_up.SCHEMA))
    with measure.folder() as folder:
        rows = jobs_against_bare(folder, complete["experiment"]["classifiers"])
    header = [f"seconds at {', '.join(map(str, PERCENTAGES))} %", "bare", "jobs"]
    measure.table([*header, "jobs : bare"], rows)
    with measure.folder() as folder:
        jobs, wall, cpu = whole(folder)
    rows = [(n * jobs, n * wall, n * cpu, cpu / jobs) for n in (1, 10)]
    header = ["jobs", "seconds on two cores", "CPU seconds", "CPU seconds a job"]
    measure.table(header, rows)


if __name__ == "__main__":
    main()
