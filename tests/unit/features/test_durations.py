"""What segment variants keep and drop, in tables worked out by hand."""

import pandas as pd
import pytest

from speechcodes.features import durations

RATE = 10
# Split, label and samples of each utterance.
UTTERANCES = [
    ("training", "negative", 99),
    ("training", "negative", 100),
    ("training", "neutral", 50),
    ("training", "positive", 250),
    ("test", "negative", 300),
    ("test", "positive", 20),
]


@pytest.fixture
def table():
    frame = pd.DataFrame(UTTERANCES, columns=["split", "label", "samples"])
    frame["utterance"] = [f"u{i}" for i in range(len(frame))]
    frame["seconds"] = frame["samples"] / RATE
    return frame[durations.COLUMNS]


def counted(table, **segments):
    """Return the counts by variant, split and label."""
    counts = durations.segment_counts(table, segments)
    return counts.set_index(["segment", "split", "label"])


def numbers(counts, *columns):
    return list(counts[list(columns)].itertuples(index=False, name=None))


def test_short_utterances_are_dropped_and_the_rest_gives_whole_segments(table):
    counts = counted(table, short={"samples": 100, "short_signals": "drop"})
    assert list(counts.index) == [
        ("short", "test", "negative"),
        ("short", "test", "positive"),
        ("short", "training", "negative"),
        ("short", "training", "neutral"),
        ("short", "training", "positive"),
    ]
    assert numbers(counts, "utterances", "kept", "dropped", "segments") == [
        (1, 1, 0, 3),
        (1, 0, 1, 0),
        (2, 1, 1, 1),
        (1, 0, 1, 0),
        (1, 1, 0, 2),
    ]


def test_padding_drops_nothing_and_gives_short_utterances_one_segment(table):
    counts = counted(table, short={"samples": 100, "short_signals": "pad"})
    assert numbers(counts, "utterances", "kept", "dropped", "segments") == [
        (1, 1, 0, 3),
        (1, 1, 0, 1),
        (2, 2, 0, 2),
        (1, 1, 0, 1),
        (1, 1, 0, 2),
    ]
    assert (counts["class_share_change"] == 0).all()


def test_class_shares_are_per_cent_of_the_split_before_and_after(table):
    counts = counted(table, short={"samples": 100, "short_signals": "drop"})
    assert numbers(
        counts, "class_share_before", "class_share_after", "class_share_change"
    ) == [
        (50.0, 100.0, 50.0),
        (50.0, 0.0, -50.0),
        (50.0, 50.0, 0.0),
        (25.0, 0.0, -25.0),
        (25.0, 50.0, 25.0),
    ]


def test_the_change_is_rounded_once(table):
    # Two long and four short ones, of which one is just long enough.
    six = table.iloc[[3, 3, 0, 2, 2, 2]]
    counts = counted(six, long={"samples": 99, "short_signals": "drop"})
    # Two of six before, two of three after: 33.33 and 66.67, but 33.333... apart.
    row = counts.loc[("long", "training", "positive")]
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
    assert counts.loc["short", "segments"].sum() == 9 + 10 + 5 + 25 + 30 + 2


def test_a_split_that_loses_everything_has_no_class_shares_after(table):
    counts = counted(table, huge={"samples": 1000, "short_signals": "drop"})
    assert (counts["kept"] == 0).all()
    assert counts["class_share_after"].isna().all()
