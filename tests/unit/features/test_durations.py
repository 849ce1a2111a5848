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


@pytest.fixture
def table():
    frame = pd.DataFrame(UTTERANCES, columns=["label", "samples"])
    frame["utterance"] = [f"u{i}" for i in range(len(frame))]
    utterances = frame[["utterance", "label"]].assign(part="p01")
    lengths = frame[["utterance", "samples"]][::-1]
    return durations.table(utterances, lengths, RATE)


def counted(table, **segments):
    """Return the counts by variant and label."""
    counts = durations.segment_counts(table, segments, CLASSES)
    return counts.set_index(["segment", "label"])


def numbers(counts, *columns):
    return list(counts[list(columns)].itertuples(index=False, name=None))


def test_every_utterance_with_features_has_a_length_and_a_class_or_none(table):
    assert list(table.columns) == durations.COLUMNS
    assert table.values.tolist() == [
        [f"u{i}", label or "none", samples, samples / 10]
        for i, (label, samples) in enumerate(UTTERANCES)
    ]
    utterances = table[["utterance", "label"]]
    some = durations.table(utterances, table[["utterance", "samples"]][2:4], RATE)
    assert list(some["utterance"]) == ["u2", "u3"]


def test_short_utterances_are_dropped_and_the_rest_gives_whole_segments(table):
    counts = counted(table, short={"samples": 100, "short_signals": "drop"})
    assert list(counts.index) == [
        ("short", "negative"),
        ("short", "neutral"),
        ("short", "positive"),
        ("short", "none"),
    ]
    assert numbers(counts, "utterances", "kept", "dropped", "segments") == [
        (3, 2, 1, 4),
        (1, 0, 1, 0),
        (2, 1, 1, 2),
        (2, 1, 1, 1),
    ]


def test_padding_drops_nothing_and_gives_short_utterances_one_segment(table):
    counts = counted(table, short={"samples": 100, "short_signals": "pad"})
    assert numbers(counts, "utterances", "kept", "dropped", "segments") == [
        (3, 3, 0, 5),
        (1, 1, 0, 1),
        (2, 2, 0, 3),
        (2, 2, 0, 2),
    ]
    assert (counts["class_share_change"].dropna() == 0).all()


def test_class_shares_are_per_cent_of_what_has_a_label_before_and_after(table):
    counts = counted(table, short={"samples": 100, "short_signals": "drop"})
    shares = ["class_share_before", "class_share_after", "class_share_change"]
    assert numbers(counts, *shares)[:3] == [
        (50.0, 66.67, 16.67),
        (16.67, 0.0, -16.67),
        (33.33, 33.33, 0.0),
    ]
    assert counts.loc[("short", "none"), shares].isna().all()


def test_the_change_is_rounded_once(table):
    # Two of six are positive before, and two of three after: 33.33 and 66.67, but
    # 33.333... apart.
    six = table.iloc[[0, 0, 3, 5, 5, 5]]
    counts = counted(six, long={"samples": 99, "short_signals": "drop"})
    row = counts.loc[("long", "positive")]
    assert row["class_share_before"] == 33.33
    assert row["class_share_after"] == 66.67
    assert row["class_share_change"] == 33.33


def test_variants_stand_one_after_the_other_as_configured(table):
    counts = counted(
        table,
        long={"samples": 250, "short_signals": "drop"},
        short={"samples": 10, "short_signals": "drop"},
    )
    assert list(dict.fromkeys(counts.index.get_level_values(0))) == ["long", "short"]
    # 300 and 250 samples hold a segment of 250 each.
    assert counts.loc["long", "segments"].sum() == 2
    assert counts.loc["short", "segments"].sum() == 9 + 10 + 5 + 25 + 30 + 2 + 4 + 13


def test_a_corpus_that_loses_everything_has_no_class_shares_after(table):
    counts = counted(table, huge={"samples": 1000, "short_signals": "drop"})
    assert (counts["kept"] == 0).all()
    assert counts["class_share_after"].isna().all()
