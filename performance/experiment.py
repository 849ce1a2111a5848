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
import measure
import numpy as np
import pandas as pd

from speechcodes import configuration
from speechcodes.experiment import feature_sets, learning_curves
from speechcodes.experiment.learning_curves import Protocol
from speechcodes.records import LABELS
from speechcodes.storage import hdf5
from speechcodes.storage.files import read_table, write_table

PERCENTAGES = (2, 20, 100)
SETS = {"midterm": ("midterm", 136), "code": ("codes", 64)}
SIZES = {"training": 400, "test": 500}
DRAWS = 10
CONFIG = {
    "corpus": {"name": "bench", "reader": "feature_tables", "path": "features.h5"},
    "experiment": {"percentages": list(range(10, 101, 20)), "draws": DRAWS},
}


def write(folder):
    """Write features of utterances by 60 speakers; return the files as of a job."""
    rng = np.random.default_rng(0)
    files = {}
    for split, size in SIZES.items():
        rows = []
        for label, name in enumerate(LABELS):
            ids = np.array([f"{split}{name}{i:04d}" for i in range(size)], object)
            rows += [(u, f"speaker{i % 60}", "", name) for i, u in enumerate(ids)]
            for kind, (dataset, dimensions) in SETS.items():
                # One to three segments an utterance.
                each = 1 if kind == "midterm" else rng.integers(1, 4, size)
                utterance = np.repeat(ids, each)
                values = rng.normal(0, 1, (len(utterance), dimensions))
                values[:, :3] += 0.8 * label
                path = folder / f"{kind}_{split}_{name}.h5"
                what = {"parameters": {}, "libraries": [], "description": ""}
                datasets = {dataset: values, "utterance": utterance}
                hdf5.write(path, datasets, **what)
                files.setdefault(f"{kind}_{split}", []).append(str(path))
        files[split] = str(folder / f"{split}.csv")
        columns = ["utterance", "speaker", "session", "label"]
        write_table(files[split], pd.DataFrame(rows, columns=columns))
    return files


def job(folder, files, classifier, settings, percentage):
    """Run the script of the rule `predictions` in this process."""
    params = SimpleNamespace(
        feature_sets=list(SETS),
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


def bare(splits, classifier, settings, percentage):
    """Fit and predict what a job does, from features in memory, and no more."""
    draws = Protocol("robust", DRAWS, 1).chosen(splits["training"].labels, percentage)
    for kind, rows in splits["training"].sets.items():
        test = splits["test"].sets[kind]
        for number, utterances in enumerate(draws):
            drawn = rows.of(utterances)
            model = learning_curves.classifier(
                classifier, settings, seed=number, threads=1, rows=len(drawn.features)
            )
            model.fit(drawn.features, drawn.labels)
            model.predict(test.features)
            if test.has_segments:
                scores = getattr(model, "predict_proba", None)
                (scores or model.decision_function)(test.features)


def jobs_against_bare(folder, classifiers):
    """Rows of seconds per classifier, and the bare seconds of all 50 percentages."""
    files = write(folder)
    splits = {
        split: feature_sets.read_split(
            list(SETS), split, read_table(files[split]), files
        )
        for split in SIZES
    }
    rows = []
    for classifier, settings in classifiers.items():
        taken = np.zeros(2)
        for percentage in PERCENTAGES:
            arguments = classifier, settings, percentage
            seconds = measure.fastest(
                {
                    "bare": lambda a=arguments: bare(splits, *a),
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
        for split, size in SIZES.items():
            label = np.repeat(np.arange(3), size)
            for kind, (_, dimensions) in SETS.items():
                values = rng.normal(0, 1, (3 * size, dimensions))
                values[:, :3] += 0.8 * label[:, None]
                group = file.create_group(f"{split}/{kind}")
                group["features"], group["label"] = values, label
            file[f"{split}/midterm/speaker"] = [
                f"{split}{i % 60}" for i in range(3 * size)
            ]
            file[f"{split}/code/utterance_row"] = np.arange(3 * size)
    run = ["--cores", "2", "--until", "predictions"]
    start = time.time()
    wall, cpu, _, _ = measure.snakemake(folder, CONFIG, *run)
    made = list(folder.glob("results/bench/predictions/**/*.h5"))
    assert all(path.stat().st_mtime > start for path in made)
    return len(made), wall, cpu


def main():
    """Measure both."""
    measure.heading("The experiment", __doc__)
    path = measure.ROOT / "config" / "schemas" / "config.schema.yaml"
    schema, complete = configuration.load(path), copy.deepcopy(CONFIG)
    configuration.validate(complete, schema, "config")
    configuration.set_protocol(complete["experiment"], schema)
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
