"""Successive halving: few epochs for all autoencoders, and more for the best of them.

As in Jamieson and Talwalkar, Non-stochastic best arm identification and hyperparameter
optimization (2016), with a factor as in Hyperband (Li et al., 2018). A rung is one
round: all that are left are trained to a number of epochs, and the best go on.

Imported while the workflow is parsed: what reads and writes loads its libraries itself.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from speechcodes.autoencoders import selection

if TYPE_CHECKING:
    import pandas as pd


class Rung(NamedTuple):
    """A round: to how many epochs all are trained, and how many of them go on."""

    epochs: int
    kept: int


def rungs(autoencoders: int, epochs: int, first_epochs: int, factor: int) -> list[Rung]:
    """Return the rounds before the last, in which those left are trained to the end.

    From one rung to the next, epochs grow by `factor` and autoencoders shrink by it,
    rounded up. There is no rung for a single autoencoder, and none of so many epochs as
    are the most.

    >>> rungs(32, 100, first_epochs=5, factor=3)
    [Rung(epochs=5, kept=11), Rung(epochs=15, kept=4), Rung(epochs=45, kept=2)]
    """
    found = []
    while autoencoders > 1 and first_epochs < epochs:
        autoencoders = math.ceil(autoencoders / factor)
        found.append(Rung(first_epochs, autoencoders))
        first_epochs *= factor
    return found


def losses(state: str | Path) -> tuple[list[float], list[float]]:
    """Return validation loss and squared error of each epoch, from a checkpoint."""
    from speechcodes.storage import hdf5

    found = hdf5.read([state], "history/validation_loss", "history/validation_mse")
    return tuple(values.tolist() for values in found)


def ranked(
    histories: Mapping[str, tuple[list[float], list[float]]],
    functions: Mapping[str, str],
    kept: int,
) -> pd.DataFrame:
    """Rank autoencoders by their lowest validation loss so far.

    Parameters
    ----------
    histories : dict of str to tuple
        Name to what `losses` returns.
    functions : dict of str to str
        Name to the loss function. Where these differ, the mean squared error in the
        epoch with the lowest loss stands in its place; see `selection.compared_by`.
    kept : int
        How many go on.

    Returns
    -------
    pd.DataFrame
        Columns autoencoder, epochs, validation_loss, validation_mse and kept, the best
        first; of equal ones the first by name.
    """
    import pandas as pd

    rows = []
    for name, (loss, mse) in histories.items():
        best = loss.index(min(loss))
        rows.append((name, len(loss), loss[best], mse[best]))
    columns = ["autoencoder", "epochs", "validation_loss", "validation_mse"]
    table = pd.DataFrame(rows, columns=columns)
    entries = [{"loss": functions[name]} for name in histories]
    by = selection.compared_by(entries, "validation_loss")
    table = table.sort_values([by, "autoencoder"], ignore_index=True)
    return table.assign(kept=table.index < kept)


def kept(path: str | Path) -> set[str]:
    """Return the names of those that go on, from a table of `ranked`."""
    with open(path, encoding="utf-8", newline="") as file:
        return {r["autoencoder"] for r in csv.DictReader(file) if r["kept"] == "True"}
