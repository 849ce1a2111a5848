"""Unlabelled speech to learn from: in which order, and who is held out."""

import logging
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from speechcodes.errors import InputError
from speechcodes.storage import hdf5

#: Spectrograms that take more bytes than this are read batch by batch.
LARGEST_IN_MEMORY = 2**30

logger = logging.getLogger(__name__)


class Side(NamedTuple):
    """Spectrograms to train on, or to validate on.

    Attributes
    ----------
    spectrograms : np.ndarray or Rows, shape (n, frames, bins); or Sequences or list
        In memory or, where there are many, in their files.
    voices : np.ndarray of str, shape (n,)
        Who is heard; see `records.Utterance.voice`.
    """

    spectrograms: object
    voices: np.ndarray


def in_order(paths: Sequence[str], roles: pd.DataFrame) -> pd.DataFrame:
    """Say which rows of some shards to learn from, in an order of their own.

    The order is that of utterances' ids and of segments' numbers, so that neither
    labels nor shards have a say in what is learned.

    Shards have the datasets utterance and segment, `roles` the columns utterance and
    voice; other utterances are left out. Returns the columns utterance, segment and
    voice; the index is a row's number in the shards.
    """
    utterance, segment = hdf5.read(paths, "utterance", "segment")
    rows = pd.DataFrame({"utterance": utterance, "segment": segment})
    voices = roles.set_index("utterance")["voice"]
    rows = rows.join(voices, on="utterance", how="inner")
    return rows.sort_values(["utterance", "segment"])


def read(
    family,
    paths: Sequence[str],
    roles: pd.DataFrame,
    share: float,
    seed: int,
    scratch: str | None = None,
) -> tuple[Side, Side]:
    """Open spectrograms as what to train and what to validate an autoencoder on.

    The two have different voices. For `paths` and `roles` see `in_order`, for `share`,
    `seed` and what is raised `validation_split`; `scratch` is a folder to copy
    spectrograms to that are too many for the memory.
    """
    rows = in_order(paths, roles)
    voices = rows["voice"].to_numpy(str)
    held_out = validation_split(voices, share, seed)
    stored = family.read(paths)
    fits = stored.nbytes <= LARGEST_IN_MEMORY
    if not fits and scratch:
        logger.info("copying the spectrograms to %s", scratch)
        stored = family.read(paths, scratch)
    sides = []
    for members in (~held_out, held_out):
        spectrograms = stored.take(rows.index.to_numpy()[members])
        spectrograms = spectrograms.loaded() if fits else spectrograms
        sides.append(Side(spectrograms, voices[members]))
    return tuple(sides)


def validation_split(voices: Sequence[str], share: float, seed: int) -> np.ndarray:
    """Hold whole voices out for validation.

    In an order that the seed shuffles, a voice is held out if that brings the
    number of rows held out closer to the share wanted. The share is therefore met
    to half the largest voice, unless all voices are larger than twice the share:
    then the smallest is held out.

    Parameters
    ----------
    voices : sequence of str
        Per row who is heard; see `records.Utterance.voice`.
    share : float
        Of the rows, between 0 and 1.
    seed : int

    Returns
    -------
    np.ndarray of bool, shape (rows,)
        True where a row is held out; some are, some are not.

    Raises
    ------
    InputError
        If there are fewer than two voices.
    """
    names, members, sizes = np.unique(
        np.asarray(voices, dtype=str), return_inverse=True, return_counts=True
    )
    if len(names) < 2:
        raise InputError(
            f"unlabelled speech of {len(names)} speaker or session, but validation of "
            "an autoencoder needs two or more"
        )
    held_out = np.zeros(len(names), dtype=bool)
    missing = share * len(members)
    for voice in np.random.default_rng(seed).permutation(len(names)):
        if abs(missing - sizes[voice]) < abs(missing):
            held_out[voice] = True
            missing -= sizes[voice]
    if held_out.all() or not held_out.any():
        held_out[sizes.argmin()] ^= True
    return held_out[members]
