"""Divisions that a corpus brings with it, by cases worked out by hand."""

import pytest
from corpora import PARTITIONS, corpus, divided, part_of
from corpora import balanced as asked

from speechcodes.errors import InputError


@pytest.mark.parametrize(
    ("partitions", "names"),
    [
        (None, ["training", "unlabelled", "test", "Test", ""]),
        (PARTITIONS, ["Dev", "Train", "Extra", "Other", ""]),
        ({"training": ["Dev"], "test": ["Test"]}, ["Dev", "", "Test", "Other", ""]),
    ],
)
def test_given_takes_partitions_named_as_the_parts_or_mapped_to_them(partitions, names):
    table = corpus(*((f"S{i}", "", "negative", name) for i, name in enumerate(names)))
    found = part_of(table, {"method": "given", "partitions": partitions})
    middle = "unlabelled" if names[1] else ""
    assert list(found.values()) == ["training", middle, "test", "", ""]


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        (("Ann", "P1"), ("Ann", "P3"), "speaker Ann: u000 is in training and u002 in"),
        (("Ann", "P1"), ("Bea", "P1"), "session P1: u000 is in training and u002 in"),
        (("", "P1"), ("", "P1"), "session P1: u000 is in training and u002 in test"),
    ],
)
def test_given_parts_that_share_somebody_fail(first, second, told):
    table = corpus(
        (*first, "negative", "training"),
        ("Cid", "P2", "neutral", "unlabelled"),
        (*second, "positive", "test"),
    )
    with pytest.raises(InputError, match=told):
        divided(table, asked(method="given"))


def test_given_parts_may_share_unknown_speakers_and_what_is_in_no_part():
    table = corpus(
        ("", "P1", "negative", "training"),
        ("", "P2", "neutral", "unlabelled"),
        ("", "P3", "positive", "test"),
        ("", "P3", "positive", "elsewhere"),
    )
    assert sum(map(bool, part_of(table, asked(method="given")).values())) == 3


def test_partitions_in_no_corpus_or_in_two_parts_fail():
    table = corpus(*((p, p, "negative", p) for p in "ABC"))
    told = "no partition Typo or X; it has A, B, C"
    for partitions, words in [
        ({"training": ["Typo", "X"], "unlabelled": ["B"], "test": ["C"]}, told),
        ({"training": ["A", "B"], "unlabelled": ["B"], "test": ["C"]}, "'B' is in"),
    ]:
        with pytest.raises(InputError, match=words):
            divided(table, asked(method="given", partitions=partitions))


def test_speech_without_a_label_keeps_to_its_partition_where_it_has_one():
    table = corpus(
        ("A", "P1", "negative", "training"),
        ("B", "P2", "neutral", "unlabelled"),
        ("C", "P3", "positive", "test"),
        ("D", "P4", "", "training"),
        ("E", "P5", "", "unlabelled"),
        ("C", "P6", "", "test"),
        ("F", "P7", "", "elsewhere"),
        ("G", "P8", "", ""),
        ("A", "P9", "", ""),
        ("", "P3", "", ""),
    )
    found = part_of(table, asked(method="given"))
    assert list(found.values()) == [
        *["training", "unlabelled", "test"],
        *["", "unlabelled", "", ""],
        *["unlabelled", "", ""],
    ]


def test_a_part_unlabelled_may_be_speech_without_labels_alone():
    table = corpus(
        ("A", "P1", "negative", "training"),
        ("C", "P3", "positive", "test"),
        ("G", "P8", "", ""),
    )
    assert part_of(table, asked(method="given"))["u002"] == "unlabelled"
