"""Train what labels new speech on all labels, and try it on speakers held out."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from sklearn.metrics import precision_recall_fscore_support
from sklearn.model_selection import StratifiedGroupKFold

from speechcodes import progress
from speechcodes.experiment import learning_curves
from speechcodes.experiment.draws import Protocol
from speechcodes.experiment.feature_sets import RoleFeatures, averaged
from speechcodes.names import PER_SPEAKER, is_per_speaker, with_midterm
from speechcodes.predictor import calibration, novelty
from speechcodes.predictor.normalisation import typical

#: Most folds that speakers are held out in.
FOLDS = 5


@dataclass
class Trained:
    """What is fitted to the labels, and how it does on speakers held out.

    Attributes
    ----------
    models : dict of str to object
        `classifier`; `distance`, see `novelty`; `reference`, distances of utterances of
        speakers held out; `typical`, where the set is normalised per speaker; and
        `calibration`. Where `divide` finds no folds there are no calibration and no
        reference.
    settings : dict
        Of the classifier.
    held_out : pd.DataFrame
        utterance, voice, label and predicted of each training utterance, and its
        probability of being right before and after calibration. Empty without folds.
    reliability : pd.DataFrame
        `calibration.reliability`, with the column calibrated (before, after).
    """

    models: dict[str, object]
    settings: dict
    held_out: pd.DataFrame
    reliability: pd.DataFrame


def train(
    name: str,
    settings: dict,
    role: RoleFeatures,
    feature_set: str,
    protocol: Protocol,
    threads: int = 1,
) -> Trained:
    """Train a classifier as the experiment does with all labels, and calibrate it.

    It is the experiment's first draw of 100 per cent, with the settings that are tuned
    there.

    Parameters
    ----------
    name, settings
        See `classifiers.build`.
    role : RoleFeatures
        With the feature set and the others of `sets_of`.
    """
    (drawn, *_) = protocol.chosen(role.labels, 100, role.classes)
    known = role.sets[feature_set].of(drawn)
    common = {"protocol": protocol, "number": 0, "threads": threads}
    _, settings = learning_curves.set_up(name, settings, known, role.voices, **common)

    def fit(rows):
        model, _ = learning_curves.set_up(
            name, settings, rows, role.voices, **common, tune=False
        )
        return model.fit(rows.features, rows.labels)

    *_, heard = (role.sets[name] for name in sets_of(feature_set))
    means = averaged(heard, len(role.utterances))[drawn]
    models = {"classifier": fit(known), "distance": novelty.fit(means, heard.blocks)}
    if is_per_speaker(feature_set):
        plain = role.sets[feature_set.removesuffix(PER_SPEAKER)].of(drawn)
        models["typical"] = typical(plain, role.voices)
    nothing = pd.DataFrame(columns=[*calibration.COLUMNS, "calibrated"])
    found = Trained(models, settings, pd.DataFrame(), nothing)
    folds = divide(role.labels[drawn], role.voices[drawn], protocol.seed)
    if folds is not None:
        models["reference"] = novelty.held_out(means, heard.blocks, folds)
        evidence = _held_out(fit, known, drawn, folds, len(role.classes))
        models["calibration"] = calibration.fit(evidence, role.labels[drawn])
        found.held_out, found.reliability = _tried(role, drawn, evidence, folds)
    return found


def sets_of(feature_set: str) -> list[str]:
    """Return the sets that a predictor needs: the set, the same plain, and for novelty.

    >>> sets_of("fisher@speaker"), sets_of("midterm")
    (['fisher@speaker', 'fisher', 'fisher+midterm'], ['midterm'])
    """
    plain = feature_set.removesuffix(PER_SPEAKER)
    heard = "+".join(with_midterm(feature_set))
    return list(dict.fromkeys([feature_set, plain, heard]))


def divide(labels: np.ndarray, voices: np.ndarray, seed: int) -> np.ndarray | None:
    """Number the folds that utterances (n,) are held out in, whole speakers together.

    Those of `sklearn.model_selection.StratifiedGroupKFold`, `FOLDS` at most. None where
    some class has a single speaker, or all its speakers are in one fold: without that
    fold, nothing could be learned of the class.
    """
    fewest = min(len(np.unique(voices[labels == k])) for k in np.unique(labels))
    if fewest < 2:
        return None
    division = StratifiedGroupKFold(min(FOLDS, fewest), shuffle=True, random_state=seed)
    folds = np.empty(len(labels), dtype=int)
    for number, (_, rows) in enumerate(division.split(labels, labels, voices)):
        folds[rows] = number
    is_in_one = [len(np.unique(folds[labels == k])) < 2 for k in np.unique(labels)]
    return None if any(is_in_one) else folds


def _held_out(fit, known, drawn, folds, classes):
    """Evidence (n, classes) on a log scale, of utterances by models without them."""
    found = np.empty((len(drawn), classes))
    for fold in progress.each(np.unique(folds), "folds of speakers"):
        held = np.flatnonzero(folds == fold)
        model, test = fit(known.of(drawn[folds != fold])), known.of(drawn[held])
        test = replace(test, utterance=np.searchsorted(drawn[held], test.utterance))
        predicted, _ = learning_curves.predicted(model, test, len(held))
        found[held] = calibration.evidence(model, test, predicted)
    return found


def _tried(role, drawn, evidence, folds):
    """The tables of `Trained` on speakers held out."""
    labels, places = role.labels[drawn], np.arange(len(drawn))
    of_kind = {
        "before": calibration.plain(evidence),
        "after": calibration.crossed(evidence, labels, folds),
    }
    predicted, classes = evidence.argmax(axis=1), np.array(role.classes, dtype=object)
    held_out = pd.DataFrame(
        {
            "utterance": role.utterances[drawn],
            "voice": role.voices[drawn],
            "label": classes[labels],
            "predicted": classes[predicted],
            **{kind: p[places, predicted] for kind, p in of_kind.items()},
        }
    )
    tables = [
        calibration.reliability(probabilities, labels).assign(calibrated=kind)
        for kind, probabilities in of_kind.items()
    ]
    return held_out, pd.concat(tables, ignore_index=True)


def summary(role: RoleFeatures) -> dict:
    """Count what a predictor is trained on: utterances, of each class, and speakers."""
    counts = np.bincount(role.labels, minlength=len(role.classes))
    return {
        "utterances": len(role.utterances),
        "of_class": dict(zip(role.classes, counts.tolist(), strict=True)),
        "speakers": len(set(role.voices)),
    }


def tried(trained: Trained) -> dict:
    """Tell how a predictor does on speakers held out, as numbers.

    Returns
    -------
    dict
        Empty if no speakers were held out. `of_class`: precision, recall, f1 and n of
        each class. `of_speaker`: the lowest, the median and the highest share of a
        speaker's utterances that are right. `calibration_error`: before and after.
    """
    table = trained.held_out
    if table.empty:
        return {}
    classes = sorted(set(table["label"]))
    scores = precision_recall_fscore_support(
        table["label"], table["predicted"], labels=classes, zero_division=0
    )
    right = (table["label"] == table["predicted"]).groupby(table["voice"]).mean()
    return {
        "of_class": {
            label: dict(zip(("precision", "recall", "f1", "n"), row, strict=True))
            for label, row in zip(classes, np.transpose(scores).tolist(), strict=True)
        },
        "of_speaker": {k: float(getattr(right, k)()) for k in ("min", "median", "max")},
        "calibration_error": {
            kind: calibration.expected_error(of_kind)
            for kind, of_kind in trained.reliability.groupby("calibrated")
        },
    }
