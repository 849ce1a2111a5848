"""Feature sets: one or several rows of features for each utterance of a split."""

import logging
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from speechcodes.corpus import feature_tables
from speechcodes.corpus.speakers import check_known, fewest, voices
from speechcodes.errors import InputError
from speechcodes.names import PER_SPEAKER, is_per_speaker, parts
from speechcodes.records import LABELS
from speechcodes.storage import hdf5

#: Features that the workflow computes, and the dataset of their shards.
DATASETS = {"midterm": "midterm", "code": "codes", "pooled": "pooled", "pca": "pca"}
#: A speaker's numbers that spread less, for their size, are constant.
ROUNDING = 1e-12

logger = logging.getLogger(__name__)


class Rows(NamedTuple):
    """Features as they were read, of any number of utterances.

    Attributes
    ----------
    features : np.ndarray, shape (rows, dimensions)
    utterance : np.ndarray of str, shape (rows,), or None
        Whose row it is; None where that is unknown.
    labels : np.ndarray of int, shape (rows,), optional
        Classes of rows whose utterance is unknown, as indices into `records.LABELS`.
    """

    features: np.ndarray
    utterance: np.ndarray | None
    labels: np.ndarray | None = None


@dataclass
class FeatureSet:
    """The features of one split.

    Attributes
    ----------
    features : np.ndarray, shape (rows, dimensions)
    utterance : np.ndarray, shape (rows,), int
        Index of each row's utterance in the list of the split's utterances, -1
        where unknown.
    labels : np.ndarray, shape (rows,), int
        Class of each row, as an index into `records.LABELS`.
    """

    features: np.ndarray
    utterance: np.ndarray
    labels: np.ndarray

    @property
    def has_utterances(self):
        """Whether each row's utterance is known."""
        return bool((self.utterance >= 0).all())

    @property
    def has_segments(self):
        """Whether rows are not simply utterances."""
        return len(np.unique(self.utterance)) < len(self.utterance)

    def of(self, utterances):
        """Return the rows that belong to some utterances, as a `FeatureSet`."""
        rows = np.isin(self.utterance, utterances)
        return FeatureSet(self.features[rows], self.utterance[rows], self.labels[rows])


@dataclass
class Split:
    """The utterances of one split that every feature set has.

    Attributes
    ----------
    utterances : np.ndarray, shape (n,)
        Sorted ids.
    labels : np.ndarray, shape (n,), int
        Classes, as indices into `records.LABELS`.
    speakers : np.ndarray of str, shape (n,)
        Who speaks; see `speakers.voices`.
    sets : dict of str to FeatureSet
    """

    utterances: np.ndarray
    labels: np.ndarray
    speakers: np.ndarray
    sets: dict

    @property
    def fewest_of_speaker(self):
        """Utterances of the speaker who has the fewest."""
        return fewest(self.speakers)


def read(name, split, files):
    """Return the `Rows` of one feature set, from wherever they are stored.

    Parameters
    ----------
    name : str
    split : str
        Tables of a user's own hold all splits, and are returned whole.
    files : mapping
        Paths: `{name}_table`, a table of the user's own; or `corpus`, a corpus that
        starts from feature tables; or `{name}_{split}`, shards.
    """
    if f"{name}_table" in files:
        return Rows(*feature_tables.read(files[f"{name}_table"]))
    if "corpus" in files:
        return Rows(*feature_tables.read_of_corpus(files["corpus"], split, name))
    return Rows(*hdf5.read(files[f"{name}_{split}"], DATASETS[name], "utterance"))


def read_split(names, split, table, files):
    """Return the `Split` with the feature sets asked for.

    Parameters
    ----------
    names : sequence of str
        `a+b` concatenates a and b, each averaged over an utterance's rows; a name that
        ends in `@speaker` is the same normalised per speaker, see `per_speaker`.
    split : str
    table : pd.DataFrame
        Text columns utterance, label, speaker and session of the split's utterances.
    files : mapping
        See `read`.
    """
    rows = {part: read(part, split, files) for name in names for part in parts(name)}
    for name, (_, utterance, _) in rows.items():
        if split == "training" and utterance is None:
            raise InputError(
                f"the feature set {name} cannot be learned from: whose rows those of "
                f"the training split are must stand in {split}/{name}/utterance_row"
            )
    return gather(rows, names, table)


def gather(rows, names, table):
    """Return the `Split` of those utterances that all feature sets have.

    Only they can be compared: an utterance too short for a segment has mid-term
    features but no code.

    Parameters
    ----------
    rows : dict of str to Rows
        Every part of the names.
    names : sequence of str
    table : pd.DataFrame
        Text columns utterance, label, speaker and session of the split's utterances.

    Raises
    ------
    InputError
        If a concatenation or a normalisation asks for rows whose utterance is unknown,
        or a normalisation for utterances of neither a known speaker nor session.
    """
    known = [set(r.utterance) for r in rows.values() if r.utterance is not None]
    common = sorted(set(table["utterance"]).intersection(*known))
    logger.info("%d of %d utterances have all feature sets", len(common), len(table))
    utterances = np.array(common, dtype=object)
    class_of = dict(zip(table["utterance"], table["label"], strict=True))
    labels = np.array([LABELS.index(class_of[u]) for u in common], dtype=int)
    single = {name: _feature_set(r, utterances, labels) for name, r in rows.items()}
    speakers = voices(table).reindex(common).to_numpy(object)
    sets = {}
    for name in names:
        plain = name.removesuffix(PER_SPEAKER)
        found = single.get(plain) or _concatenated(plain, single, labels)
        sets[name] = (
            _per_speaker(name, found, utterances, speakers)
            if is_per_speaker(name)
            else found
        )
    return Split(utterances, labels, speakers, sets)


def _feature_set(rows, utterances, labels):
    """The `FeatureSet` of the rows whose utterance is wanted, or unknown."""
    if rows.utterance is None:
        return FeatureSet(rows.features, np.full(len(rows.features), -1), rows.labels)
    index = {utterance: i for i, utterance in enumerate(utterances)}
    positions = np.array([index.get(u, -1) for u in rows.utterance], dtype=int)
    kept = positions >= 0
    owner = positions[kept]
    return FeatureSet(rows.features[kept], owner, labels[owner])


def per_speaker(features, speakers):
    """Give each speaker's rows zero mean and unit variance in every dimension.

    No label is looked at: who speaks is all that is used.

    Parameters
    ----------
    features : np.ndarray, shape (rows, dimensions)
    speakers : np.ndarray of str, shape (rows,)

    Returns
    -------
    np.ndarray, shape (rows, dimensions), float64
        A dimension that is constant for a speaker is only centred.
    """
    normalised = np.array(features, dtype=float)
    _, owner = np.unique(speakers.astype(str), return_inverse=True)
    order = np.argsort(owner, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(owner[order])) + 1):
        normalised[rows] = _standardised(normalised[rows])
    return normalised


def _standardised(rows):
    """Rows with zero mean and unit variance in every dimension that varies."""
    if not len(rows):
        return rows
    deviations = rows.std(axis=0)
    # Averages of equal numbers differ in their last digits, which say nothing.
    constant = deviations <= ROUNDING * np.abs(rows).max(axis=0)
    return (rows - rows.mean(axis=0)) / np.where(constant, 1, deviations)


def _per_speaker(name, feature_set, utterances, speakers):
    """The `FeatureSet` normalised over the rows of each speaker of a split."""
    if not feature_set.has_utterances:
        raise InputError(
            f"the feature set {name} needs to know whose rows those of "
            f"{name.removesuffix(PER_SPEAKER)} are, which its table does not tell: "
            "leave it out"
        )
    known = [not voice.startswith("utterance ") for voice in speakers]
    check_known(zip(utterances, known, strict=True), f"the feature set {name}")
    features = per_speaker(feature_set.features, speakers[feature_set.utterance])
    return FeatureSet(features, feature_set.utterance, feature_set.labels)


def averaged(feature_set, n):
    """Return the mean of each utterance's rows, shape (n, dimensions)."""
    sums = np.zeros((n, feature_set.features.shape[1]))
    np.add.at(sums, feature_set.utterance, feature_set.features)
    return sums / np.bincount(feature_set.utterance, minlength=n)[:, None]


def _concatenated(name, single, labels):
    """The `FeatureSet` with the averaged features of several side by side."""
    for part in parts(name):
        if not single[part].has_utterances:
            raise InputError(
                f"the feature set {name} needs to know whose rows those of {part} are, "
                "which its table does not tell: leave it out"
            )
    n = len(labels)
    features = np.hstack([averaged(single[part], n) for part in parts(name)])
    return FeatureSet(features, np.arange(n), labels)
