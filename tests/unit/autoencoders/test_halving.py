"""Successive halving: how long all train, and who trains on."""

import numpy as np
import pandas as pd
import pytest

from speechcodes.autoencoders import halving
from speechcodes.autoencoders.halving import Rung
from speechcodes.storage import hdf5
from speechcodes.storage.files import write_table

BCE = "binary_crossentropy"


def test_rungs_are_those_of_the_table_in_the_paper_on_hyperband():
    # Li et al. (2018), table 1, bracket s = 4: numbers and epochs of each round.
    expected = [Rung(1, 27), Rung(3, 9), Rung(9, 3), Rung(27, 1)]
    assert halving.rungs(81, 81, first_epochs=1, factor=3) == expected


@pytest.mark.parametrize(
    "autoencoders, epochs, first_epochs, factor, expected",
    [
        # Numbers are rounded up, and epochs stay below the most.
        (32, 100, 10, 3, [(10, 11), (30, 4), (90, 2)]),
        (32, 90, 10, 3, [(10, 11), (30, 4)]),
        (3, 100, 4, 2, [(4, 2), (8, 1)]),
        (1, 100, 4, 2, []),
        (32, 10, 10, 3, []),
    ],
)
def test_rungs_end_with_one_autoencoder_or_with_the_epochs(
    autoencoders, epochs, first_epochs, factor, expected
):
    assert halving.rungs(autoencoders, epochs, first_epochs, factor) == expected


def test_the_lowest_loss_so_far_counts_and_not_the_last():
    histories = {
        "b": ([0.5, 0.2, 0.9], [1.0, 2.0, 3.0]),
        "a": ([0.3, 0.3, 0.3], [0.1, 0.1, 0.1]),
        "c": ([0.4, 0.2], [0.1, 0.5]),
    }
    table = halving.ranked(histories, dict.fromkeys("abc", BCE), kept=2)
    expected = pd.DataFrame(
        {
            "autoencoder": ["b", "c", "a"],
            "epochs": [3, 2, 3],
            "validation_loss": [0.2, 0.2, 0.3],
            "validation_mse": [2.0, 0.5, 0.1],
            "kept": [True, True, False],
        }
    )
    pd.testing.assert_frame_equal(table, expected)
    # Losses of two functions say nothing about each other.
    table = halving.ranked(histories, {"a": "mse", "b": BCE, "c": BCE}, kept=1)
    assert table["autoencoder"].tolist() == ["a", "c", "b"]
    assert table["kept"].tolist() == [True, False, False]


def test_tables_and_checkpoints_are_read_as_they_are_written(tmp_path):
    table = halving.ranked({"a": ([1], [1]), "b": ([2], [2])}, {"a": BCE, "b": BCE}, 1)
    write_table(tmp_path / "kept.csv", table)
    assert halving.kept(tmp_path / "kept.csv") == {"a"}
    history = {"validation_loss": np.array([0.1]), "validation_mse": np.array([0.3])}
    hdf5.write(
        tmp_path / "a.h5",
        {f"history/{name}": values for name, values in history.items()},
        parameters={},
        libraries=[],
        description="",
    )
    assert halving.losses(tmp_path / "a.h5") == ([0.1], [0.3])
