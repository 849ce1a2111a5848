"""How often successive halving chooses the autoencoder that the whole grid would, and
what it saves.

Replayed from the histories of finished runs (folders of results) that trained all
autoencoders to the end, since one that is trained in rungs comes to the same. Chosen is
the smallest encoder within 1 % of the lowest validation loss, as by default, or the
lowest loss; of the whole grid and, if it is large enough, of 500 random halves of it,
to see how much hangs on its members. A loss is higher in per cent of that of the one
the whole grid would choose, as a mean. Shares are of the grid's epochs and seconds of
training; what jobs take to start, once for each rung of an autoencoder, is left out.

    PYTHONPATH=scripts .venv/bin/python performance/halving.py RESULTS ...
"""

import json
import sys
from itertools import product
from pathlib import Path

import measure
import numpy as np
import pandas as pd

from speechcodes.autoencoders import halving, selection

FIRST_EPOCHS, FACTORS = (1, 2, 3, 5, 10), (2, 3, 4)
TOLERANCES = {"within 1 %": 0.01, "lowest": 0}
HALVES, SMALLEST = 500, 8


def grids(folder):
    """Yield the histories and the metrics, by name, of each fold and variant."""
    for of_variant in sorted(Path(folder).glob("fold[1-9]*/autoencoders/*")):
        folders = [path.parent for path in sorted(of_variant.glob("*/metrics.json"))]
        yield (
            {one.name: pd.read_csv(one / "history.csv") for one in folders},
            {
                one.name: json.loads((one / "metrics.json").read_text())
                for one in folders
            },
        )


def halves(histories, metrics):
    """Yield random halves of a grid; none of one too small for a search."""
    if len(histories) < SMALLEST:
        return
    rng = np.random.default_rng(1)
    for _ in range(HALVES):
        some = sorted(rng.choice(list(histories), len(histories) // 2, replace=False))
        yield tuple({name: of[name] for name in some} for of in (histories, metrics))


def replay(histories, metrics, first_epochs, factor):
    """Return the names that are trained to the end, and the epochs of each name."""
    left, trained = list(histories), {}
    functions = {name: one["loss"] for name, one in metrics.items()}
    longest = max(map(len, histories.values()))
    for epochs, kept in halving.rungs(len(left), longest, first_epochs, factor):
        so_far = {name: histories[name].head(epochs) for name in left}
        trained |= {name: len(one) for name, one in so_far.items()}
        losses = {
            name: (one["validation_loss"].tolist(), one["validation_mse"].tolist())
            for name, one in so_far.items()
        }
        table = halving.ranked(losses, functions, kept)
        left = table.loc[table["kept"], "autoencoder"].tolist()
    return left, trained | {name: len(histories[name]) for name in left}


def shares(histories, trained):
    """Return the shares of epochs and seconds that were trained."""
    done = [histories[name].head(epochs) for name, epochs in trained.items()]
    return [
        sum(map(of, done)) / sum(map(of, histories.values()))
        for of in (len, lambda one: one["seconds"].sum())
    ]


def chosen(metrics, names, tolerance):
    """Return the name and the loss of the one chosen among some."""
    by = selection.compared_by(list(metrics.values()), "validation_loss")
    of = selection.select([metrics[n] for n in names], tolerance, "validation_loss")
    return of["name"], of[by]


def compared(grids, first_epochs, factor, tolerance):
    """Return how often the choice is the same, and by how much the loss is higher."""
    if not grids:
        return "-", "-"
    same, higher = [], []
    for histories, metrics in grids:
        left, _ = replay(histories, metrics, first_epochs, factor)
        (whole, least), (found, loss) = (
            chosen(metrics, names, tolerance) for names in (histories, left)
        )
        same.append(found == whole)
        higher.append(100 * (loss / least - 1))
    return f"{sum(same)} of {len(same)}", float(np.mean(higher))


def main(*folders):
    """Print a table of each run."""
    measure.heading("Successive halving", __doc__)
    header = ["first epochs", "factor", "left", "epochs", "seconds"]
    for name in TOLERANCES:
        header += [f"{name}: same", "loss, %", "of halves", "loss, %"]
    for folder in folders:
        whole, rows = list(grids(folder)), []
        some = [half for grid in whole for half in halves(*grid)]
        sizes = " or ".join(sorted({str(len(histories)) for histories, _ in whole}))
        print(f"\n{Path(folder).name}, {len(whole)} grids of {sizes} autoencoders:")
        for how in product(FIRST_EPOCHS, FACTORS):
            replays = [replay(*grid, *how) for grid in whole]
            saved = [
                shares(histories, trained)
                for (histories, _), (_, trained) in zip(whole, replays, strict=True)
            ]
            row = [*how, len(replays[0][0]), *map(float, np.mean(saved, axis=0))]
            for tolerance in TOLERANCES.values():
                row += compared(whole, *how, tolerance)
                row += compared(some, *how, tolerance)
            rows.append(row)
        measure.table(header, rows)


if __name__ == "__main__":
    main(*sys.argv[1:])
