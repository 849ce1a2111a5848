"""Train one classifier on draws of one percentage, and predict the test split."""

from pathlib import Path

import numpy as np

from speechcodes import learning_curves, shards
from speechcodes.logs import log_to
from speechcodes.records import LABELS

log_to(snakemake.log[0])
params, wildcards = snakemake.params, snakemake.wildcards


def read(split):
    """Features of a split, and the number of each code's segment."""
    midterm = shards.read(snakemake.input[f"midterm_{split}"], "midterm", "utterance")
    *code, segment = shards.read(
        snakemake.input[f"code_{split}"], "codes", "utterance", "segment"
    )
    class_of = {}
    for path in snakemake.input[f"midterm_{split}"]:
        label = LABELS.index(Path(path).parent.name)
        class_of |= dict.fromkeys(shards.read([path], "utterance")[0], label)
    features = learning_curves.gather({"midterm": midterm, "code": code}, class_of)
    learning_curves.check_classes(features.labels, split, wildcards.segment)
    return features, segment[np.isin(code[1], features.utterances)]


(training, _), (test, segment) = read("training"), read("test")
predictions, n_training_utterances = learning_curves.predict_draws(
    wildcards.classifier,
    params.classifier,
    training,
    test,
    percentage=int(wildcards.percentage),
    draws=params.draws,
    seed=params.seed,
    threads=snakemake.threads,
)
# What mid-term features say of an utterance, they say of each of its segments.
whole, owner = predictions["midterm"][0], test.sets["code"].utterance
predictions["midterm"] = (whole, whole[:, owner])

shards.write(
    snakemake.output.predictions,
    {
        "utterance": test.utterances,
        "label": test.labels,
        "segment": segment,
        "segment_utterance": owner,
        **{f"{name}/utterance": both[0] for name, both in predictions.items()},
        **{f"{name}/segment": both[1] for name, both in predictions.items()},
    },
    parameters={
        **wildcards,
        "percentage": int(wildcards.percentage),
        "n_training_utterances": n_training_utterances,
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
