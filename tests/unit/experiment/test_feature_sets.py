"""Feature sets of a split: what is common, concatenated, and where it is read from."""

import h5py
import numpy as np
import pandas as pd
import pytest
from sklearn.preprocessing import StandardScaler

from speechcodes.corpus import speakers
from speechcodes.errors import InputError
from speechcodes.experiment import feature_sets
from speechcodes.experiment.feature_sets import FeatureSet, Rows
from speechcodes.storage import hdf5


def of(table, split):
    """Return the rows of one split."""
    return table[table["split"] == split]


def utterance_table(*rows):
    """Make `utterances.csv` of (utterance, label, speaker, session, split)."""
    columns = ["utterance", "label", "speaker", "session", "split"]
    return pd.DataFrame(rows, columns=columns)


#: Not in order of their ids, as one of a speaker's own might be.
TABLE = utterance_table(
    ("d", "positive", "anna", "1", "test"),
    ("a", "negative", "ben", "1", "test"),
    ("b", "neutral", "", "2", "test"),
    ("c", "positive", "", "c", "test"),
)


def ids(*names):
    return np.array(names, dtype=object)


def column(*values):
    return np.array(values, dtype=float)[:, None]


# --- what is common -------------------------------------------------------------


def test_only_utterances_that_all_feature_sets_have_are_kept():
    split = feature_sets.gather(
        {
            "midterm": Rows(np.arange(6.0).reshape(3, 2), ids("c", "b", "a")),
            "code": Rows(column(1, 2, 3, 4), ids("a", "c", "a", "d")),
        },
        ["midterm", "code"],
        TABLE,
    )
    assert split.utterances.tolist() == ["a", "c"]
    assert split.labels.tolist() == [0, 2]
    assert split.speakers.tolist() == ["speaker ben", "utterance c"]
    midterm, code = split.sets["midterm"], split.sets["code"]
    assert midterm.features.tolist() == [[0, 1], [4, 5]]
    assert midterm.utterance.tolist() == [1, 0]
    assert midterm.labels.tolist() == [2, 0]
    assert code.features.tolist() == [[1], [2], [3]]
    assert code.utterance.tolist() == [0, 1, 0]
    assert code.labels.tolist() == [0, 2, 0]


def test_rows_of_utterances_in_no_table_are_left_out():
    rows = Rows(column(1, 2, 3), ids("b", "stranger", "a"))
    split = feature_sets.gather({"own": rows}, ["own"], TABLE)
    assert split.utterances.tolist() == ["a", "b"]
    assert split.sets["own"].features.ravel().tolist() == [1, 3]


def test_rows_of_unknown_utterances_are_all_kept_and_take_none_away():
    split = feature_sets.gather(
        {
            "midterm": Rows(column(1, 2), ids("d", "a")),
            "code": Rows(column(5, 6, 7), None, np.array([2, 0, 1])),
        },
        ["midterm", "code"],
        TABLE,
    )
    assert split.utterances.tolist() == ["a", "d"]
    code = split.sets["code"]
    assert code.features.ravel().tolist() == [5, 6, 7]
    assert code.utterance.tolist() == [-1, -1, -1]
    assert code.labels.tolist() == [2, 0, 1]


def test_nothing_in_common_is_an_empty_split():
    split = feature_sets.gather(
        {"one": Rows(column(1), ids("a")), "other": Rows(column(1), ids("b"))},
        ["one", "other"],
        TABLE,
    )
    assert len(split.utterances) == len(split.labels) == len(split.speakers) == 0
    assert split.sets["one"].features.shape == (0, 1)


def test_the_rows_of_some_utterances_keep_order_owner_and_class():
    rows = FeatureSet(
        column(0, 1, 2, 3, 4), np.array([2, 0, 1, 0, 2]), np.array([1, 0, 2, 0, 1])
    )
    found = rows.of([0, 2])
    assert found.features.ravel().tolist() == [0, 1, 3, 4]
    assert found.utterance.tolist() == [2, 0, 0, 2]
    assert found.labels.tolist() == [1, 0, 0, 1]
    assert rows.of([]).features.shape == (0, 1)


@pytest.mark.parametrize(
    ("utterance", "known", "segments"),
    [
        ([0, 1, 2], True, False),
        ([2, 0, 1], True, False),
        ([0, 1, 1], True, True),
        ([-1, -1, -1], False, True),
        ([0, -1, -1], False, True),
    ],
)
def test_rows_are_utterances_or_segments_of_known_ones_or_unknown(
    utterance, known, segments
):
    rows = FeatureSet(np.eye(3), np.array(utterance), np.zeros(3, int))
    assert rows.has_utterances is known
    assert rows.has_segments is segments


# --- concatenation --------------------------------------------------------------


def test_a_concatenation_averages_each_part_over_an_utterance():
    split = feature_sets.gather(
        {
            "midterm": Rows(np.array([[1.0, 2], [3, 4], [5, 6]]), ids("b", "a", "d")),
            # b has three rows, a one; c and d have none in one of the parts.
            "code": Rows(column(6, 10, 0, 3, 8), ids("b", "a", "b", "b", "c")),
        },
        ["code+midterm", "midterm"],
        TABLE,
    )
    assert list(split.sets) == ["code+midterm", "midterm"]
    assert split.utterances.tolist() == ["a", "b"]
    both = split.sets["code+midterm"]
    assert both.features.tolist() == [[10, 3, 4], [3, 1, 2]]
    assert both.utterance.tolist() == [0, 1]
    assert both.labels.tolist() == [0, 1]
    assert both.has_utterances and not both.has_segments
    assert split.sets["midterm"].features.tolist() == [[1, 2], [3, 4]]


def test_three_sets_are_concatenated_in_the_order_of_the_name():
    rows = {name: Rows(column(i), ids("a")) for i, name in enumerate("xyz", start=1)}
    split = feature_sets.gather(rows, ["z+x+y"], TABLE)
    assert split.sets["z+x+y"].features.tolist() == [[3, 1, 2]]


@pytest.mark.parametrize("name", ["midterm+code", "code+midterm"])
def test_rows_of_unknown_utterances_cannot_be_concatenated(name):
    rows = {
        "midterm": Rows(column(1), ids("a")),
        "code": Rows(column(5, 6), None, np.array([0, 0])),
    }
    with pytest.raises(InputError) as error:
        feature_sets.gather(rows, ["midterm", name], TABLE)
    assert f"the feature set {name} " in str(error.value)
    assert "those of code are" in str(error.value)


def test_parts_of_a_name():
    assert feature_sets.parts("midterm") == ["midterm"]
    assert feature_sets.parts("midterm+code+x-1.0") == ["midterm", "code", "x-1.0"]


# --- normalisation per speaker --------------------------------------------------


def test_each_speaker_has_zero_mean_and_unit_variance():
    rows = Rows(
        np.array([[1.0, 5], [3, 5], [10, 0], [30, 2], [20, 4]]),
        ids("a1", "a2", "b1", "b2", "b3"),
    )
    table = utterance_table(
        *((name, "neutral", name[0], "1", "test") for name in ("a1", "a2")),
        *((name, "positive", name[0], "2", "test") for name in ("b1", "b2", "b3")),
    )
    split = feature_sets.gather({"own": rows}, ["own", "own@speaker"], table)
    assert split.sets["own"].features.tolist() == rows.features.tolist()
    found = split.sets["own@speaker"]
    # Of 10, 20 and 30 the standard deviation is the root of 200 / 3, of 0, 2, 4 that
    # of 8 / 3: 1.2247 of them from the mean are the outer ones. 5 and 5 are constant.
    expected = [[-1, 0], [1, 0], [-1.2247, -1.2247], [1.2247, 0], [0, 1.2247]]
    np.testing.assert_allclose(found.features, expected, atol=1e-4)
    assert found.utterance.tolist() == [0, 1, 2, 3, 4]
    assert found.labels.tolist() == [1, 1, 2, 2, 2]
    assert split.fewest_of_speaker == 2


def test_segments_are_normalised_over_all_rows_of_their_speaker():
    rng = np.random.default_rng(0)
    names = [f"u{i:02d}" for i in range(12)]
    of_rows = rng.choice(names, 60)
    rows = Rows(rng.normal(5, 3, (60, 4)).astype(np.float32), of_rows.astype(object))
    # Some speakers are unknown, and one talks in every session.
    voice = {name: ("ann", "ben", "")[i % 3] for i, name in enumerate(names)}
    table = utterance_table(
        *((n, "neutral", voice[n], f"s{i % 2}", "test") for i, n in enumerate(names))
    )
    split = feature_sets.gather({"code": rows}, ["code@speaker"], table)
    found = split.sets["code@speaker"]
    who = [(voice[n], voice[n] or f"s{int(n[1:]) % 2}") for n in of_rows]
    for one in set(who):
        at = [w == one for w in who]
        expected = StandardScaler().fit_transform(rows.features[at].astype(float))
        np.testing.assert_allclose(found.features[at], expected, atol=1e-9)


def test_a_concatenation_is_averaged_first_and_then_normalised():
    table = utterance_table(
        *((name, "neutral", "ann", "1", "test") for name in ("a", "b", "c"))
    )
    rows = {
        "midterm": Rows(column(1, 2, 6), ids("a", "b", "c")),
        "code": Rows(column(0, 4, 8, 5), ids("a", "a", "b", "c")),
    }
    split = feature_sets.gather(rows, ["midterm+code@speaker"], table)
    both = np.array([[1.0, 2], [2, 8], [6, 5]])
    expected = StandardScaler().fit_transform(both)
    found = split.sets["midterm+code@speaker"].features
    np.testing.assert_allclose(found, expected)


def test_numbers_that_differ_by_rounding_only_are_constant():
    # Averages of equal numbers.
    rows = np.array([[0.1 + 0.2], [0.3], [0.3]])
    found = feature_sets.per_speaker(rows, ids("x", "x", "x"))
    assert np.abs(found).max() < 1e-15


def test_normalisation_looks_at_no_label():
    rows = Rows(np.random.default_rng(0).normal(size=(4, 3)), ids("a", "b", "c", "d"))
    table = TABLE.assign(speaker="ann")
    first = feature_sets.gather({"own": rows}, ["own@speaker"], table)
    table = table.assign(label=table["label"].iloc[::-1].to_numpy())
    second = feature_sets.gather({"own": rows}, ["own@speaker"], table)
    assert first.labels.tolist() != second.labels.tolist()
    np.testing.assert_array_equal(
        first.sets["own@speaker"].features, second.sets["own@speaker"].features
    )


def test_an_utterance_of_nobody_known_cannot_be_normalised():
    rows = {"own": Rows(column(1, 2), ids("a", "c"))}
    with pytest.raises(InputError) as error:
        feature_sets.gather(rows, ["own@speaker"], TABLE)
    assert "own@speaker: 1 utterances, such as c, have neither a speaker" in str(
        error.value
    )
    # Plain it may stay.
    feature_sets.gather(rows, ["own"], TABLE)


def test_rows_of_unknown_utterances_cannot_be_normalised():
    rows = {"code": Rows(column(5, 6), None, np.array([0, 0]))}
    with pytest.raises(InputError, match="code@speaker needs to know whose rows those"):
        feature_sets.gather(rows, ["code@speaker"], TABLE)


def test_nothing_in_common_can_be_normalised():
    rows = {"one": Rows(column(1), ids("a")), "other": Rows(column(1), ids("b"))}
    split = feature_sets.gather(rows, ["one@speaker", "other"], TABLE)
    assert split.sets["one@speaker"].features.shape == (0, 1)
    assert split.fewest_of_speaker == 0


# --- voices ---------------------------------------------------------------------


def test_voices_are_speakers_else_sessions_else_utterances():
    table = utterance_table(
        ("u1", "neutral", "anna", "7", "test"),
        ("u2", "neutral", "", "7", "test"),
        ("u3", "neutral", "", "u3", "test"),
        ("u4", "neutral", "", "", "test"),
        # A session named as another utterance is one.
        ("u5", "neutral", "", "u3", "test"),
        ("u6", "neutral", "anna", "u6", "test"),
        # A speaker may be called as a session is, and is another thing.
        ("u7", "neutral", "7", "7", "test"),
    )
    assert speakers.voices(table).to_dict() == {
        "u1": "speaker anna",
        "u2": "session 7",
        "u3": "utterance u3",
        "u4": "utterance u4",
        "u5": "session u3",
        "u6": "speaker anna",
        "u7": "speaker 7",
    }


def test_voices_stand_beside_their_utterances():
    names = ids("a", "b", "c", "d")
    split = feature_sets.gather({"own": Rows(np.eye(4), names)}, ["own"], TABLE)
    assert split.utterances.tolist() == ["a", "b", "c", "d"]
    assert split.speakers.tolist() == [
        "speaker ben",
        "session 2",
        "utterance c",
        "speaker anna",
    ]


# --- where they are stored ------------------------------------------------------


@pytest.fixture
def files(tmp_path):
    """Two shards of each set of each split, a table of one's own, and a corpus."""
    paths = {}
    for split, names in {"training": "pqrs", "test": "dabc"}.items():
        for kind, dataset, add in [("midterm", "midterm", 0), ("code", "codes", 100)]:
            key = f"{kind}_{split}"
            paths[key] = [str(tmp_path / f"{key}_{i}.h5") for i in (0, 1)]
            for i, path in enumerate(paths[key]):
                first = 2 * i
                values = {
                    dataset: column(add + first, add + first + 1),
                    "utterance": ids(*names[first : first + 2]),
                }
                hdf5.write(path, values, parameters={}, libraries=[], description="")
    paths["own_table"] = str(tmp_path / "own.csv")
    rows = [*zip("abcdpqrs", range(8), strict=True), ("a", 100)]
    pd.DataFrame(rows, columns=["utterance", "x"]).to_csv(
        paths["own_table"], index=False
    )
    return paths


@pytest.fixture
def corpus(tmp_path):
    path = tmp_path / "corpus.h5"
    with h5py.File(path, "w") as file:
        for split, add in {"training": 0, "test": 10}.items():
            file[f"{split}/midterm/features"] = column(1, 2) + add
            file[f"{split}/midterm/label"] = [2, 0]
            file[f"{split}/code/features"] = column(3, 4, 5) + add
            file[f"{split}/code/label"] = [0, 2, 2]
        file["training/code/utterance_row"] = [1, 0, 0]
    return str(path)


@pytest.mark.parametrize(
    ("name", "split", "features", "utterance"),
    [
        ("midterm", "training", [0, 1, 2, 3], "pqrs"),
        ("midterm", "test", [0, 1, 2, 3], "dabc"),
        ("code", "training", [100, 101, 102, 103], "pqrs"),
        ("code", "test", [100, 101, 102, 103], "dabc"),
        # The table of one's own holds both splits.
        ("own", "training", [0, 1, 2, 3, 4, 5, 6, 7, 100], "abcdpqrsa"),
        ("own", "test", [0, 1, 2, 3, 4, 5, 6, 7, 100], "abcdpqrsa"),
    ],
)
def test_shards_and_tables_of_ones_own_are_read(
    files, name, split, features, utterance
):
    rows = feature_sets.read(name, split, files)
    assert rows.features.ravel().tolist() == features
    assert rows.utterance.tolist() == list(utterance)
    assert rows.labels is None


def test_a_corpus_of_tables_is_read(corpus):
    files = {"corpus": corpus}
    midterm = feature_sets.read("midterm", "test", files)
    assert midterm.features.ravel().tolist() == [11, 12]
    assert midterm.utterance.tolist() == ["test_0", "test_1"]
    training = feature_sets.read("code", "training", files)
    assert training.features.ravel().tolist() == [3, 4, 5]
    assert training.utterance.tolist() == ["training_1", "training_0", "training_0"]
    test = feature_sets.read("code", "test", files)
    assert test.utterance is None
    assert test.labels.tolist() == [0, 2, 2]


def test_a_table_of_ones_own_comes_before_the_corpus(files, corpus):
    rows = feature_sets.read("own", "test", {**files, "corpus": corpus})
    assert rows.utterance.tolist() == list("abcdpqrsa")
    # Even if the corpus had a set of that name.
    with h5py.File(corpus, "a") as file:
        file["test/own/features"], file["test/own/label"] = np.eye(2), [0, 1]
    rows = feature_sets.read("own", "test", {**files, "corpus": corpus})
    assert rows.features.shape == (9, 1)


def test_a_split_is_read_whole(files):
    table = utterance_table(
        *(row for row in TABLE.itertuples(index=False)),
        ("p", "neutral", "eve", "9", "training"),
        ("e", "neutral", "eve", "9", ""),
    )
    names = ["code", "midterm+own"]
    split = feature_sets.read_split(names, "test", of(table, "test"), files)
    assert split.utterances.tolist() == ["a", "b", "c", "d"]
    assert split.labels.tolist() == [0, 1, 2, 2]
    assert list(split.sets) == names
    # Shards have the order d, a, b, c; of a, the table of one's own has 0 and 100.
    assert split.sets["code"].features.ravel().tolist() == [100, 101, 102, 103]
    assert split.sets["code"].utterance.tolist() == [3, 0, 1, 2]
    both = split.sets["midterm+own"].features.tolist()
    assert both == [[1, 50], [2, 1], [3, 2], [0, 3]]
    training = feature_sets.read_split(names, "training", of(table, "training"), files)
    assert training.utterances.tolist() == ["p"]
    assert training.speakers.tolist() == ["speaker eve"]
    assert training.sets["midterm+own"].features.tolist() == [[0, 4]]
    # A table that holds both splits gives this one's utterances only.
    own = feature_sets.read_split(["own"], "training", of(table, "training"), files)
    assert own.utterances.tolist() == ["p"]


def test_nothing_is_learned_from_rows_of_unknown_utterances(corpus):
    with h5py.File(corpus, "a") as file:
        del file["training/code/utterance_row"]
    table = utterance_table(
        *(
            (f"{split}_{i}", "neutral", "", "", split)
            for split in ("training", "test")
            for i in (0, 1)
        )
    )
    names, files = ["midterm", "code"], {"corpus": corpus}
    with pytest.raises(InputError, match="training/code/utterance_row"):
        feature_sets.read_split(names, "training", of(table, "training"), files)
    assert (
        not feature_sets.read_split(names, "test", of(table, "test"), files)
        .sets["code"]
        .has_utterances
    )
