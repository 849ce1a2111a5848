"""Folders of results: those to compare, their folds, and those of earlier versions."""

import pytest
import yaml

from speechcodes.errors import InputError
from speechcodes.report import folders


def ran(run, *, segments=("20k", "30k")):
    """Leave what the pages of a run leave."""
    run.mkdir(parents=True)
    config = {"corpus": {"name": run.name}, "segments": dict.fromkeys(segments, {})}
    (run / "config.yaml").write_text(yaml.safe_dump(config))
    (run / "report.html").touch()
    return run


def test_runs_that_have_a_report_are_found(tmp_path):
    two, one = ran(tmp_path / "two"), ran(tmp_path / "one")
    (tmp_path / "unfinished").mkdir()
    assert folders.find(tmp_path) == [one, two]


def test_nothing_to_compare_is_told(tmp_path):
    with pytest.raises(InputError, match="there is none"):
        folders.find(tmp_path)
    ran(tmp_path / "one", segments=["30k"])
    with pytest.raises(InputError, match=r"there is one \(30k\): run one more"):
        folders.find(tmp_path)


@pytest.mark.parametrize("left", ["midterm", "predictions"])
def test_results_of_an_earlier_version_are_known_and_not_compared(tmp_path, left):
    new, old = ran(tmp_path / "new"), ran(tmp_path / "old")
    (new / "features" / left).mkdir(parents=True)
    (new / "fold1" / left).mkdir(parents=True)
    assert not folders.is_of_earlier_version(new)
    (old / left).mkdir()
    assert folders.is_of_earlier_version(old)
    assert folders.find(tmp_path) == [new]


def test_folds_that_are_folders_of_their_own_are_of_an_earlier_version(tmp_path):
    assert not folders.is_of_earlier_version(tmp_path / "one")
    (tmp_path / "one-fold1" / "predictions").mkdir(parents=True)
    assert folders.is_of_earlier_version(tmp_path / "one")
    # Another corpus may be called so.
    (tmp_path / "two-fold1" / "fold1").mkdir(parents=True)
    assert not folders.is_of_earlier_version(tmp_path / "two")


@pytest.mark.parametrize(
    ("splits", "folds"),
    [
        # As of feature tables, which are one variant, too.
        ({}, [1]),
        ({"method": "folds", "folds": 4, "repeats": 1}, [1, 2, 3, 4]),
        ({"method": "folds", "folds": 2, "repeats": 3}, [1, 2, 3, 4, 5, 6]),
        ({"method": "balanced"}, [1]),
        ({"method": "given", "folds": 5, "repeats": 2}, [1]),
    ],
)
def test_folds_are_those_of_all_repeats(splits, folds):
    assert folders.folds_of({"splits": splits}) == folds
    assert folders.segments_of({"splits": splits}) == ["tables"]
