"""What was labelled is told in sentences."""

import pandas as pd

from speechcodes.report import labelling

COLUMNS = ["predicted", "unlike_training", "normalised_by", "rejected"]


def told(*rows):
    table = pd.DataFrame(rows, columns=COLUMNS)
    return labelling.of_labelled(table, ["low", "high"])


def test_classes_are_counted():
    rows = [("low", False, "", ""), ("low", False, "speaker", "")]
    assert told(*rows) == ["Labelled 2 of 2 utterances: 2 low, 0 high."]


def test_doubts_are_told_with_what_to_do():
    found = told(
        ("low", True, "typical speaker", ""),
        ("high", "False", "speaker", ""),
        ("", "", "", "silent: peak -90 dB"),
        ("", "", "", "silent: constant"),
    )
    assert found[0] == "Labelled 2 of 4 utterances: 1 low, 1 high."
    assert found[1] == "2 could not be used: 2 silent."
    assert found[2].startswith("1 is unlike the speech")
    assert found[3].startswith("1 is of an unknown speaker, or of one with fewer")


def test_pitch_that_counts_from_few_files_is_told():
    found = told(("low", False, "few files", ""), ("low", False, "speaker", ""))
    assert found[1].startswith("1 is of unknown speakers, or of speakers with fewer")
    assert "many of these labels may be wrong" in found[1]
