"""The corpus table, from a reader to parts and folds."""

import os
import time
from types import SimpleNamespace

import pytest
from corpora import balanced, everyone, in_folds

from speechcodes.corpus import splits, table
from speechcodes.errors import InputError
from speechcodes.records import VALENCE, Rejected, Utterance


@pytest.fixture
def read(monkeypatch):
    """Read some utterances and rejects, whatever is asked for."""

    def set_to(utterances, rejected):
        found = SimpleNamespace(read=lambda corpus, groups: (utterances, rejected))
        monkeypatch.setattr(table, "registry", found)

    return set_to


CORPUS = {"name": "mine", "reader": "table", "classes": list(VALENCE)}


@pytest.mark.parametrize("settings", [balanced(), in_folds()])
def test_it_divides_what_a_reader_found_and_hands_on_what_it_left_out(read, settings):
    left_out = [Rejected("x", "x.wav", "missing_file", "row 3: there is no file")]
    read(everyone("ABCDEFGH"), left_out)
    utterances, rejected, folds = table.corpus_table(CORPUS, settings)
    assert (utterances, folds) == splits.assign(everyone("ABCDEFGH"), settings, VALENCE)
    assert rejected == left_out


@pytest.mark.parametrize("settings", [balanced(), in_folds()])
def test_where_too_little_is_left_it_says_what_was_left_out(read, settings):
    left_out = [
        Rejected("x", "x.wav", "missing_file", "row 3: there is no file"),
        Rejected("y", "y.wav", "missing_file", "row 4: there is no file"),
        Rejected("z", "z.wav", "unknown_label", "row 5: label 'odd'"),
    ]
    told = (
        r"; 3 rows or files were left out before \(2 missing_file, 1 unknown_label\), "
        "for example: row 3: there is no file$"
    )
    read(everyone("A"), left_out)
    with pytest.raises(InputError, match=told):
        table.corpus_table(CORPUS, settings)
    read(everyone("A"), [])
    with pytest.raises(InputError) as caught:
        table.corpus_table(CORPUS, settings)
    assert "left out" not in str(caught.value)


def test_a_class_that_is_not_tested_is_an_error(read):
    parts = dict(zip("ABC", ("training", "unlabelled", "test"), strict=True))
    utterances = [u._replace(partition=parts[u.speaker]) for u in everyone("ABC")]
    settings = {"method": "given", "partitions": None}
    read(utterances, [])
    assert len(table.corpus_table(CORPUS, settings)[0]) == 9
    read(utterances[:-1], [])
    with pytest.raises(InputError, match="no positive utterance has the role test; "):
        table.corpus_table(CORPUS, settings)


def test_tables_of_features_keep_the_division_that_they_come_with(read):
    parts = {"A": "training", "B": "test"}
    read([u._replace(partition=parts[u.speaker]) for u in everyone("AB")], [])
    found, _, folds = table.corpus_table(CORPUS | {"reader": "feature_tables"}, {})
    assert {u.speaker: u.part for u in found} == parts
    assert [roles.test for roles in folds] == [("test",)]


@pytest.mark.parametrize("reason", ["unknown_label", "invalid_rating", "malformed_row"])
def test_labels_that_are_not_understood_have_a_limit(read, reason):
    utterances = everyone("ABCDEFGH")
    lost = [Rejected(f"x{i}", "", reason, f"row {i}: 'odd'") for i in range(10)]
    share = 10 / (10 + sum(bool(u.label) for u in utterances))
    read(utterances, lost)
    corpus = CORPUS | {"max_unknown_share": share + 0.001}
    assert table.corpus_table(corpus, in_folds())[1] == lost
    with pytest.raises(InputError) as caught:
        table.corpus_table(corpus | {"max_unknown_share": share - 0.001}, in_folds())
    for words in (f"(10 {reason})", "row 0: 'odd'", "corpus.max_unknown_share"):
        assert words in str(caught.value)


def test_what_was_left_out_on_purpose_has_none(read):
    lost = [Rejected(f"x{i}", "", "unmapped_label", "calm") for i in range(999)]
    read(everyone("ABCDEFGH"), lost)
    corpus = CORPUS | {"max_unknown_share": 0}
    assert table.corpus_table(corpus, in_folds())[1] == lost


def test_audio_and_tables_of_the_future_are_named_before_a_run(tmp_path):
    audio, later = tmp_path / "a.wav", tmp_path / "later.csv"
    for path in (audio, later):
        path.write_text("utterance,x\na,1\n")
    utterances = [Utterance("a", str(audio), "1", "", "negative")]
    config = {"corpus": CORPUS, "experiment": {"feature_tables": {"mine": str(later)}}}
    table.check_files(config, utterances, [str(audio)])
    moment = time.time() + 5_000
    os.utime(later, (moment, moment))
    with pytest.raises(InputError, match=f"such as {later} .*touch"):
        table.check_files(config, utterances, [str(audio)])
    os.utime(audio, (moment, moment))
    with pytest.raises(InputError, match=f"such as {audio} "):
        table.check_files(config, utterances, [str(audio)])
    # Clocks of machines differ a little.
    for path in (audio, later):
        os.utime(path, (time.time() + 20,) * 2)
    table.check_files(config, utterances, [str(audio)])


def test_tables_are_looked_at_where_ratings_have_no_column_of_a_name(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("utterance,x\na,1\n")
    corpus = CORPUS | {"rating": {"column": None, "scale": [1, 5], "bounds": [2, 4]}}
    config = {"corpus": corpus, "experiment": {"feature_tables": {"mine": str(path)}}}
    table.check_files(config, [Utterance("a", str(path), "1", "", "negative")], [])
