"""Feature sets: one or several rows of features for each utterance of a role."""

import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from speechcodes.corpus import feature_tables
from speechcodes.errors import InputError
from speechcodes.names import (
    FEATURE_SETS,
    PER_SPEAKER,
    SELF_TRAINED,
    is_per_speaker,
    parts,
)
from speechcodes.storage import hdf5

#: A speaker's numbers that spread less, for their size, are constant.
ROUNDING = 1e-12

logger = logging.getLogger(__name__)


class Rows(NamedTuple):
    """Features as they were read, of any number of utterances."""

    features: np.ndarray  # shape (rows, dimensions)
    utterance: np.ndarray | None  # str, shape (rows,): whose row it is, if known
    labels: np.ndarray | None = None  # int, shape (rows,): classes, if that is not


class Block(NamedTuple):
    """Columns that belong together: those of one part of a concatenation."""

    width: int
    #: Whether they have one scale; see `names.FeatureSet`.
    scaled: bool = False


@dataclass
class FeatureSet:
    """The features of one role."""

    features: np.ndarray  # shape (rows, dimensions)
    utterance: np.ndarray  # int, shape (rows,): index among the role's, -1 if unknown
    labels: np.ndarray  # int, shape (rows,): class, as an index into the classes
    #: The columns, from left to right; nothing stands for one block, not scaled.
    blocks: tuple[Block, ...] = ()

    @property
    def has_utterances(self) -> bool:
        """Whether each row's utterance is known."""
        return bool((self.utterance >= 0).all())

    @property
    def has_segments(self) -> bool:
        """Whether rows are not simply utterances."""
        return len(np.unique(self.utterance)) < len(self.utterance)

    def of(self, utterances: Sequence[int]) -> "FeatureSet":
        """Return the rows that belong to some utterances."""
        rows = np.isin(self.utterance, utterances)
        taken = [self.features[rows], self.utterance[rows], self.labels[rows]]
        return FeatureSet(*taken, self.blocks)


@dataclass
class RoleFeatures:
    """The n utterances of one role that every feature set has."""

    utterances: np.ndarray  # str, shape (n,): sorted ids
    #: int, shape (n,): classes, as indices into `classes`; -1 where there is no label
    labels: np.ndarray
    voices: np.ndarray  # str, shape (n,): who speaks; see `records.Utterance.voice`
    sets: dict[str, FeatureSet]
    classes: tuple[str, ...]

    @property
    def fewest_of_speaker(self) -> int:
        """Utterances of the speaker who has the fewest, 0 without any."""
        return min(Counter(self.voices).values(), default=0)


def read(
    name: str,
    role: str,
    utterances: Iterable[str],
    files: Mapping,
    classes: Sequence[str],
) -> Rows:
    """Return the rows of one feature set, from wherever they are stored.

    Files are `{name}_table`, a table of the user's own, of which the role's utterances
    are read; or `corpus`, a corpus that starts from feature tables; or
    `{name}_{role}`, a list of HDF5 files.
    """
    if f"{name}_table" in files:
        return Rows(*feature_tables.read(files[f"{name}_table"], utterances))
    if "corpus" in files:
        path = files["corpus"]
        return Rows(*feature_tables.read_of_corpus(path, role, name, classes))
    dataset = FEATURE_SETS[name].dataset
    return Rows(*hdf5.read(files[f"{name}_{role}"], dataset, "utterance"))


def read_role(
    names: Sequence[str],
    role: str,
    table: pd.DataFrame,
    files: Mapping,
    classes: Sequence[str],
) -> RoleFeatures:
    """Return the features of one role, of all feature sets asked for.

    For names and table see `gather`, for files `read`.

    Raises
    ------
    InputError
        If the rows of a training role are of unknown utterances; and see `gather`.
    """
    rows = {
        part: read(part, role, table["utterance"], files, classes)
        for part in dict.fromkeys(part for name in names for part in parts(name))
    }
    for name, (_, utterance, _) in rows.items():
        if role == "training" and utterance is None:
            raise InputError(
                f"the feature set {name} cannot be learned from: whose rows those of "
                f"the training role are must stand in {role}/{name}/utterance_row"
            )
    return gather(rows, names, table, classes)


def gather(
    rows: dict[str, Rows],
    names: Sequence[str],
    table: pd.DataFrame,
    classes: Sequence[str],
) -> RoleFeatures:
    """Return the features of those utterances that all feature sets have.

    Only they can be compared: an utterance too short for a segment has mid-term
    features but no code.

    Parameters
    ----------
    rows : dict of str to Rows
        Every part of the names; rows of utterances not in the table are left out.
    names : sequence of str
        `a+b` concatenates a and b, each averaged over an utterance's rows; a name that
        ends in `@speaker` is the same normalised per speaker, see `per_speaker`. Its
        columns then share one scale; columns that already did are only centred. Sets
        that are self-trained have the features of the plain ones.
    table : pd.DataFrame
        Text columns utterance, label and voice of the role's utterances, and no
        others.
    classes : sequence of str

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
    found = table.set_index("utterance").reindex(common)
    number = {label: k for k, label in enumerate(classes)} | {"": -1}
    labels = np.array([number[label] for label in found["label"]], dtype=int)
    voices = found["voice"].to_numpy(object)
    single = {
        name: _feature_set(name, r, utterances, labels) for name, r in rows.items()
    }
    sets = {}
    for name in names:
        features = name.removesuffix(SELF_TRAINED)
        plain = features.removesuffix(PER_SPEAKER)
        if features not in single:
            _check_utterances(name, single)
        sets[name] = single.get(plain) or _concatenated(plain, single, labels)
        if is_per_speaker(name):
            _check_voices(name, utterances, voices)
            sets[name] = _per_speaker(sets[name], voices)
    return RoleFeatures(utterances, labels, voices, sets, tuple(classes))


def _feature_set(name, rows, utterances, labels):
    """The `FeatureSet` of the rows whose utterance is wanted, or unknown."""
    if rows.utterance is None:
        return FeatureSet(rows.features, np.full(len(rows.features), -1), rows.labels)
    scaled = name in FEATURE_SETS and FEATURE_SETS[name].scaled
    blocks = (Block(rows.features.shape[1], scaled),)
    index = {utterance: i for i, utterance in enumerate(utterances)}
    positions = np.array([index.get(u, -1) for u in rows.utterance], dtype=int)
    kept = positions >= 0
    owner = positions[kept]
    return FeatureSet(rows.features[kept], owner, labels[owner], blocks)


def _check_utterances(name, single):
    """Raise InputError if the rows of a part are of unknown utterances."""
    for part in parts(name):
        if not single[part].has_utterances:
            raise InputError(
                f"the feature set {name} needs to know whose rows those of {part} are, "
                "which its table does not tell: leave it out"
            )


def _check_voices(name, utterances, voices):
    """Raise InputError if some utterances are of nobody known."""
    unknown = [
        utterance
        for utterance, voice in zip(utterances, voices, strict=True)
        if voice.startswith("utterance ")
    ]
    if unknown:
        raise InputError(
            f"the feature set {name}: {len(unknown)} utterances, such as {unknown[0]}, "
            "have neither a speaker nor a session, so that there is no speaker to "
            "normalise them over: name who speaks, or leave the set out"
        )


def _per_speaker(found, voices):
    """Normalise a `FeatureSet` per speaker; after that its columns have one scale."""
    widths, scaled = zip(*found.blocks, strict=True)
    own = voices[found.utterance]
    features = per_speaker(found.features, own, np.repeat(scaled, widths))
    blocks = tuple(Block(width, scaled=True) for width in widths)
    return replace(found, features=features, blocks=blocks)


def per_speaker(
    features: np.ndarray, voices: np.ndarray, scaled: np.ndarray | bool = False
) -> np.ndarray:
    """Give each speaker's rows zero mean and unit variance in every dimension.

    No label is looked at: who speaks is all that is used. Features have the shape
    (rows, dimensions), voices (rows,). Dimensions that are constant for a speaker, or
    are `scaled` (dimensions,), are only centred.
    """
    normalised = np.array(features, dtype=float)
    speakers, owner = np.unique(voices.astype(str), return_inverse=True)
    for speaker in range(len(speakers)):
        rows = normalised[owner == speaker]
        deviations = rows.std(axis=0)
        # Averages of equal numbers differ in their last digits, which say nothing.
        constant = deviations <= ROUNDING * np.abs(rows).max(axis=0)
        centred = rows - rows.mean(axis=0)
        normalised[owner == speaker] = centred / np.where(
            constant | scaled, 1, deviations
        )
    return normalised


def averaged(feature_set: FeatureSet, n: int) -> np.ndarray:
    """Return the mean of each utterance's rows, shape (n, dimensions)."""
    sums = np.zeros((n, feature_set.features.shape[1]))
    np.add.at(sums, feature_set.utterance, feature_set.features)
    return sums / np.bincount(feature_set.utterance, minlength=n)[:, None]


def _concatenated(name, single, labels):
    """The `FeatureSet` with the averaged features of several side by side."""
    n, found = len(labels), [single[part] for part in parts(name)]
    features = np.hstack([averaged(one, n) for one in found])
    blocks = tuple(block for one in found for block in one.blocks)
    return FeatureSet(features, np.arange(n), labels, blocks)
