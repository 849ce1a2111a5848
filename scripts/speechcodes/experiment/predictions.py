"""Predictions: what scores, intervals and tests are computed from."""

import json
from contextlib import ExitStack
from typing import NamedTuple

import numpy as np

from speechcodes.errors import InputError
from speechcodes.records import LABELS
from speechcodes.storage import hdf5

DESCRIPTION = (
    "utterance, label, speaker: (n,) id, class and speaker of the test utterances; "
    "SET/utterance: (draws, n) predicted classes, for each feature set; SET/segment: "
    "(draws, m) those of its rows, where rows are not simply utterances, with their "
    "segment_label and segment_utterance: (m,) class and index of the utterance, -1 "
    "where unknown; classes are indices into the attribute labels; speaker is that, or "
    "the session or the utterance where the speaker is unknown"
)


#: Whose rows segments are.
OWNER = "segment_utterance"


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
            datasets[f"{name}/{OWNER}"] = rows.utterance
    settings = {name: p.settings for name, p in predictions.items()}
    hdf5.write(
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
    with hdf5.opened(path) as file:
        names = list(file.attrs["feature_sets"])
        return [p for name in names for p in _of_set(file, name)]


#: What must be the same in files to be pooled.
ALIKE = ("segment", "classifier", "percentage", "protocol", "seed", "feature_sets")


def pool(path, parts, feature_sets):
    """Write the predictions of several folds as those of one test split.

    Draws of one number stand side by side; the number of training utterances is the
    mean.

    Parameters
    ----------
    path : str
    parts : sequence of str
        A file of each fold, of one classifier and percentage.
    feature_sets : sequence of str
        What they are to hold.

    Raises
    ------
    InputError
        If the files were not made alike, hold other feature sets, or test the same
        utterance.
    """
    with ExitStack() as stack:
        files = {p: stack.enter_context(hdf5.opened(p)) for p in parts}
        configured = {"feature_sets": list(feature_sets)}
        made_with = {p: _made_with(file) for p, file in files.items()}
        _check_alike(made_with, configured)
        _check_apart({p: file["utterance"].asstr()[:] for p, file in files.items()})
        files = list(files.values())
        attributes = [file.attrs for file in files]
        datasets = {
            name: np.concatenate([_whole(file[name]) for file in files])
            for name in ("utterance", "label", "speaker")
        }
        sizes = [len(file["label"]) for file in files]
        for name in attributes[0]["feature_sets"]:
            datasets |= _pooled([file[name] for file in files], name, sizes, files)
        mean = np.mean([a["n_training_utterances"] for a in attributes])
        parameters = {
            **{key: attributes[0][key] for key in ("labels", *ALIKE)},
            "n_training_utterances": round(mean),
            "fewest_of_speaker": min(a["fewest_of_speaker"] for a in attributes),
            "folds": len(files),
        }
    hdf5.write(
        path,
        datasets,
        parameters=parameters,
        libraries=["numpy"],
        description=DESCRIPTION,
    )


def _made_with(file):
    """What a file's predictions were made with, as text."""
    made = {key: np.asarray(file.attrs[key]).tolist() for key in ALIKE}
    return {**made, "draws": _draws(file)}


def _draws(file):
    group = file[file.attrs["feature_sets"][0]]
    return len(group["utterance" if "utterance" in group else "segment"])


def _check_alike(made_with, configured):
    """Raise InputError if files were made with other settings than each other.

    Or than is configured.
    """
    first = next(iter(made_with))
    wanted = {f"in {first}": made_with[first], "in the configuration": configured}
    for path, made in made_with.items():
        for where, settings in wanted.items():
            for key, value in settings.items():
                if made[key] != value:
                    raise InputError(
                        f"{path}: {key} is {made[key]}, but {where} it is {value}: run "
                        "all folds with the same settings"
                    )


def _check_apart(utterances):
    """Raise InputError if two files test the same utterance."""
    tested = {}
    for path, names in utterances.items():
        if twice := tested.keys() & set(names):
            name = min(twice)
            raise InputError(
                f"{path}: {name} is tested here and in {tested[name]}, but folds test "
                "others each: run all with the same corpus, splits.seed and "
                "splits.sizes"
            )
        tested |= dict.fromkeys(names, path)


def _pooled(groups, name, sizes, files):
    """Datasets of one feature set, of all files one after the other."""
    found = {}
    if all("utterance" in group for group in groups):
        rows = [group["utterance"][:] for group in groups]
        found[f"{name}/utterance"] = np.concatenate(rows, axis=1)
    if any("segment" in group for group in groups):
        before = np.cumsum([0, *sizes[:-1]])
        segments = [_segments(*each) for each in zip(groups, files, strict=True)]
        for key, axis in [("segment", 1), ("segment_label", 0)]:
            parts = [of_file[key] for of_file in segments]
            found[f"{name}/{key}"] = np.concatenate(parts, axis=axis)
        owners = [
            np.where(of_file[OWNER] < 0, -1, first + of_file[OWNER])
            for first, of_file in zip(before, segments, strict=True)
        ]
        found[f"{name}/{OWNER}"] = np.concatenate(owners)
    return found


def _segments(group, file):
    """Predictions, classes and owners of the rows of one feature set in one file."""
    if "segment" in group:
        return {key: group[key][:] for key in ("segment", "segment_label", OWNER)}
    # Here every utterance has a single row.
    label = file["label"][:]
    return {
        "segment": group["utterance"][:],
        "segment_label": label,
        OWNER: np.arange(len(label)),
    }


def _whole(dataset):
    return dataset.asstr()[:] if dataset.dtype.kind == "O" else dataset[:]


def chosen_settings(path):
    """Return {feature set: [settings of each draw's classifier]} of a file."""
    with hdf5.opened(path) as file:
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
        owner = group[OWNER][:]
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
