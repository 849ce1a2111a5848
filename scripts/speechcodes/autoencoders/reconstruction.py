"""How well an autoencoder reconstructs segments, and which ones show it."""

from collections.abc import Sequence

import keras
import numpy as np
import pandas as pd

from speechcodes.autoencoders import families
from speechcodes.storage import hdf5

#: Frames of an utterance that are shown.
SHOWN = 300


def errors(model: keras.Model, spectrograms, beside: int = 0) -> np.ndarray:
    """Return the mean squared error of each segment's reconstruction, shape (n,).

    For the spectrograms see `Family.batches`; the last columns, `beside` them, do not
    count, as their scale is another.
    """
    family = families.of_model(model)
    found = [np.empty(0)]
    for batch in family.batches(spectrograms):
        difference = batch.astype(float) - family.reconstruct(model, batch)
        bins = difference.shape[-1] - beside
        found.append((difference[..., :bins] ** 2).mean(axis=(1, 2)))
    return np.concatenate(found)


def examples(errors: np.ndarray) -> dict[str, int]:
    """Choose the segments with the smallest, the median and the largest error.

    Of two, the better one is the median too, and of one it is all three: each segment
    is given once, by the first of its names.

    >>> examples(np.array([0.3, 0.1, 0.2, 0.5]))
    {'best': 1, 'median': 2, 'worst': 3}
    """
    order = np.argsort(errors, kind="stable")
    places = {"best": 0, "median": (len(order) - 1) // 2, "worst": len(order) - 1}
    chosen = {}
    for name, place in places.items():
        if len(order) and order[place] not in chosen.values():
            chosen[name] = int(order[place])
    return chosen


def examples_of_classes(
    model: keras.Model,
    paths: Sequence[str],
    roles: pd.DataFrame,
    classes: Sequence[str],
    beside: int = 0,
) -> tuple[pd.DataFrame, list[np.ndarray], list[np.ndarray]]:
    """Reconstruct the `examples` of each class, from shards of spectrograms.

    `roles` has the columns utterance and label; other utterances are left out, and so
    are the channels `beside` spectrograms, by their number.

    Returns
    -------
    table : pd.DataFrame
        One row per example: label, example, utterance, segment (its number in the
        utterance), segments (how many its class has) and error.
    originals, reconstructed : list of np.ndarray, each of shape (frames, bins)
        Of the rows of the table, their first `SHOWN` frames.
    """
    family = families.of_model(model)
    spectrograms = family.read(paths)
    utterance, segment = hdf5.read(paths, "utterance", "segment")
    rows = pd.DataFrame({"utterance": utterance, "segment": segment})
    labels = roles.set_index("utterance")["label"]
    rows = rows.join(labels, on="utterance", how="inner")
    tables, originals, reconstructed = [], [], []
    for label in classes:
        of_class = rows[rows["label"] == label].sort_values(["utterance", "segment"])
        of_this = spectrograms.take(of_class.index.to_numpy())
        found = errors(model, of_this, beside)
        chosen = examples(found)
        table = of_class.iloc[list(chosen.values())].assign(
            example=list(chosen),
            segments=len(of_class),
            error=found[list(chosen.values())],
        )
        tables.append(table)
        for row in table.index:
            (batch,) = family.batches(spectrograms.take([row]))
            shown = np.s_[0, :SHOWN, : batch.shape[-1] - beside]
            originals.append(batch[shown])
            reconstructed.append(family.reconstruct(model, batch)[shown])
    columns = ["label", "example", "utterance", "segment", "segments", "error"]
    table = pd.concat(tables, ignore_index=True)[columns]
    return table, originals, reconstructed
