"""When too much audio is unusable, and what counts as such."""

import pandas as pd
import pytest

from speechcodes.corpus import rejects
from speechcodes.errors import InputError
from speechcodes.records import Rejected

COLUMNS = ["utterance", "path", "reason", "detail", "stage"]


def rejected(*rows):
    """Return a table of (utterance, reason, stage)."""
    return pd.DataFrame(
        [
            (name, f"audio/{name}.wav", reason, "", stage)
            for name, reason, stage in rows
        ],
        columns=COLUMNS,
    )


def silent(n):
    return [(f"s{i}", "silent", "midterm") for i in range(n)]


def check(table, used, limit):
    rejects.check(
        table,
        utterances=100,
        used=used,
        max_unusable_share=limit,
        table="rejected.csv",
    )


def test_rejects_are_counted_by_stage_and_reason():
    table = rejected(
        ("a", "silent", "midterm"),
        ("a", "silent", "spectrograms_30k"),
        ("b", "too_short", "spectrograms_30k"),
        ("c", "silent", "midterm"),
    )
    assert rejects.count(table).values.tolist() == [
        ["midterm", "silent", 2],
        ["spectrograms_30k", "silent", 1],
        ["spectrograms_30k", "too_short", 1],
    ]


def test_no_rejects_give_an_empty_table_with_its_columns():
    counts = rejects.count(rejected())
    assert list(counts.columns) == ["stage", "reason", "count"]
    assert counts.empty


@pytest.mark.parametrize("unusable", [0, 4, 5])
def test_a_share_below_or_at_the_limit_passes(unusable):
    check(rejected(*silent(unusable)), used=100, limit=0.05)


def test_a_share_just_above_the_limit_stops_the_run():
    with pytest.raises(InputError) as error:
        check(rejected(*silent(6)), used=100, limit=0.05)
    message = str(error.value)
    for part in ("6 of 100 utterances (6.0%)", "6 silent", "(5.0%)", "audio/s0.wav"):
        assert part in message
    assert "audio.max_unusable_share" in message and "rejected.csv" in message


def test_a_limit_of_none_stops_at_the_first():
    check(rejected(), used=100, limit=0)
    with pytest.raises(InputError, match="1 of 100 utterances"):
        check(rejected(*silent(1)), used=100, limit=0)


def test_an_utterance_that_several_stages_reject_counts_once():
    table = rejected(
        ("a", "silent", "midterm"),
        ("a", "silent", "spectrograms_20k"),
        ("a", "silent", "spectrograms_30k"),
    )
    check(table, used=10, limit=0.1)


def test_what_the_user_asked_to_leave_out_does_not_count():
    reasons = ("too_short", "unmapped_label", "unknown_label", "missing_label")
    table = rejected(*[(f"u{i}", reason, "corpus") for i, reason in enumerate(reasons)])
    check(table, used=10, limit=0)


@pytest.mark.parametrize("stage", ["corpus", "midterm"])
@pytest.mark.parametrize(
    "reason", ["missing_file", "unreadable", "empty", "silent", "not_finite"]
)
def test_every_kind_of_unusable_audio_counts(reason, stage):
    # 1 of 100 + 1, and of 50.
    limit = {"corpus": 0.0099, "midterm": 0.02}[stage]
    table = rejected(("a", reason, stage))
    check(table, used=50, limit=limit + 1e-4)
    with pytest.raises(InputError, match=f"1 {reason}"):
        check(table, used=50, limit=limit - 1e-4)


@pytest.mark.parametrize("reason", ["missing_file", "unreadable"])
def test_what_a_reader_rejects_is_held_against_the_whole_corpus(reason):
    # 1 of 9 + 1 is a tenth, 1 of 8 + 1 is more, however few of them are used.
    table = rejected(("a", reason, "corpus"))
    limits = {"used": 2, "max_unusable_share": 0.1, "table": "rejected.csv"}
    rejects.check(table, utterances=9, **limits)
    with pytest.raises(InputError, match=rf"1 of 9 .*\(11\.1%\).*1 {reason}"):
        rejects.check(table, utterances=8, **limits)


def test_the_message_counts_the_reasons():
    table = rejected(*silent(2), ("m", "unreadable", "midterm"))
    with pytest.raises(InputError, match="2 silent, 1 unreadable"):
        check(table, used=10, limit=0.05)


PLANNED = pd.DataFrame(
    {"utterance": ["a", "b", "c", "d"], "part": ["p01", "p02", "p01", ""]}
)


def test_features_of_all_that_is_in_a_part_are_complete():
    left_out = [Rejected("c", "c.wav", "silent", "")]
    rejects.check_complete("midterm", PLANNED, ["b", "a"], left_out)


@pytest.mark.parametrize(
    ("kept", "words"),
    [
        ("ab", "1 of the utterances .* such as 'c'"),
        ("a", "2 of the utterances .* such as 'b'"),
        ("abcd", "1 of the utterances .* such as 'd'"),
    ],
)
def test_an_utterance_that_got_lost_on_the_way_stops_the_run(kept, words):
    with pytest.raises(InputError, match=f"^{words}: .* run the same command again"):
        rejects.check_complete("midterm", PLANNED, list(kept), [])
