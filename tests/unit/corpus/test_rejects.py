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


@pytest.mark.parametrize("unusable", [0, 4, 5])
def test_a_share_below_or_at_the_limit_passes(unusable):
    check(rejected(*silent(unusable)), used=100, limit=0.05)
    check(rejected(), used=100, limit=0)
    assert list(rejects.count(rejected()).columns) == ["stage", "reason", "count"]


def test_a_share_just_above_the_limit_stops_the_run():
    with pytest.raises(InputError) as error:
        odd = ("m", "unreadable", "midterm")
        check(rejected(*silent(5), odd), used=100, limit=0.05)
    assert str(error.value) == (
        "6 of 100 utterances (6.0%) are unusable (5 silent, 1 unreadable), more than"
        " audio.max_unusable_share (5.0%) allows; the first is audio/s0.wav, all stand"
        " in rejected.csv: mend or remove the files, or raise the limit"
    )


def test_an_utterance_counts_once_and_not_if_the_user_asked_to_leave_it_out():
    stages = ("midterm", "spectrograms_20k", "spectrograms_30k")
    check(rejected(*(("a", "silent", s) for s in stages)), used=10, limit=0.1)
    reasons = ("too_short", "unmapped_label", "unknown_label", "missing_label")
    table = rejected(*((reason, reason, "corpus") for reason in reasons))
    check(table, used=10, limit=0)


@pytest.mark.parametrize("stage", ["corpus", "midterm"])
@pytest.mark.parametrize(
    "reason", ["missing_file", "unreadable", "empty", "silent", "not_finite"]
)
def test_every_kind_of_unusable_audio_counts(reason, stage):
    # A reader's are held against the whole corpus: 1 of 100 + 1, and 1 of 50 used.
    limit = {"corpus": 0.0099, "midterm": 0.02}[stage]
    table = rejected(("a", reason, stage))
    check(table, used=50, limit=limit + 1e-4)
    with pytest.raises(InputError, match=f"1 {reason}"):
        check(table, used=50, limit=limit - 1e-4)


PLANNED = pd.DataFrame(
    {"utterance": ["a", "b", "c", "d"], "part": ["p01", "p02", "p01", ""]}
)


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
    left_out = [Rejected("c", "c.wav", "silent", "")]
    rejects.check_complete("midterm", PLANNED, ["b", "a"], left_out)
