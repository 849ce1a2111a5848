"""Names of runs and of their folds, and how many folds there are."""

import pytest
import yaml

from speechcodes.errors import InputError
from speechcodes.report import folders

PLAIN = {"corpus": {"name": "one"}, "splits": {"folds": None, "fold": None}}


def of(folds, fold):
    return {**PLAIN, "splits": {"folds": folds, "fold": fold}}


def test_a_fold_has_a_folder_and_a_title_of_its_own():
    assert folders.name_of(PLAIN) == folders.title_of(PLAIN) == "one"
    assert folders.name_of({"corpus": {"name": "tables"}}) == "tables"
    assert folders.name_of(of(5, 2)) == "one-fold2"
    assert folders.name_of(of(5, 2), 4) == folders.name_of(PLAIN, 4) == "one-fold4"
    assert folders.title_of(of(5, 2)) == "one, fold 2 of 5"


def ran(folder, config):
    """Leave what a run leaves behind."""
    run = folder / folders.name_of(config)
    run.mkdir()
    (run / "config.yaml").write_text(yaml.safe_dump(config))


def test_the_number_of_folds_is_the_configured_or_that_of_runs(tmp_path):
    assert folders.number_of_folds(tmp_path, of(6, 1)) == 6
    with pytest.raises(InputError, match="not set, and no run one-fold1 has ended"):
        folders.number_of_folds(tmp_path, PLAIN)
    ran(tmp_path, of(4, 1))
    ran(tmp_path, of(4, 3))
    # All folds together.
    (tmp_path / "one-folds").mkdir()
    assert folders.number_of_folds(tmp_path, PLAIN) == 4
    ran(tmp_path, of(5, 2))
    with pytest.raises(InputError, match="one-fold2 is one of 5.*remove those"):
        folders.number_of_folds(tmp_path, PLAIN)


def test_folds_are_compared_as_runs_and_all_together_is_none(tmp_path):
    for fold in (1, 2):
        ran(tmp_path, of(3, fold))
        (tmp_path / f"one-fold{fold}" / "report.html").touch()
    (tmp_path / "one-folds" / "tables").mkdir(parents=True)
    (tmp_path / "one-folds" / "tables" / "summary.md").touch()
    assert [run.name for run in folders.find(tmp_path)] == ["one-fold1", "one-fold2"]
