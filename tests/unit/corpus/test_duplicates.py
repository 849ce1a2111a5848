"""Audio that stands in a corpus several times is found, and told of."""

import numpy as np
import pandas as pd
import pytest

from speechcodes.corpus import duplicates
from speechcodes.features import audio, midterm

SETTINGS = {"window": 1.0, "step": 1.0, "short_window": 0.05, "short_step": 0.05}


def corpus(*rows):
    """Return utterances of (utterance, label, part)."""
    table = pd.DataFrame(rows, columns=["utterance", "label", "part"])
    return table.assign(path="audio/" + table["utterance"] + ".wav", speaker="anna")


def find(table, samples, features):
    names = table["utterance"].to_numpy(object)[: len(samples)]
    return duplicates.find(table, names, np.array(samples), np.array(features))


def test_utterances_are_the_same_if_length_and_all_features_are():
    table = corpus(*((name, "neutral", "p01") for name in "abcdef"))
    features = np.tile(np.arange(136.0), (6, 1))
    features[1, 77] += 1e-3
    features[4] += 1e-12  # another processor
    features[5, 0] = -0.0
    found = find(table, [10, 10, 11, 10, 10, 10], features)
    assert list(found.columns) == duplicates.COLUMNS
    rows = found[["group", "utterance", "path"]].values.tolist()
    assert rows == [[1, name, f"audio/{name}.wav"] for name in "adef"]


def test_groups_are_numbered_and_what_has_no_features_is_in_none():
    table = corpus(*((name, "neutral", "p01") for name in "abcdef"))
    features = [np.zeros(136), np.ones(136), np.zeros(136), np.ones(136)]
    found = find(table, [7, 7, 7, 7], features)
    assert found[["group", "utterance"]].values.tolist() == [
        [1, "a"],
        [1, "c"],
        [2, "b"],
        [2, "d"],
    ]


def test_a_corpus_without_duplicates_gives_a_table_without_rows():
    table = corpus(("a", "neutral", "p01"), ("b", "neutral", "p01"))
    found = find(table, [1, 2], np.zeros((2, 136)))
    assert list(found.columns) == duplicates.COLUMNS and found.empty
    assert duplicates.warnings(found) == []


def warnings(*groups):
    rows = [(*row, number) for number, group in enumerate(groups, 1) for row in group]
    columns = ["utterance", "label", "part", "group"]
    return duplicates.warnings(pd.DataFrame(rows, columns=columns))


@pytest.mark.parametrize(
    ("others", "words"),
    [
        ([("b", "neutral", "p01")], ["in two parts", "'b' (neutral, part p01)"]),
        ([("b", "positive", "p02")], ["two classes", "'b' (positive, part p02)"]),
        ([("b", "neutral", "p02")], ["counts as often", "'b' (neutral, part p02"]),
        # The one that differs is told of.
        (
            [("b", "neutral", "p02"), ("c\n", "neutral", "p01")],
            ["in two parts", r"'c\n' (neutral, part p01)"],
        ),
    ],
)
def test_what_a_duplicate_does_is_told_by_an_example(others, words):
    (found,) = warnings([("a", "neutral", "p02"), *others])
    assert "'a' (neutral, part p02) and" in found and "; 1 in all)" in found
    assert all(word in found for word in words)
    assert "duplicates.csv" in found


def test_the_worst_is_told_first_and_each_kind_once():
    same = [("a", "neutral", "p01"), ("b", "neutral", "p01")]
    clash = [("c", "neutral", "p01"), ("d", "positive", "p01")]
    both = [("e", "neutral", "p01"), ("f", "positive", "p02")]
    leak = [("g", "neutral", "p01"), ("h", "neutral", "unlabelled")]
    found = warnings(same, clash, both, leak)
    kinds = ["in two parts", "two classes", "several names"]
    assert [kind in one for kind, one in zip(kinds, found, strict=True)] == [True] * 3
    assert ["; 2 in all)" in one for one in found] == [True, True, False]


def test_a_copy_without_a_label_contradicts_none():
    (found,) = warnings([("a", "neutral", "p01"), ("b", "", "p01")])
    assert "counts as often" in found and "'b' (no label, part p01)" in found
    (found,) = warnings([("a", "neutral", "p01"), ("b", "", "unlabelled")])
    assert "in two parts" in found and "'b' (no label, part unlabelled)" in found
    # The two that contradict each other are told of.
    same = [("a", "neutral", "p01"), ("b", "", "p01"), ("c", "positive", "p01")]
    (found,) = warnings(same)
    assert "'a' (neutral, part p01) and 'c' (positive, part p01)" in found


def test_the_recording_that_ravdess_has_twice_is_found(ravdess):
    names = [f"03-01-03-01-02-0{i}-07" for i in (1, 2)]
    names += [f"03-01-03-01-01-0{i}-07" for i in (1, 2)]
    signals = [
        audio.load(str(ravdess / "Actor_07" / f"{name}.flac"), 8_000, -60)
        for name in names
    ]
    table = corpus(*((name, "positive", "p02") for name in names))
    features = [midterm.features(signal, 8_000, **SETTINGS) for signal in signals]
    found = find(table, [len(signal) for signal in signals], features)
    assert list(found["utterance"]) == names[:2]
