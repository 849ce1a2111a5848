"""Files of predictions: what is written comes back, case by case."""

import json
from importlib.metadata import version

import h5py
import numpy as np
import pytest

from speechcodes.errors import InputError
from speechcodes.experiment import predictions
from speechcodes.experiment.feature_sets import FeatureSet, Split
from speechcodes.experiment.learning_curves import Predictions
from speechcodes.storage import checksums

LABELS = np.array([2, 0, 1, 0])
VOICES = ["speaker anna", "speaker anna", "session 2", "utterance ü"]
#: Whose row each segment is, and a class of the segments themselves.
OWNER = np.array([3, 0, 0, 2, 1])
SETTINGS = [{"C": 10, "kernel": "rbf", "gamma": None}, {"C": 0.1, "kernel": "ä"}]


def array(*rows):
    return np.array(rows, np.int8)


SETS = {
    # Rows are utterances, in another order.
    "midterm": FeatureSet(
        np.zeros((4, 2)), np.array([1, 0, 3, 2]), LABELS[[1, 0, 3, 2]]
    ),
    "code": FeatureSet(np.zeros((5, 1)), OWNER, LABELS[OWNER]),
    "stray": FeatureSet(np.zeros((3, 1)), np.full(3, -1), np.array([1, 1, 2])),
    "midterm+code": FeatureSet(np.zeros((4, 3)), np.arange(4), LABELS),
}
PREDICTED = {
    "midterm": Predictions(
        array([0, 1, 2, 0], [1, 1, 1, 1]), array([1, 0, 0, 2], [1, 1, 1, 1]), SETTINGS
    ),
    "code": Predictions(
        array([2, 2, 1, 0], [0, 1, 2, 2]),
        array([0, 1, 2, 0, 1], [2, 2, 1, 0, 2]),
        SETTINGS[::-1],
    ),
    "stray": Predictions(None, array([2, 1, 0], [0, 0, 1]), SETTINGS),
    "midterm+code": Predictions(
        array([1, 0, 2, 1], [2, 0, 0, 2]), array([1, 0, 2, 1], [2, 0, 0, 2]), SETTINGS
    ),
}


def written(folder, *names, protocol="robust", predicted=PREDICTED, ids="ab7ü", **more):
    """Write the predictions of some feature sets; return the path."""
    names = names or tuple(predicted)
    path = folder / "60.h5"
    test = Split(
        np.array([{"7": "007"}.get(i, i) for i in ids], dtype=object),
        LABELS,
        np.array(VOICES, dtype=object),
        SETS,
    )
    parameters = {
        "segment": "30k",
        "classifier": "svm",
        "percentage": 60,
        "n_training_utterances": 77,
        "protocol": protocol,
        "seed": 5,
        **more,
    }
    predictions.write(path, {k: predicted[k] for k in names}, test, parameters)
    return path


def only(path, unit):
    (found,) = (one for one in predictions.read(path) if one.unit == unit)
    return found


def test_how_few_utterances_a_speaker_has_comes_back_where_it_is_known(tmp_path):
    path = written(tmp_path, "midterm")
    assert only(path, "utterance").fewest_of_speaker == 0
    path = written(tmp_path, "midterm", fewest_of_speaker=7)
    assert only(path, "utterance").fewest_of_speaker == 7


@pytest.mark.parametrize("name", ["midterm", "midterm+code"])
@pytest.mark.parametrize("protocol", ["robust", "study"])
def test_where_rows_are_utterances_there_is_no_other_unit(tmp_path, name, protocol):
    (found,) = predictions.read(written(tmp_path, name, protocol=protocol))
    assert found.feature_set == name
    assert found.classifier == "svm"
    assert found.percentage == 60 and type(found.percentage) is int
    assert found.n_training_utterances == 77
    assert type(found.n_training_utterances) is int
    assert (found.unit, found.main) == ("utterance", True)
    assert found.truth.tolist() == [2, 0, 1, 0]
    assert found.utterance.tolist() == [0, 1, 2, 3]
    assert found.speaker.tolist() == VOICES
    expected = PREDICTED[name].per_utterance
    np.testing.assert_array_equal(found.predicted, expected)
    assert found.predicted.shape == (2, 4)


def test_segments_come_back_with_their_class_utterance_and_speaker(tmp_path):
    path = written(tmp_path, "code")
    whole, segments = only(path, "utterance"), only(path, "segment")
    assert whole.truth.tolist() == [2, 0, 1, 0]
    assert whole.predicted.tolist() == [[2, 2, 1, 0], [0, 1, 2, 2]]
    assert whole.speaker.tolist() == VOICES
    assert segments.predicted.tolist() == [[0, 1, 2, 0, 1], [2, 2, 1, 0, 2]]
    # Of the utterances 3, 0, 0, 2 and 1.
    assert segments.truth.tolist() == [0, 2, 2, 1, 0]
    assert segments.utterance.tolist() == [3, 0, 0, 2, 1]
    assert segments.speaker.tolist() == [
        "utterance ü",
        "speaker anna",
        "speaker anna",
        "session 2",
        "speaker anna",
    ]


@pytest.mark.parametrize(
    ("protocol", "main"), [("robust", "utterance"), ("study", "segment")]
)
def test_the_protocol_decides_on_which_unit_sets_are_compared(tmp_path, protocol, main):
    found = predictions.read(written(tmp_path, "code", protocol=protocol))
    assert [one.unit for one in found] == ["utterance", "segment"]
    assert [one.unit for one in found if one.main] == [main]


@pytest.mark.parametrize("protocol", ["robust", "study"])
def test_segments_of_unknown_utterances_are_on_their_own(tmp_path, protocol):
    (found,) = predictions.read(written(tmp_path, "stray", protocol=protocol))
    assert (found.unit, found.main) == ("segment", True)
    assert found.predicted.tolist() == [[2, 1, 0], [0, 0, 1]]
    assert found.truth.tolist() == [1, 1, 2]
    assert found.utterance.tolist() == [0, 1, 2]
    assert len(set(found.speaker)) == 3
    assert not set(found.speaker) & set(VOICES)


def test_sets_come_in_the_order_they_were_given(tmp_path):
    names = ["midterm+code", "stray", "code", "midterm"]
    found = predictions.read(written(tmp_path, *names))
    assert [(one.feature_set, one.unit) for one in found] == [
        ("midterm+code", "utterance"),
        ("stray", "segment"),
        ("code", "utterance"),
        ("code", "segment"),
        ("midterm", "utterance"),
    ]


def test_the_settings_of_every_draw_come_back(tmp_path):
    found = predictions.chosen_settings(written(tmp_path))
    assert found == {
        "midterm": SETTINGS,
        "code": SETTINGS[::-1],
        "stray": SETTINGS,
        "midterm+code": SETTINGS,
    }


def test_settings_may_be_more_than_an_attribute_commonly_holds(tmp_path):
    many = [{"C": 10, "kernel": "rbf", "number": i} for i in range(3000)]
    predicted = {"midterm": PREDICTED["midterm"]._replace(settings=many)}
    path = written(tmp_path, predicted=predicted)
    assert len(json.dumps(many)) > 2**16
    assert predictions.chosen_settings(path) == {"midterm": many}


def test_the_file_explains_itself_to_h5py_alone(tmp_path):
    with h5py.File(written(tmp_path), "r") as file:
        assert list(file["utterance"].asstr()) == ["a", "b", "007", "ü"]
        assert file["label"][:].tolist() == [2, 0, 1, 0]
        assert list(file["speaker"].asstr()) == VOICES
        assert sorted(file["midterm"]) == ["utterance"]
        assert sorted(file["stray"]) == [
            "segment",
            "segment_label",
            "segment_utterance",
        ]
        assert sorted(file["code"]) == [
            "segment",
            "segment_label",
            "segment_utterance",
            "utterance",
        ]
        assert file["code/segment"].dtype == np.int8
        assert file["stray/segment_utterance"][:].tolist() == [-1, -1, -1]
        found = dict(file.attrs)
    assert list(found["labels"]) == ["negative", "neutral", "positive"]
    assert list(found["feature_sets"]) == list(PREDICTED)
    assert json.loads(found["versions"])["scikit-learn"] == version("scikit-learn")
    assert (found["segment"], found["protocol"], found["seed"]) == ("30k", "robust", 5)
    for word in ("utterance", "speaker", "SET/segment", "segment_utterance"):
        assert word in found["description"]


# --- folds --------------------------------------------------------------------------


def fold(folder, number, *names, ids, **more):
    """Write the predictions of one fold; return the path."""
    (folder / str(number)).mkdir()
    more = {"fewest_of_speaker": 10 - number, **more}
    return str(written(folder / str(number), *names, ids=ids, **more))


def test_folds_are_pooled_as_one_test_split(tmp_path):
    names = ["midterm", "code"]
    parts = [
        fold(tmp_path, 1, *names, ids="abcd", n_training_utterances=77),
        fold(tmp_path, 2, *names, ids="efgh", n_training_utterances=80),
        fold(tmp_path, 3, *names, ids="ijkl", n_training_utterances=78),
    ]
    path = str(tmp_path / "60.h5")
    predictions.pool(path, parts, names)
    with h5py.File(path) as file:
        assert file["utterance"].asstr()[:].tolist() == list("abcdefghijkl")
        assert file.attrs["folds"] == 3
    found = predictions.read(path)
    single = [predictions.read(part) for part in parts]
    assert len(found) == len(single[0]) == 3
    for one, of_folds in zip(found, zip(*single, strict=True), strict=True):
        first = of_folds[0]
        assert one[:3] == first[:3] and one[4:6] == first[4:6]
        # The mean is 78.33.
        assert one.n_training_utterances == 78
        assert one.fewest_of_speaker == 7
        for key in ("truth", "speaker"):
            expected = np.concatenate([getattr(f, key) for f in of_folds])
            assert getattr(one, key).tolist() == expected.tolist()
        # Draw by draw.
        expected = np.hstack([f.predicted for f in of_folds])
        np.testing.assert_array_equal(one.predicted, expected)
    utterance = found[2].utterance.tolist()
    assert utterance == [*OWNER, *(OWNER + 4), *(OWNER + 8)]


def test_a_fold_whose_utterances_have_one_segment_each_joins_those_with_more(tmp_path):
    short = {"code": PREDICTED["midterm"]}
    parts = [
        fold(tmp_path, 1, "code", ids="abcd"),
        fold(tmp_path, 2, "code", ids="efgh", predicted=short),
    ]
    with h5py.File(parts[1], "a") as file:
        for key in ("segment", "segment_label", "segment_utterance"):
            del file["code"][key]
    checksums.write(parts[1])
    path = str(tmp_path / "60.h5")
    predictions.pool(path, parts, ["code"])
    segments = only(path, "segment")
    assert segments.utterance.tolist() == [*OWNER, 4, 5, 6, 7]
    assert segments.predicted[0].tolist() == [0, 1, 2, 0, 1, *[0, 1, 2, 0]]
    assert segments.truth.tolist() == [*LABELS[OWNER], *LABELS]


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"percentage": 50}, "percentage is 50, but in .*1/60.h5 it is 60"),
        ({"classifier": "knn"}, "classifier is knn, but"),
        ({"names": ["code"]}, r"feature_sets is \['code'\], but in .* it is \['midt"),
        ({"predicted": 1}, "draws is 1, but in .* it is 2"),
        ({"ids": "xyza"}, "a is tested here and in .*1/60.h5, but folds test others"),
    ],
)
def test_folds_that_do_not_belong_together_are_told(tmp_path, other, told):
    names = other.pop("names", ["midterm"])
    if draws := other.pop("predicted", None):
        whole = PREDICTED["midterm"]
        few = whole._replace(
            per_utterance=whole.per_utterance[:draws], per_row=whole.per_row[:draws]
        )
        other["predicted"] = {"midterm": few}
    parts = [
        fold(tmp_path, 1, "midterm", ids="abcd"),
        fold(tmp_path, 2, *names, **{"ids": "efgh", **other}),
    ]
    with pytest.raises(InputError, match=told):
        predictions.pool(str(tmp_path / "60.h5"), parts, ["midterm"])


def test_folds_of_other_feature_sets_than_configured_are_told(tmp_path):
    parts = [fold(tmp_path, i, "midterm", ids=ids) for i, ids in enumerate(["abcd"])]
    with pytest.raises(InputError, match=r"but in the configuration it is \['code'\]"):
        predictions.pool(str(tmp_path / "60.h5"), parts, ["code"])
