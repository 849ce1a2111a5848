"""Label speech with a predictor: a row for each utterance, with what to doubt."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from speechcodes import names, progress
from speechcodes.experiment import feature_sets, learning_curves
from speechcodes.experiment.feature_sets import Rows
from speechcodes.predictor import (
    BY_FEW,
    BY_SPEAKER,
    BY_TYPICAL,
    calibration,
    novelty,
)
from speechcodes.predictor.folder import Predictor
from speechcodes.predictor.normalisation import enough, normalise
from speechcodes.records import Rejected, Utterance


def columns(classes: Sequence[str]) -> list[str]:
    """Return the columns of the table, with those of the probabilities of classes.

    >>> columns(["low", "high"])[3:5]
    ['probability_low', 'probability_high']
    """
    probabilities = [f"probability_{label}" for label in classes]
    doubts = ["share_as_far", "unlike_training", "normalised_by", "rejected"]
    return ["utterance", "path", "predicted", *probabilities, *doubts]


def label(
    predictor: Predictor, rows: Mapping[str, Rows], table: pd.DataFrame
) -> pd.DataFrame:
    """Label utterances whose features are computed.

    Parameters
    ----------
    predictor : Predictor
    rows : dict of str to Rows
        By part of the feature set.
    table : pd.DataFrame
        Text columns utterance, path and voice; see `records.Utterance.voice`.

    Returns
    -------
    pd.DataFrame
        A row for each utterance that has all features, in the order of their ids:
        predicted, the class, and the probability of each; `share_as_far`, the share of
        utterances of speakers held out from training that lie as far from what was
        trained on; `unlike_training`, whether that is less than `novelty.UNLIKE`; and
        `normalised_by`, where the set is normalised per speaker, whether by the
        utterance's own speaker or by a typical one, since there is too little of the
        own; and where the pitch is counted from the speaker's median, whether that is
        of enough files.
    """
    settings, fitted = predictor.settings, predictor.fitted
    classes, name = settings["classes"], settings["feature_set"]
    plain_name = name.removesuffix(names.PER_SPEAKER)
    heard = "+".join(settings["parts"])
    wanted = list(dict.fromkeys([plain_name, heard]))
    role = feature_sets.gather(dict(rows), wanted, table.assign(label=""), classes)
    n, plain = len(role.utterances), role.sets[plain_name]
    found = pd.DataFrame(columns=columns(classes), index=range(n))
    found["utterance"] = role.utterances
    found["path"] = table.set_index("utterance")["path"].reindex(role.utterances).array
    if not n:
        return found
    known, found["normalised_by"] = plain, ""
    if names.is_per_speaker(name):
        known, own = normalise(plain, role.voices, fitted["typical"])
        found["normalised_by"] = np.where(own, BY_SPEAKER, BY_TYPICAL)
    elif hears_pitch(settings):
        found["normalised_by"] = np.where(enough(role.voices), BY_SPEAKER, BY_FEW)
    model = fitted["classifier"]
    predicted, per_row = learning_curves.predicted(model, known, n)
    found["predicted"] = np.array(classes, dtype=object)[predicted]
    evidence = calibration.evidence(model, known, predicted)
    calibrated = fitted.get("calibration")
    probabilities = (
        calibrated.predict_proba(evidence)
        if calibrated
        else calibration.plain(evidence)
    )
    found[[f"probability_{each}" for each in classes]] = probabilities
    found["unlike_training"] = ""
    if "reference" in fitted:
        distances = fitted["distance"].of(feature_sets.averaged(role.sets[heard], n))
        found["share_as_far"] = novelty.shares(distances, fitted["reference"])
        found["unlike_training"] = found["share_as_far"] < novelty.UNLIKE
    return found.assign(rejected="")


def hears_pitch(settings: Mapping) -> bool:
    """Tell whether features are computed from pitch that counts from a median."""
    parts = names.parts(settings["feature_set"])
    of_segments = any(names.FEATURE_SETS[part].per != "corpus" for part in parts)
    return of_segments and "pitch" in settings["input"]


def label_files(predictor: Predictor, files: Sequence[Utterance]) -> pd.DataFrame:
    """Label audio files; those that cannot be used have a reason in `rejected`.

    What is known of a speaker, the pitch and the mean of features, is taken from all
    files of that speaker. Returns a table as `label` does, in the order of ids.
    """
    voices = defaultdict(list)
    for one in files:
        voices[one.voice].append((one.utterance, one.path))
    parts, rejected = defaultdict(list), []
    told = progress.Progress(len(files), "files")
    done = 0
    for of_voice in voices.values():
        rows, refused = predictor.extractor.of_speaker(of_voice)
        rejected += refused
        for part, one in rows.items():
            parts[part].append(one)
        told.report(done := done + len(of_voice))
    rows = {
        part: Rows(
            np.concatenate([one.features for one in each]),
            np.concatenate([one.utterance for one in each]),
        )
        for part, each in parts.items()
    }
    classes = predictor.settings["classes"]
    found = pd.DataFrame(columns=columns(classes))
    if rows:
        pairs = [(one.utterance, one.path, one.voice) for one in files]
        table = pd.DataFrame(pairs, columns=["utterance", "path", "voice"])
        found = label(predictor, rows, table)
    return with_rejected(found, rejected)


def with_rejected(labelled: pd.DataFrame, rejected: Sequence[Rejected]) -> pd.DataFrame:
    """Add what was left out to a table of `label`, with the reason."""
    if not rejected:
        return labelled
    left_out = pd.DataFrame(
        {
            "utterance": [one.utterance for one in rejected],
            "path": [one.path for one in rejected],
            "rejected": [f"{one.reason}: {one.detail}" for one in rejected],
        }
    )
    both = [labelled, left_out] if len(labelled) else [left_out]
    found = pd.concat(both).reindex(columns=labelled.columns)
    return found.sort_values("utterance", ignore_index=True)
