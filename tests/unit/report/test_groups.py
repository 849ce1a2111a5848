"""What is said of groups is what their table says."""

import re

import numpy as np
import pandas as pd

from speechcodes.report import groups
from speechcodes.report.caveats import caveats as report_caveats
from speechcodes.storage.files import read_scores, write_table

ROW = {
    "column": "gender",
    "group": "female",
    "feature_set": "fisher@speaker",
    "classifier": "svm",
    "percentage": 100,
    "utterances": 720,
    "speakers": 12,
    "lacking": "",
    "metric": "macro_f1",
    "score": 0.75,
    "low": 0.7,
    "high": 0.8,
    "difference": 0.03,
    "difference_low": -0.02,
    "difference_high": 0.08,
    "worse": False,
}
MALE = {"group": "male", "score": 0.72, "low": 0.67, "high": 0.77}
MALE |= {"difference": -0.03, "difference_low": -0.08, "difference_high": 0.02}
FAR = {"score": 0.5, "difference": -0.25, "difference_low": -0.35}
FAR |= {"difference_high": -0.15, "worse": True}


def table(tmp_path, *changes):
    """Such rows, written and read as the workflow does, and once more by UAR."""
    rows = pd.DataFrame([ROW | change for change in changes])
    path = tmp_path / "groups.csv"
    write_table(path, pd.concat([rows, rows.assign(metric="uar", score=0.1)]))
    return read_scores(path)


def test_groups_are_told_with_scores_intervals_and_what_could_be_seen(tmp_path, fair):
    (told,) = groups.sentences(table(tmp_path, {}, MALE), "macro_f1")
    assert "By gender, macro F1 of Fisher vectors (per speaker) with the SVM is" in told
    assert "0.720 for male (95 % interval 0.670 to 0.770; 720 utterances of 12" in told
    assert "0.750 for female" in told and "0.100" not in told
    assert "No group is behind all others by more than 0.05 for certain" in told
    assert "differences below about 0.05 could not be told" in told
    assert not caveats(fair, table(tmp_path, {}, MALE))


def test_of_many_groups_the_extremes_are_told(tmp_path):
    many = [{"group": f"g{i}", "score": i / 10} for i in range(1, 9)]
    (told,) = groups.sentences(table(tmp_path, *many), "macro_f1")
    assert re.findall(r"for (g\d)", told) == ["g1", "g8"] and "in 8 groups" in told


def caveats(fair, found):
    """What is warned of because of groups."""
    before = report_caveats(fair)
    statistics = {"30k": fair.statistics["30k"]._replace(groups=found)}
    after = report_caveats(fair._replace(statistics=statistics))
    return after[: len(after) - len(before)]


def test_a_group_that_is_served_worse_is_warned_of_once(tmp_path, fair):
    found = table(tmp_path, {}, MALE | FAR)
    (warning,) = caveats(fair, found)
    assert warning.title == "Some speakers are served worse: male (gender)."
    (row,) = warning.table.values.tolist()
    assert row == ["male", 720, 12, 0.5, "0.250", 0.15, 0.35]
    (told,) = groups.sentences(found, "macro_f1")
    assert "No group" not in told


def test_too_few_speakers_and_missing_classes_are_told(tmp_path, fair):
    none = dict.fromkeys(("difference", "difference_low", "difference_high"), np.nan)
    few = none | {"group": "007", "speakers": 1, "low": np.nan, "high": np.nan}
    found = table(tmp_path, few, none | {"lacking": "neutral sad"})
    first, second = caveats(fair, found)
    assert first.title.endswith("served: 007 (gender).")
    assert second.title.endswith("are missing in the speech of female (gender).")
    assert second.table.values.tolist() == [["female", "neutral, sad"]]
    (told,) = groups.sentences(found, "macro_f1")
    assert "for 007 (720 utterances of 1 test speaker)" in told
    assert "told from chance" not in told
