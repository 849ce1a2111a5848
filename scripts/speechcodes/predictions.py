"""Predictions: what scores, intervals and tests are computed from."""

import json
from typing import NamedTuple

import numpy as np

from speechcodes import shards
from speechcodes.records import LABELS

DESCRIPTION = (
    "utterance, label, speaker: (n,) id, class and speaker of the test utterances; "
    "SET/utterance: (draws, n) predicted classes, for each feature set; SET/segment: "
    "(draws, m) those of its rows, where rows are not simply utterances, with their "
    "segment_label and segment_utterance: (m,) class and index of the utterance, -1 "
    "where unknown; classes are indices into the attribute labels; speaker is that, or "
    "the session or the utterance where the speaker is unknown"
)


class Predicted(NamedTuple):
    """What classifiers of one kind said of the test cases, one row per draw.

    Attributes
    ----------
    feature_set, classifier : str
    percentage, n_training_utterances : int
    unit : str
        What a case is: `utterance` or `segment`.
    main : bool
        Whether the protocol compares feature sets on this unit.
    truth : np.ndarray, shape (n,), int
    utterance : np.ndarray, shape (n,), int
        Index of each case's utterance; the case itself where unknown.
    speaker : np.ndarray of str, shape (n,)
        Cases that are not independent of one another share it.
    predicted : np.ndarray, shape (draws, n), int
    fewest_of_speaker : int
        Utterances of the training or test speaker who has the fewest: what a feature
        set that is normalised per speaker rests on. 0 where that is not known.
    """

    feature_set: str
    classifier: str
    percentage: int
    n_training_utterances: int
    unit: str
    main: bool
    truth: np.ndarray
    utterance: np.ndarray
    speaker: np.ndarray
    predicted: np.ndarray
    fewest_of_speaker: int = 0


def write(path, predictions, test, parameters):
    """Write what one classifier predicts, for every feature set and draw.

    Parameters
    ----------
    path : str
    predictions : dict of str to learning_curves.Predictions
    test : feature_sets.Split
    parameters : dict
        Stored as attributes: segment, classifier, percentage,
        n_training_utterances, protocol, and whatever else describes the run.
    """
    datasets = {
        "utterance": test.utterances,
        "label": test.labels,
        "speaker": test.speakers,
    }
    for name, (per_utterance, per_row, _) in predictions.items():
        rows = test.sets[name]
        if per_utterance is not None:
            datasets[f"{name}/utterance"] = per_utterance
        if per_utterance is None or rows.has_segments:
            datasets[f"{name}/segment"] = per_row
            datasets[f"{name}/segment_label"] = rows.labels
            datasets[f"{name}/segment_utterance"] = rows.utterance
    settings = {name: p.settings for name, p in predictions.items()}
    shards.write(
        path,
        datasets,
        parameters={
            **parameters,
            "labels": LABELS,
            "feature_sets": list(predictions),
            "settings_of_draws": settings,
        },
        libraries=["scikit-learn", "numpy"],
        description=DESCRIPTION,
    )


def read(path):
    """Return a file's predictions as a list of `Predicted`, sets in their order."""
    with shards.opened(path) as file:
        names = list(file.attrs["feature_sets"])
        return [p for name in names for p in _of_set(file, name)]


def chosen_settings(path):
    """Return {feature set: [settings of each draw's classifier]} of a file."""
    with shards.opened(path) as file:
        return json.loads(file.attrs["settings_of_draws"])


def _of_set(file, name):
    group, attributes = file[name], file.attrs
    preferred = "segment" if attributes["protocol"] == "study" else "utterance"
    cases = {}
    if "utterance" in group:
        label = file["label"][:]
        speaker = file["speaker"].asstr()[:]
        cases["utterance"] = label, np.arange(len(label)), speaker
    if "segment" in group:
        owner = group["segment_utterance"][:]
        cases["segment"] = group["segment_label"][:], *_owners(owner, file)
    main = preferred if preferred in cases else next(iter(cases))
    for unit, (truth, utterance, speaker) in cases.items():
        yield Predicted(
            name,
            attributes["classifier"],
            int(attributes["percentage"]),
            int(attributes["n_training_utterances"]),
            unit,
            unit == main,
            truth,
            utterance,
            speaker,
            group[unit][:],
            int(attributes.get("fewest_of_speaker", 0)),
        )


def _owners(owner, file):
    """Utterance and speaker of each segment; its own where unknown."""
    if (owner < 0).any():
        own = np.arange(len(owner))
        return own, np.array([f"segment {i}" for i in own], object)
    return owner, file["speaker"].asstr()[:][owner]
