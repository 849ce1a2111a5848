"""The published study's division, by cases worked out by hand."""

import pytest
from corpora import PARTITIONS, divided, everyone, part_of, speak
from corpora import balanced as asked

from speechcodes.errors import InputError
from speechcodes.records import ROLES, VALENCE

STUDY = """
    training    a1  P1  negative
    training    a2  P1  negative
                a3  P1  negative
    test        a4  P2  negative
    unlabelled  a5  P3  negative
    training    b1  P4  neutral
    training    b2  P5  neutral
                b3  P1  neutral
    test        b4  P3  neutral
    unlabelled  b5  P6  neutral
    training    c1  P7  positive
    training    c2  P1  positive
                c3  P5  positive
                c4  P7  positive
    test        c5  P8  positive
                c6  P2  positive
    unlabelled  c7  P9  positive
"""


def study(text):
    """Utterances, and the part that each must be put into."""
    rows = [line.split() for line in text.strip().splitlines()]
    expected = {r[-3]: r[0] if len(r) == 4 else "" for r in rows}
    return [speak(r[-3], "", r[-2], r[-1]) for r in rows], expected


def test_study_takes_sorted_names_and_passes_over_sessions_used_before():
    table, expected = study(STUDY)
    # P3 is in test by b4, so a5 cannot be unlabelled: another name takes its place.
    expected["a5"] = ""
    table.append(speak("a6", "", "P9", "negative"))
    expected["a6"] = "unlabelled"
    wanted = asked(
        method="study", sizes={"training": 2, "unlabelled": "all", "test": 1}
    )
    assert part_of(table, wanted) == expected
    assert part_of(table[::-1], wanted) == expected


@pytest.mark.parametrize("same", [{"speaker": "A"}, {"session": ""}])
def test_study_keeps_neither_speakers_nor_unknown_sessions_apart(same):
    table = [u._replace(**same) for u in everyone("ABC")]
    wanted = asked(method="study", sizes=dict.fromkeys(ROLES, 1))
    parts = ["training", "test", "unlabelled"]
    assert list(part_of(table, wanted).values()) == [p for p in parts for _ in VALENCE]


def test_study_says_how_many_are_left():
    table, _ = study(STUDY)
    wanted = asked(method="study", sizes={"training": 2, "unlabelled": 1, "test": 3})
    # All but a1, a2 and a3, which stand in or share P1.
    with pytest.raises(InputError, match="sizes.test asks for 3 negative.*only 2 "):
        divided(table, wanted)


def test_study_draws_from_the_partitions_of_each_part():
    places = ["Test", "Train", "Dev", "Other", "Extra"]
    table = [u._replace(partition=p) for p in places for u in everyone([p])]
    table = [u._replace(utterance=f"u{i:02}") for i, u in enumerate(table)]
    sizes = dict.fromkeys(ROLES, 1)
    found = part_of(table, asked(method="study", partitions=PARTITIONS, sizes=sizes))
    parts = ["test", "unlabelled", "training", "", ""]
    assert list(found.values()) == [part for part in parts for _ in VALENCE]


def test_speech_without_a_label_is_unlabelled_unless_its_voice_trains_or_tests():
    table = everyone("ABC") + [
        speak("x0", "A", "new", ""),
        speak("x1", "", "B", ""),
        speak("x2", "C", "", ""),
        speak("x3", "", "", ""),
    ]
    wanted = asked(method="study", sizes=dict.fromkeys(ROLES, 1))
    found = part_of(table, wanted)
    assert [found[f"x{i}"] for i in range(4)] == ["", "", "unlabelled", "unlabelled"]
