"""What a run says before it starts; examples stand in the module."""

import pytest

from speechcodes.operations import beginnings
from speechcodes.records import Rejected, Utterance


def test_many_reasons_are_all_counted_and_the_commonest_shown_first():
    rejected = [
        Rejected(f"{reason}{i}", "", reason, f"row {i} of {reason}")
        for reason, n in zip("abcdefg", range(7, 0, -1), strict=True)
        for i in range(n)
    ]
    told = beginnings.left_out(rejected)
    assert told.startswith("Left out: 7 a (row 0 of a), 6 b (row 0 of b)")
    assert told.endswith("3 e (row 0 of e), 2 f, 1 g.")


def test_of_several_files_none_is_called_the_demo(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    files = [tmp_path / "config.yaml", tmp_path / "mine.yaml"]
    told = beginnings.configuration(files, {}, tmp_path / "config.yaml")
    assert told == "Configuration: config.yaml, mine.yaml."


@pytest.mark.parametrize(
    ("values", "is_doubted"),
    [
        # Five points, read on a scale of seven.
        ([1, 2, 3, 4, 5] * 4, True),
        ([1, 2, 3, 4, 6.5] * 4, False),
        # Too few to tell.
        ([1, 2, 3, 4, 5], False),
    ],
)
def test_ratings_that_fill_little_of_the_scale_are_doubted(values, is_doubted):
    utterances = [Utterance("a", "", "s", "", "neutral", float(v)) for v in values]
    told = beginnings.of_corpus({"rating": None}, utterances, [])
    assert f"from 1 to {max(values):g}, on a scale from 1 to 7" in told
    assert ("corpus.rating.scale" in told) == is_doubted
