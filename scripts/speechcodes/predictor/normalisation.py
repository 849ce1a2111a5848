"""Normalise new speech per speaker, as far as there is enough of each."""

from collections import Counter
from dataclasses import replace

import numpy as np

from speechcodes.experiment.feature_sets import Block, FeatureSet, per_speaker
from speechcodes.predictor import FEW
from speechcodes.records import is_known


def typical(plain: FeatureSet, voices: np.ndarray) -> np.ndarray:
    """Return mean and deviation of a typical speaker, shape (2, dimensions).

    The mean of the training speakers' means, and the root of the mean of their
    variances. Columns that do not vary have the deviation 1. Voices are those of
    utterances.
    """
    own = voices[plain.utterance].astype(str)
    speakers = [plain.features[own == one] for one in np.unique(own)]
    mean = np.mean([rows.mean(axis=0) for rows in speakers], axis=0)
    deviation = np.sqrt(np.mean([rows.var(axis=0) for rows in speakers], axis=0))
    return np.array([mean, np.where(deviation > 0, deviation, 1)])


def enough(voices: np.ndarray) -> np.ndarray:
    """Tell of each utterance whether its speaker is known and has `FEW` or more.

    Voices and what is returned have the shape (utterances,).
    """
    counts = Counter(voices)
    return np.array([counts[v] >= FEW and is_known(v) for v in voices], dtype=bool)


def normalise(
    plain: FeatureSet, voices: np.ndarray, typical_speaker: np.ndarray
) -> tuple[FeatureSet, np.ndarray]:
    """Normalise features per speaker; those of whom there is little, as a typical one.

    Parameters
    ----------
    plain : FeatureSet
    voices : np.ndarray of str, shape (utterances,)
    typical_speaker : np.ndarray, shape (2, dimensions)
        See `typical`.

    Returns
    -------
    normalised : FeatureSet
    own : np.ndarray of bool, shape (utterances,)
        Whether an utterance was normalised by its own speaker, of whom there are `FEW`
        utterances or more.
    """
    own = enough(voices)
    widths, scaled = zip(*plain.blocks, strict=True)
    scaled = np.repeat(scaled, widths)
    mean, deviation = typical_speaker
    features = (plain.features - mean) / np.where(scaled, 1, deviation)
    rows = own[plain.utterance]
    of_rows = voices[plain.utterance][rows]
    features[rows] = per_speaker(plain.features[rows], of_rows, scaled)
    blocks = tuple(Block(width, scaled=True) for width in widths)
    return replace(plain, features=features, blocks=blocks), own
