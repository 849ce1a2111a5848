"""Predictions: what scores, intervals and tests are computed from."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from speechcodes import progress
from speechcodes.errors import InputError
from speechcodes.experiment.feature_sets import RoleFeatures
from speechcodes.experiment.learning_curves import Predictions
from speechcodes.storage import hdf5

DESCRIPTION = (
    "utterance, label, speaker: (n,) id, class and speaker of the test utterances; "
    "PERCENTAGE/SET/utterance: (draws, n) predicted classes, for each percentage of "
    "the training labels and each feature set; PERCENTAGE/SET/segment: (draws, m) "
    "those of its rows, where rows are not simply utterances, with their segment_label "
    "and segment_utterance: (m,) class and index of the utterance, -1 where unknown; "
    "utterance_halves, segment_halves: (2 * halvings, n or m) what is predicted from "
    "halves of the training voices, both halves of a halving one after the other; "
    "classes are indices into the attribute labels; speaker is that, or the session or "
    "the utterance where the speaker is unknown"
)

#: What must be the same in the files of all folds.
ALIKE = ("segment", "classifier", "percentages", "protocol", "seed", "labels")
ALIKE += ("feature_sets", "balanced")


class Predicted(NamedTuple):
    """What classifiers of one kind said of n test cases, one row per draw."""

    feature_set: str
    classifier: str
    percentage: int
    n_training_utterances: int  # mean over folds, rounded
    unit: str  # what a case is: utterance or segment
    main: bool  # whether the protocol compares feature sets on this unit
    truth: np.ndarray  # int, shape (n,): class, as an index into `classes`
    utterance: np.ndarray  # int, shape (n,): index of the case's, or the case itself
    speaker: np.ndarray  # str, shape (n,): cases that are not independent share it
    predicted: np.ndarray  # int, shape (draws, n)
    classes: tuple[str, ...]
    segment: str = ""  # name of the segment variant
    folds: int = 1  # that these are the predictions of, all repeats together
    #: What is predicted from halves of the training voices, both halves of a halving
    #: one after the other: int, shape (repeats, 2 * halvings, n).
    halves: np.ndarray = np.empty((1, 0, 0), np.int8)
    n_training_voices: int = 1  # of the fold with the fewest
    balanced: bool = False  # whether draws have as many utterances of each class
    #: Utterances of the training or test speaker who has the fewest: what a feature
    #: set that is normalised per speaker rests on. 0 where that is not known.
    fewest_of_speaker: int = 0
    #: Id of each case's utterance, empty where that is unknown: str, shape (n,).
    id: np.ndarray = np.empty(0, object)


def write(
    path: str,
    predictions: Mapping[int, tuple[dict[str, Predictions], int]],
    test: RoleFeatures,
    parameters: dict,
) -> None:
    """Write what one classifier predicts, for every percentage, feature set and draw.

    Parameters
    ----------
    path : str
    predictions : dict
        As `learning_curves.predict_draws` returns them.
    test : RoleFeatures
    parameters : dict
        Become attributes: segment, classifier, n_training_voices, protocol, and
        whatever else describes the run.
    """
    datasets = {
        "utterance": test.utterances,
        "label": test.labels,
        "speaker": test.voices,
    }
    for percentage, (of_sets, _) in predictions.items():
        for name, one in of_sets.items():
            group, rows = f"{percentage}/{name}", test.sets[name]
            if one.per_utterance is not None:
                datasets[f"{group}/utterance"] = one.per_utterance
                datasets[f"{group}/utterance_halves"] = one.halves_per_utterance
            if one.per_utterance is None or rows.has_segments:
                datasets[f"{group}/segment"] = one.per_row
                datasets[f"{group}/segment_halves"] = one.halves_per_row
                datasets[f"{group}/segment_label"] = rows.labels
                datasets[f"{group}/segment_utterance"] = rows.utterance
    parameters = {
        **parameters,
        "labels": test.classes,
        "percentages": list(predictions),
        "feature_sets": list(next(iter(predictions.values()))[0]),
    }
    libraries = ["scikit-learn", "numpy"]
    about = {"libraries": libraries, "description": DESCRIPTION}
    with hdf5.create(path, parameters=parameters, **about) as file:
        hdf5.put(file, datasets)
        for percentage, (of_sets, n_training_utterances) in predictions.items():
            settings = {name: one.settings for name, one in of_sets.items()}
            attributes = file[str(percentage)].attrs
            attributes["n_training_utterances"] = n_training_utterances
            attributes["settings_of_draws"] = json.dumps(settings)


def read_folds(paths: Sequence[str]) -> Iterator[Predicted]:
    """Yield the predictions of all folds together.

    Within a repeat every case is tested once: the cases of its folds stand side by
    side. The draws of further repeats of the same cases are stacked below. A fold
    belongs to the same repeat as those before it until an utterance is tested again.

    Paths, which end alike in all folds, `{segment}/{classifier}/{percentages}.h5`, may
    be of any number of variants, classifiers and percentages, which come one after the
    other in the order of paths and files; feature sets in theirs.

    Raises
    ------
    InputError
        If folds were made with different settings, or repeats test other cases.
    DamagedFile
        If a file is not as it was written.
    """
    groups = defaultdict(list)
    for path in paths:
        groups[Path(path).parts[-3:]].append(path)
    for of_one in progress.each(groups.values(), "predictions of all folds"):
        files = [_read(path) for path in of_one]
        for other in files[1:]:
            _check_alike(files[0][0], other[0])
        for folds in zip(*files, strict=True):
            yield from _pooled(folds)


class _Cases(NamedTuple):
    """Predictions of the n cases of one unit."""

    truth: np.ndarray  # shape (n,)
    owner: np.ndarray  # shape (n,): index of the utterance, -1 where unknown
    predicted: np.ndarray  # shape (draws, n)
    halves: np.ndarray  # shape (2 * halvings, n); of all repeats (repeats, ..., n)


class _Fold(NamedTuple):
    """What a file has of one percentage, or the files of all folds of a repeat."""

    path: str
    made: dict  # what must be alike; see `ALIKE`
    percentage: int
    n_training_utterances: int
    n_training_voices: int
    fewest_of_speaker: int
    utterance: np.ndarray
    speaker: np.ndarray
    cases: dict[tuple[str, str], _Cases]  # by feature set and unit


def _read(path):
    """The `_Fold` of each percentage of one file."""
    with hdf5.opened(path) as file:
        made = {k: np.asarray(file.attrs[k]).tolist() for k in ALIKE if k in file.attrs}
        return [_of_percentage(path, file, made, each) for each in made["percentages"]]


def _of_percentage(path, file, made, percentage):
    """The `_Fold` of one percentage of an open file."""
    of_sets, label, cases = file[str(percentage)], file["label"][:], {}
    for name in made["feature_sets"]:
        group = of_sets[name]
        if "utterance" in group:
            predicted = group["utterance"][:], group["utterance_halves"][:]
            cases[name, "utterance"] = _Cases(label, np.arange(len(label)), *predicted)
        if "segment" in group:
            keys = ("segment_label", "segment_utterance", "segment", "segment_halves")
            cases[name, "segment"] = _Cases(*(group[key][:] for key in keys))
    return _Fold(
        path,
        made | {"draws": len(next(iter(cases.values())).predicted)},
        percentage,
        int(of_sets.attrs["n_training_utterances"]),
        int(file.attrs["n_training_voices"]),
        int(file.attrs.get("fewest_of_speaker", 0)),
        file["utterance"].asstr()[:],
        file["speaker"].asstr()[:],
        cases,
    )


def _pooled(folds):
    """Yield the `Predicted` of one variant, classifier and percentage."""
    first = folds[0]
    repeats = [_side_by_side(repeat) for repeat in _repeats(folds)]
    cases = {key: _stacked(repeats, key) for key in repeats[0].cases}
    preferred = "segment" if first.made["protocol"] == "study" else "utterance"
    n_training_utterances = np.mean([fold.n_training_utterances for fold in folds])
    for name in first.made["feature_sets"]:
        units = [unit for of, unit in cases if of == name]
        main = preferred if preferred in units else units[0]
        for unit in units:
            truth, owner, predicted, halves = cases[name, unit]
            speaker = repeats[0].speaker[owner]
            ids = np.where(owner < 0, "", repeats[0].utterance[owner])
            if (owner < 0).any():
                # Each case on its own.
                owner = np.arange(len(owner))
                speaker = np.array([f"segment {i}" for i in owner], object)
            yield Predicted(
                feature_set=name,
                classifier=first.made["classifier"],
                percentage=first.percentage,
                n_training_utterances=round(n_training_utterances),
                unit=unit,
                main=unit == main,
                truth=truth,
                utterance=owner,
                speaker=speaker,
                predicted=predicted,
                classes=tuple(first.made["labels"]),
                segment=first.made["segment"],
                folds=len(folds),
                halves=halves,
                n_training_voices=min(fold.n_training_voices for fold in folds),
                balanced=bool(first.made.get("balanced")),
                fewest_of_speaker=min(fold.fewest_of_speaker for fold in folds),
                id=ids,
            )


def _check_alike(one, other):
    """Raise InputError if two folds were made with different settings."""
    for key, value in one.made.items():
        if other.made[key] != value:
            raise InputError(
                f"{other.path}: {key} is {other.made[key]}, but in {one.path} it is "
                f"{value}: remove the files that were made with other settings"
            )


def _repeats(folds):
    """Divide folds into repeats, each of which tests no utterance twice."""
    repeats, tested = [], set()
    for fold in folds:
        if not repeats or tested.intersection(fold.utterance):
            repeats.append([])
            tested = set()
        repeats[-1].append(fold)
        tested.update(fold.utterance)
    return repeats


def _side_by_side(folds):
    """The `_Fold` of all cases of the folds of one repeat."""
    before = np.cumsum([0, *(len(fold.utterance) for fold in folds[:-1])])
    cases = {}
    for name, unit in dict.fromkeys(key for fold in folds for key in fold.cases):
        if unit == "utterance" and any((name, unit) not in f.cases for f in folds):
            continue
        # Without segments, every utterance of a fold has a single row.
        parts = [f.cases.get((name, unit)) or f.cases[name, "utterance"] for f in folds]
        owner = [
            np.where(part.owner < 0, -1, first + part.owner)
            for first, part in zip(before, parts, strict=True)
        ]
        cases[name, unit] = _Cases(
            np.concatenate([part.truth for part in parts]),
            np.concatenate(owner),
            np.concatenate([part.predicted for part in parts], axis=1),
            np.concatenate(_of_equal_number([part.halves for part in parts]), axis=1),
        )
    return folds[0]._replace(
        utterance=np.concatenate([fold.utterance for fold in folds]),
        speaker=np.concatenate([fold.speaker for fold in folds]),
        cases=cases,
    )


def _stacked(repeats, key):
    """The `_Cases` of the first repeat, with the draws of all repeats."""
    first = repeats[0]
    order, names = _in_order(first, key)
    # Where each case of the first repeat stands once they are sorted.
    place = np.argsort(order)
    draws, halves = [first.cases[key].predicted], [first.cases[key].halves]
    for other in repeats[1:]:
        found, same = _in_order(other, key)
        if not np.array_equal(same, names):
            raise InputError(
                f"{other.path} and {first.path} belong to repeats that do not test "
                f"the same {key[1]}s: remove the predictions of all folds"
            )
        draws.append(other.cases[key].predicted[:, found[place]])
        halves.append(other.cases[key].halves[:, found[place]])
    return first.cases[key]._replace(
        predicted=np.concatenate(draws), halves=np.stack(_of_equal_number(halves))
    )


def _of_equal_number(halves):
    """Halves of several folds, of as many halvings as all have: one voice has none."""
    return [one[: min(map(len, halves))] for one in halves]


def _in_order(fold, key):
    """The order of cases by the ids of their utterances, and these ids with classes."""
    truth, owner, *_ = fold.cases[key]
    ids = np.where(owner < 0, "", fold.utterance[owner]).astype(str)
    order = np.argsort(ids, kind="stable")
    return order, np.array([ids[order], truth[order].astype(str)])
