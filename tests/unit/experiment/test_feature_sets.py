"""Feature sets of a role: what is common, concatenated, and where it is read from."""

import re

import h5py
import numpy as np
import pandas as pd
import pytest
from sklearn.preprocessing import StandardScaler

from speechcodes.errors import InputError
from speechcodes.experiment import feature_sets
from speechcodes.experiment.feature_sets import FeatureSet, Rows
from speechcodes.names import FEATURE_SETS
from speechcodes.storage import hdf5

CLASSES = ("negative", "neutral", "positive")


def role_table(*rows):
    """Make the table of a role, `roles/test.csv`, of (utterance, label, voice)."""
    return pd.DataFrame(rows, columns=["utterance", "label", "voice"])


def gather(rows, names, table=None, classes=CLASSES):
    """Return the features of all utterances of a table, `TABLE` unless given."""
    table = TABLE if table is None else table
    return feature_sets.gather(rows, names, table, classes)


#: Not in order of their ids, as one of a speaker's own might be.
TABLE = role_table(
    ("d", "positive", "speaker anna"),
    ("a", "negative", "speaker ben"),
    ("b", "neutral", "session 2"),
    ("c", "positive", "utterance c"),
)


def ids(*names):
    return np.array(names, dtype=object)


def column(*values):
    return np.array(values, dtype=float)[:, None]


# --- what is common -------------------------------------------------------------


def test_only_utterances_that_all_feature_sets_have_are_kept():
    role = gather(
        {
            "midterm": Rows(np.arange(6.0).reshape(3, 2), ids("c", "b", "a")),
            # A stranger is in no table.
            "code": Rows(column(1, 2, 3, 4, 5), ids("a", "c", "a", "d", "stranger")),
        },
        ["midterm", "code"],
    )
    assert role.utterances.tolist() == ["a", "c"]
    assert role.labels.tolist() == [0, 2]
    assert role.voices.tolist() == ["speaker ben", "utterance c"]
    midterm, code = role.sets["midterm"], role.sets["code"]
    assert midterm.features.tolist() == [[0, 1], [4, 5]]
    assert midterm.utterance.tolist() == [1, 0]
    assert midterm.labels.tolist() == [2, 0]
    assert code.features.tolist() == [[1], [2], [3]]
    assert code.utterance.tolist() == [0, 1, 0]
    assert code.labels.tolist() == [0, 2, 0]


def test_rows_of_unknown_utterances_are_all_kept_and_take_none_away():
    role = gather(
        {
            "midterm": Rows(column(1, 2), ids("d", "a")),
            "code": Rows(column(5, 6, 7), None, np.array([2, 0, 1])),
        },
        ["midterm", "code"],
    )
    assert role.utterances.tolist() == ["a", "d"]
    code = role.sets["code"]
    assert code.features.ravel().tolist() == [5, 6, 7]
    assert code.utterance.tolist() == [-1, -1, -1]
    assert code.labels.tolist() == [2, 0, 1]


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
    role = gather(
        {
            "midterm": Rows(np.array([[1.0, 2], [3, 4], [5, 6]]), ids("b", "a", "d")),
            # b has three rows, a one; c and d have none in one of the parts.
            "code": Rows(column(6, 10, 0, 3, 8), ids("b", "a", "b", "b", "c")),
        },
        ["code+midterm", "midterm"],
    )
    assert list(role.sets) == ["code+midterm", "midterm"]
    assert role.utterances.tolist() == ["a", "b"]
    both = role.sets["code+midterm"]
    assert both.features.tolist() == [[10, 3, 4], [3, 1, 2]]
    assert both.utterance.tolist() == [0, 1]
    assert both.labels.tolist() == [0, 1]
    assert both.has_utterances and not both.has_segments
    assert role.sets["midterm"].features.tolist() == [[1, 2], [3, 4]]


@pytest.mark.parametrize("name", ["midterm+code", "code+midterm", "code@speaker"])
def test_rows_of_unknown_utterances_are_neither_concatenated_nor_normalised(name):
    rows = {
        "midterm": Rows(column(1), ids("a")),
        "code": Rows(column(5, 6), None, np.array([0, 0])),
    }
    told = f"the feature set {re.escape(name)} needs to know whose rows those of code"
    with pytest.raises(InputError, match=told):
        gather(rows, ["midterm", name])


# --- normalisation per speaker --------------------------------------------------


def test_segments_are_normalised_over_all_rows_of_their_speaker():
    rng = np.random.default_rng(0)
    names = [f"u{i:02d}" for i in range(12)]
    of_rows = rng.choice(names, 60)
    rows = Rows(rng.normal(5, 3, (60, 4)).astype(np.float32), of_rows.astype(object))
    # One that is constant is only centred.
    rows.features[:, 3] = 7
    voices = ("speaker ann", "speaker ben", "session 0", "session 1")
    voice = {name: voices[i % 4] for i, name in enumerate(names)}
    table = role_table(*((name, "neutral", voice[name]) for name in names))
    names = ["code@speaker", "code+code@speaker", "code+code"]
    role = gather({"code": rows}, names, table)
    assert role.fewest_of_speaker == 3
    sets = role.sets
    found = sets["code@speaker"]
    for one in voices:
        at = [voice[name] == one for name in of_rows]
        expected = StandardScaler().fit_transform(rows.features[at].astype(float))
        np.testing.assert_allclose(found.features[at], expected, atol=1e-9)
        # A concatenation is averaged first.
        at = [i for i in range(12) if voices[i % 4] == one]
        expected = StandardScaler().fit_transform(sets["code+code"].features[at])
        both = sets["code+code@speaker"].features[at]
        np.testing.assert_allclose(both, expected, atol=1e-9)


def test_self_trained_sets_have_the_features_of_the_plain_ones():
    rows = {
        name: Rows(column(1, 2, 4, 3), ids("a", "b", "a", "d"))
        for name in ("midterm", "code")
    }
    names = ["midterm", "midterm@speaker", "midterm+code@speaker"]
    trained = [f"{name}@self_training" for name in names]
    table = TABLE.replace("utterance c", "speaker ben")
    sets, alone = (gather(rows, n, table).sets for n in ([*names, *trained], trained))
    for name, other in zip(names, trained, strict=True):
        for found in (sets[other], alone[other]):
            np.testing.assert_array_equal(found.features, sets[name].features)
            np.testing.assert_array_equal(found.utterance, sets[name].utterance)
            assert found.blocks == sets[name].blocks


def test_features_of_one_scale_are_only_centred_per_speaker():
    rng = np.random.default_rng(0)
    names = [f"u{i}" for i in range(8)]
    rows = {
        "midterm": Rows(rng.normal(2, 3, (8, 2)), ids(*names)),
        "fisher": Rows(rng.normal(2, 3, (8, 3)), ids(*names)),
    }
    voice = ["speaker ann"] * 5 + ["speaker ben"] * 3
    table = role_table(*zip(names, ["neutral"] * 8, voice, strict=True))
    role = gather(rows, ["fisher@speaker", "midterm+fisher@speaker", "fisher"], table)
    features = rows["fisher"].features
    expected = np.vstack([part - part.mean(0) for part in np.split(features, [5])])
    found = role.sets["fisher@speaker"]
    np.testing.assert_allclose(found.features, expected, atol=1e-12)
    assert found.blocks == ((3, True),)
    both = role.sets["midterm+fisher@speaker"]
    np.testing.assert_allclose(both.features[:, 2:], expected, atol=1e-12)
    np.testing.assert_allclose(both.features[:5, :2].std(0), 1, atol=1e-12)
    assert both.blocks == ((2, True), (3, True))
    assert role.sets["fisher"].blocks == ((3, True),)
    assert role.sets["fisher"].of([1, 2]).blocks == ((3, True),)


def test_numbers_that_differ_by_rounding_only_are_constant():
    # Averages of equal numbers.
    rows = np.array([[0.1 + 0.2], [0.3], [0.3]])
    found = feature_sets.per_speaker(rows, ids("x", "x", "x"))
    assert np.abs(found).max() < 1e-15


def test_an_utterance_of_nobody_known_cannot_be_normalised():
    rows = {"own": Rows(column(1, 2), ids("a", "c"))}
    told = "own@speaker: 1 utterances, such as c, have neither a speaker"
    with pytest.raises(InputError, match=told):
        gather(rows, ["own@speaker"])
    # Plain it may stay.
    gather(rows, ["own"])


def test_nothing_in_common_is_an_empty_role_that_can_be_normalised():
    rows = {"one": Rows(column(1), ids("a")), "other": Rows(column(1), ids("b"))}
    role = gather(rows, ["one@speaker", "other"])
    assert len(role.utterances) == len(role.labels) == len(role.voices) == 0
    for one in role.sets.values():
        assert one.features.shape == (0, 1)
    assert role.fewest_of_speaker == 0


# --- where they are stored ------------------------------------------------------


@pytest.fixture
def files(tmp_path):
    """Two shards of every feature set of the test role, and a table of one's own."""
    paths = {"own_table": str(tmp_path / "own.csv")}
    for name, one in FEATURE_SETS.items():
        paths[f"{name}_test"] = [str(tmp_path / f"{name}_{i}.h5") for i in (0, 1)]
        for i, path in enumerate(paths[f"{name}_test"]):
            names = ids(*"dabc"[2 * i : 2 * i + 2])
            rows = {one.dataset: column(2 * i, 2 * i + 1), "utterance": names}
            hdf5.write(path, rows, parameters={}, libraries=[], description="")
    # That of others than the role's, too.
    rows = [*zip("abcdpqrs", range(8), strict=True), ("a", 100)]
    table = pd.DataFrame(rows, columns=["utterance", "x"])
    table.to_csv(paths["own_table"], index=False)
    return paths


@pytest.fixture
def corpus(tmp_path):
    path = tmp_path / "corpus.h5"
    with h5py.File(path, "w") as file:
        for role, add in {"training": 0, "test": 10}.items():
            file[f"{role}/midterm/features"] = column(1, 2) + add
            file[f"{role}/midterm/label"] = [2, 0]
            file[f"{role}/code/features"] = column(3, 4, 5) + add
            file[f"{role}/code/label"] = [0, 2, 2]
        file["training/code/utterance_row"] = [1, 0, 0]
    return str(path)


def read(name, role, files):
    """Return the rows of a set; those of a table, of the role's utterances."""
    return feature_sets.read(name, role, "dabc", files, CLASSES)


def test_a_corpus_of_tables_is_read(corpus):
    files = {"corpus": corpus}
    midterm = read("midterm", "test", files)
    assert midterm.features.ravel().tolist() == [11, 12]
    assert midterm.utterance.tolist() == ["test_0", "test_1"]
    training = read("code", "training", files)
    assert training.features.ravel().tolist() == [3, 4, 5]
    assert training.utterance.tolist() == ["training_1", "training_0", "training_0"]
    test = read("code", "test", files)
    assert test.utterance is None
    assert test.labels.tolist() == [0, 2, 2]


def test_a_table_of_ones_own_comes_before_the_corpus(files, corpus):
    # Even if the corpus has a set of that name.
    with h5py.File(corpus, "a") as file:
        file["test/own/features"], file["test/own/label"] = np.eye(2), [0, 1]
    rows = read("own", "test", {**files, "corpus": corpus})
    assert rows.utterance.tolist() == list("abcda")


@pytest.mark.parametrize("name", FEATURE_SETS)
def test_a_role_is_read_whole_from_shards_and_tables(files, name):
    names = [name, f"{name}+own"]
    role = feature_sets.read_role(names, "test", TABLE, files, CLASSES)
    assert role.utterances.tolist() == ["a", "b", "c", "d"]
    assert role.labels.tolist() == [0, 1, 2, 2]
    assert role.classes == CLASSES
    assert list(role.sets) == names
    # Shards have the order d, a, b, c; of a, the table of one's own has 0 and 100.
    assert role.sets[name].features.ravel().tolist() == [0, 1, 2, 3]
    assert role.sets[name].utterance.tolist() == [3, 0, 1, 2]
    both = role.sets[f"{name}+own"].features.tolist()
    assert both == [[1, 50], [2, 1], [3, 2], [0, 3]]


def test_nothing_is_learned_from_rows_of_unknown_utterances(corpus):
    with h5py.File(corpus, "a") as file:
        del file["training/code/utterance_row"]
    names, files = ["midterm", "code"], {"corpus": corpus}
    tables = {
        role: role_table(*((f"{role}_{i}", "neutral", "") for i in (0, 1)))
        for role in ("training", "test")
    }
    with pytest.raises(InputError, match="training/code/utterance_row"):
        feature_sets.read_role(names, "training", tables["training"], files, CLASSES)
    test = feature_sets.read_role(names, "test", tables["test"], files, CLASSES)
    assert not test.sets["code"].has_utterances


def test_utterances_without_a_label_have_no_class():
    table = pd.DataFrame(
        {"utterance": ["a", "b"], "label": ["", "sad"], "voice": ["speaker x"] * 2}
    )
    rows = {"midterm": Rows(np.eye(2), np.array(["b", "a"], dtype=object))}
    found = feature_sets.gather(rows, ["midterm"], table, ["happy", "sad"])
    assert found.labels.tolist() == [-1, 1]
    assert found.sets["midterm"].labels.tolist() == [1, -1]
