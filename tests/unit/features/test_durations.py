"""What segment variants keep and drop, in tables worked out by hand."""

import pandas as pd
import pytest

from speechcodes.features import durations

RATE = 10
CLASSES = ["negative", "neutral", "positive"]
# Label and samples of each utterance.
UTTERANCES = [
    ("positive", 250),
    ("positive", 20),
    ("negative", 99),
    ("negative", 100),
    ("negative", 300),
    ("neutral", 50),
    ("", 40),
    ("", 130),
]
COUNTS = ["utterances", "kept", "dropped", "segments"]
SHARES = ["class_share_before", "class_share_after", "class_share_change"]


@pytest.fixture
def table():
    frame = pd.DataFrame(UTTERANCES, columns=["label", "samples"])
    frame["utterance"] = [f"u{i}" for i in range(len(frame))]
    utterances = frame[["utterance", "label"]].assign(part="p01")
    lengths = frame[["utterance", "samples"]][::-1]
    return durations.table(utterances, lengths, RATE)


def counted(table, short_signals="drop", **samples):
    """Return the counts by variant and label."""
    segments = {
        name: {"samples": n, "short_signals": short_signals}
        for name, n in samples.items()
    }
    counts = durations.segment_counts(table, segments, CLASSES)
    return counts.set_index(["segment", "label"])


def test_every_utterance_with_features_has_a_length_and_a_class_or_none(table):
    assert list(table.columns) == durations.COLUMNS
    assert table.values.tolist() == [
        [f"u{i}", label or "none", samples, samples / 10]
        for i, (label, samples) in enumerate(UTTERANCES)
    ]
    some = durations.table(table[["utterance", "label"]], table.iloc[2:4, [0, 2]], RATE)
    assert list(some["utterance"]) == ["u2", "u3"]


def test_short_utterances_are_dropped_and_the_rest_gives_whole_segments(table):
    counts = counted(table, short=100)
    labels = [*CLASSES, "none"]
    assert list(counts.index) == [("short", label) for label in labels]
    assert counts[COUNTS].values.tolist() == [
        [3, 2, 1, 4],
        [1, 0, 1, 0],
        [2, 1, 1, 2],
        [2, 1, 1, 1],
    ]
    # Of the labelled ones, in per cent.
    assert counts[SHARES].values.tolist()[:3] == [
        [50.0, 66.67, 16.67],
        [16.67, 0.0, -16.67],
        [33.33, 33.33, 0.0],
    ]
    assert counts.loc[("short", "none"), SHARES].isna().all()


def test_padding_drops_nothing_and_gives_short_utterances_one_segment(table):
    counts = counted(table, "pad", short=100)
    assert (counts["kept"] == counts["utterances"]).all() and not counts[
        "dropped"
    ].any()
    assert counts["segments"].tolist() == [5, 1, 3, 2]
    assert (counts["class_share_change"].dropna() == 0).all()


def test_the_change_is_rounded_once(table):
    # Two of six are positive before, and two of three after: 33.33 and 66.67, but
    # 33.333... apart.
    counts = counted(table.iloc[[0, 0, 3, 5, 5, 5]], long=99)
    assert counts.loc[("long", "positive"), SHARES].tolist() == [33.33, 66.67, 33.33]


def test_variants_stand_one_after_the_other_as_configured(table):
    counts = counted(table, long=250, short=10, huge=1000)
    assert counts.index.unique("segment").tolist() == ["long", "short", "huge"]
    # 300 and 250 samples hold a segment of 250 each.
    assert counts.loc["long", "segments"].sum() == 2
    assert counts.loc["short", "segments"].sum() == 9 + 10 + 5 + 25 + 30 + 2 + 4 + 13
    assert (counts.loc["huge", "kept"] == 0).all()
    assert counts.loc["huge", "class_share_after"].isna().all()
