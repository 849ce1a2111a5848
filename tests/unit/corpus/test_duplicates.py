"""Audio that stands in a corpus several times is found."""

import numpy as np
import pandas as pd

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
