"""Train one classifier on draws of one percentage, and predict the test split."""

import logging

import numpy as np
import pandas as pd

from speechcodes import learning_curves as curves
from speechcodes import shards
from speechcodes.logs import log_to
from speechcodes.records import LABELS

log_to(snakemake.log[0])
params, wildcards = snakemake.params, snakemake.wildcards
percentage = int(wildcards.percentage)
table = pd.read_csv(snakemake.input.utterances, dtype=str).set_index("utterance")
class_of = table["label"].map(LABELS.index)


def read(split):
    """Features of a split by feature set, its utterances, classes, and segments."""
    midterm = shards.read(snakemake.input[f"midterm_{split}"], "midterm", "utterance")
    *code, segment = shards.read(
        snakemake.input[f"code_{split}"], "codes", "utterance", "segment"
    )
    utterances = curves.common_utterances(midterm[1], code[1])
    labels = class_of[utterances].to_numpy()
    curves.check_classes(labels, split, wildcards.segment)
    sets = {"midterm": midterm, "code": code}
    sets = {n: curves.feature_set(*rows, utterances) for n, rows in sets.items()}
    return sets, utterances, labels, segment[np.isin(code[1], utterances)]


training, _, labels, _ = read("training")
test, test_utterances, test_labels, test_segments = read("test")
draws = [curves.draw(labels, percentage, params.seed, n) for n in range(params.draws)]
segment_utterance = test["code"].utterance

datasets = {
    "utterance": test_utterances,
    "label": test_labels,
    "segment": test_segments,
    "segment_utterance": segment_utterance,
}
for name, rows in training.items():
    predicted = []
    for number, chosen in enumerate(draws):
        features, owner = rows.of(chosen)
        model = curves.classifier(
            wildcards.classifier,
            params.classifier,
            seed=params.seed + number,
            threads=snakemake.threads,
            rows=len(features),
        )
        predicted.append(curves.predict(model, (features, owner), labels, test[name]))
    per_utterance, per_row = map(np.array, zip(*predicted, strict=True))
    datasets[f"{name}/utterance"] = per_utterance
    # A feature set with one row per utterance says the same of all its segments.
    whole = name == "midterm"
    datasets[f"{name}/segment"] = (
        per_utterance[:, segment_utterance] if whole else per_row
    )
    logging.info("%s: %d draws predicted", name, len(draws))

shards.write(
    snakemake.output.predictions,
    datasets,
    parameters={
        **wildcards,
        "percentage": percentage,
        "n_training_utterances": len(draws[0]),
        "labels": LABELS,
        "settings": params.classifier,
        "seed": params.seed,
    },
    libraries=["scikit-learn", "numpy"],
    description=(
        "utterance, label: (n,) id and class of the test utterances; segment, "
        "segment_utterance: (m,) number of each test segment and index of its "
        "utterance; SET/utterance: (draws, n) and SET/segment: (draws, m) predicted "
        "classes for each feature set; classes are indices into the attribute labels"
    ),
)
