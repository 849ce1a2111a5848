"""Files of predictions: what is written comes back, case by case."""

import json
from importlib.metadata import version

import h5py
import numpy as np
import pytest

from speechcodes.errors import InputError
from speechcodes.experiment import predictions
from speechcodes.experiment.feature_sets import FeatureSet, RoleFeatures
from speechcodes.experiment.learning_curves import Predictions
from speechcodes.records import VALENCE

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


def mirrored(per_utterance, per_row, settings):
    """Return predictions of draws, of which the halves say the opposite."""
    halves = (one if one is None else 2 - one for one in (per_utterance, per_row))
    return Predictions(per_utterance, per_row, settings, *halves)


PREDICTED = {
    "midterm": mirrored(
        array([0, 1, 2, 0], [1, 1, 1, 1]), array([1, 0, 0, 2], [1, 1, 1, 1]), SETTINGS
    ),
    "code": mirrored(
        array([2, 2, 1, 0], [0, 1, 2, 2]),
        array([0, 1, 2, 0, 1], [2, 2, 1, 0, 2]),
        SETTINGS[::-1],
    ),
    "stray": mirrored(None, array([2, 1, 0], [0, 0, 1]), SETTINGS),
    "midterm+code": mirrored(
        array([1, 0, 2, 1], [2, 0, 0, 2]), array([1, 0, 2, 1], [2, 0, 0, 2]), SETTINGS
    ),
}


def higher(one, by):
    """Return the same predictions, with each class so much higher, of three."""
    if not by:
        return one
    moved = (a if a is None or isinstance(a, list) else (a + by) % 3 for a in one)
    return Predictions(*moved)


def written(
    folder,
    *names,
    ids="ab7ü",
    labels=LABELS,
    voices=VOICES,
    predicted=PREDICTED,
    sets=SETS,
    classes=VALENCE,
    percentages=(60,),
    n_training_utterances=77,
    **more,
):
    """Write the predictions of some feature sets; return the path.

    Those of each further percentage are of one utterance more, and one class higher.
    """
    names = names or tuple(predicted)
    ids = np.array([{"7": "007"}.get(i, i) for i in ids], dtype=object)
    voices = np.array(voices, dtype=object)
    test = RoleFeatures(ids, labels, voices, sets, classes)
    parameters = {
        "segment": "30k",
        "classifier": "svm",
        "n_training_voices": 9,
        "protocol": "robust",
        "seed": 5,
        **more,
    }
    folder = folder / "30k" / parameters["classifier"]
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / ("0-49.h5" if percentages[-1] < 50 else "50-100.h5")
    of_percentages = {
        percentage: (
            {name: higher(predicted[name], i) for name in names},
            n_training_utterances + i,
        )
        for i, percentage in enumerate(percentages)
    }
    predictions.write(path, of_percentages, test, parameters)
    return str(path)


def read(*paths):
    return list(predictions.read_folds(paths))


def only(path, unit):
    (found,) = (one for one in read(path) if one.unit == unit)
    return found


@pytest.mark.parametrize("name", ["midterm", "midterm+code"])
@pytest.mark.parametrize("protocol", ["robust", "study"])
def test_where_rows_are_utterances_there_is_no_other_unit(tmp_path, name, protocol):
    classes = ("angry", "calm", "sad")
    (found,) = read(written(tmp_path, name, protocol=protocol, classes=classes))
    assert found[:6] == (name, "svm", 60, 77, "utterance", True)
    assert found.truth.tolist() == [2, 0, 1, 0]
    assert found.utterance.tolist() == [0, 1, 2, 3]
    assert found.speaker.tolist() == VOICES
    np.testing.assert_array_equal(found.predicted, PREDICTED[name].per_utterance)
    np.testing.assert_array_equal(found.halves, [2 - found.predicted])
    assert found.n_training_voices == 9
    assert (found.classes, found.segment, found.folds) == (classes, "30k", 1)
    whole = (found.percentage, found.n_training_utterances, found.fewest_of_speaker)
    assert {type(number) for number in whole} == {int}


def test_segments_come_back_with_their_class_utterance_and_speaker(tmp_path):
    path = written(tmp_path, "code")
    whole, segments = only(path, "utterance"), only(path, "segment")
    assert whole.truth.tolist() == [2, 0, 1, 0]
    assert whole.predicted.tolist() == [[2, 2, 1, 0], [0, 1, 2, 2]]
    assert whole.speaker.tolist() == VOICES
    assert segments.predicted.tolist() == [[0, 1, 2, 0, 1], [2, 2, 1, 0, 2]]
    np.testing.assert_array_equal(segments.halves, [2 - segments.predicted])
    # Of the utterances 3, 0, 0, 2 and 1.
    assert segments.truth.tolist() == [0, 2, 2, 1, 0]
    assert segments.utterance.tolist() == [3, 0, 0, 2, 1]
    assert segments.speaker.tolist() == [VOICES[i] for i in (3, 0, 0, 2, 1)]


@pytest.mark.parametrize(
    ("protocol", "main"), [("robust", "utterance"), ("study", "segment")]
)
def test_sets_come_in_order_and_the_protocol_decides_on_which_unit_they_are_compared(
    tmp_path, protocol, main
):
    names = ["midterm+code", "stray", "code", "midterm"]
    found = read(written(tmp_path, *names, protocol=protocol))
    assert [(one.feature_set, one.unit, one.main) for one in found] == [
        ("midterm+code", "utterance", True),
        ("stray", "segment", True),
        ("code", "utterance", main == "utterance"),
        ("code", "segment", main == "segment"),
        ("midterm", "utterance", True),
    ]


def test_segments_of_unknown_utterances_are_on_their_own(tmp_path):
    paths = [fold(tmp_path, i, "stray", ids=["abcd", "wxyz"][i]) for i in (0, 1)]
    for n in (1, 2):
        (found,) = read(*paths[:n])
        assert found.predicted.tolist() == [[2, 1, 0] * n, [0, 0, 1] * n]
        assert found.truth.tolist() == [1, 1, 2] * n
        assert found.utterance.tolist() == list(range(3 * n))
        assert len(set(found.speaker)) == 3 * n
        assert not set(found.speaker) & set(VOICES)


def test_settings_stand_in_the_file_even_if_an_attribute_commonly_holds_less(tmp_path):
    many = [{"C": 10, "kernel": "rbf", "number": i} for i in range(3000)]
    predicted = {"code": PREDICTED["code"]._replace(settings=many)}
    predicted = {"midterm": PREDICTED["midterm"], **predicted}
    with h5py.File(written(tmp_path, predicted=predicted)) as file:
        found = json.loads(file["60"].attrs["settings_of_draws"])
    assert len(json.dumps(many)) > 2**16
    assert found == {"midterm": SETTINGS, "code": many}


def test_the_file_explains_itself_to_h5py_alone(tmp_path):
    with h5py.File(written(tmp_path), "r") as file:
        assert list(file["utterance"].asstr()) == ["a", "b", "007", "ü"]
        assert file["label"][:].tolist() == [2, 0, 1, 0]
        assert list(file["speaker"].asstr()) == VOICES
        whole = ["utterance", "utterance_halves"]
        assert sorted(file["60/midterm"]) == whole
        of_segments = ["segment", "segment_halves", "segment_label"]
        of_segments += ["segment_utterance"]
        assert sorted(file["60/stray"]) == of_segments
        assert sorted(file["60/code"]) == [*of_segments, *whole]
        assert file["60/code/segment"].dtype == np.int8
        assert file["60/stray/segment_utterance"][:].tolist() == [-1, -1, -1]
        assert file["60"].attrs["n_training_utterances"] == 77
        found = dict(file.attrs)
    assert list(found["labels"]) == ["negative", "neutral", "positive"]
    assert list(found["feature_sets"]) == list(PREDICTED)
    assert json.loads(found["versions"])["scikit-learn"] == version("scikit-learn")
    assert (found["segment"], found["protocol"], found["seed"]) == ("30k", "robust", 5)
    for word in ("utterance", "speaker", "PERCENTAGE/SET/segment"):
        assert word in found["description"]


# --- folds --------------------------------------------------------------------------


def fold(folder, number, *names, ids, **more):
    """Write the predictions of one fold; return the path."""
    more = {"fewest_of_speaker": 10 - number, **more}
    return written(folder / f"fold{number}" / "predictions", *names, ids=ids, **more)


def test_the_folds_of_a_repeat_stand_side_by_side(tmp_path):
    names = ["midterm", "code"]
    paths = [
        fold(tmp_path, 1, *names, ids="abcd", n_training_utterances=77),
        fold(
            tmp_path,
            2,
            *names,
            ids="efgh",
            n_training_utterances=80,
            n_training_voices=8,
        ),
        fold(tmp_path, 3, *names, ids="ijkl", n_training_utterances=78),
    ]
    found, single = read(*paths), [read(path) for path in paths]
    assert len(found) == len(single[0]) == 3
    for one, of_folds in zip(found, zip(*single, strict=True), strict=True):
        first = of_folds[0]
        assert one[:3] == first[:3] and one[4:6] == first[4:6]
        assert one.folds == 3
        # The mean is 78.33.
        assert one.n_training_utterances == 78
        assert one.fewest_of_speaker == 7 and one.n_training_voices == 8
        for key in ("truth", "speaker"):
            expected = np.concatenate([getattr(f, key) for f in of_folds])
            assert getattr(one, key).tolist() == expected.tolist()
        # Draw by draw.
        expected = np.hstack([f.predicted for f in of_folds])
        np.testing.assert_array_equal(one.predicted, expected)
        np.testing.assert_array_equal(one.halves, [2 - expected])
    utterance = found[2].utterance.tolist()
    assert utterance == [*OWNER, *(OWNER + 4), *(OWNER + 8)]


def test_a_fold_whose_utterances_have_one_segment_each_joins_those_with_more(tmp_path):
    more = fold(tmp_path, 1, "code", ids="abcd")
    sets, predicted = {"code": SETS["midterm"]}, {"code": PREDICTED["midterm"]}
    each = fold(tmp_path, 2, "code", ids="efgh", sets=sets, predicted=predicted)
    found = {one.unit: one for one in read(more, each)}
    segments = found["segment"]
    assert segments.utterance.tolist() == [*OWNER, 4, 5, 6, 7]
    assert segments.predicted[0].tolist() == [0, 1, 2, 0, 1, *[0, 1, 2, 0]]
    assert segments.truth.tolist() == [*LABELS[OWNER], *LABELS]
    assert found["utterance"].predicted[0].tolist() == [2, 2, 1, 0, 0, 1, 2, 0]


def test_the_draws_of_a_repeat_are_stacked_case_by_case(tmp_path):
    first = fold(tmp_path, 1, "midterm", "code", ids="abcd")
    order = np.array([3, 1, 0, 2])
    # The segments of d, b, a and c, where a has two: those of code, OWNER, are of
    # d, a, a, c and b.
    of_code, owner = np.array([0, 4, 1, 2, 3]), np.array([0, 1, 2, 2, 3])
    midterm, code = (PREDICTED[name] for name in ("midterm", "code"))
    again = fold(
        tmp_path,
        2,
        ids=np.array(list("abcd"))[order],
        labels=LABELS[order],
        voices=np.array(VOICES, object)[order],
        sets={
            "midterm": SETS["midterm"],
            "code": FeatureSet(np.zeros((5, 1)), owner, LABELS[order][owner]),
        },
        # The same predictions, with draws in the other order.
        predicted={
            "midterm": midterm._replace(
                per_utterance=midterm.per_utterance[::-1, order],
                halves_per_utterance=midterm.halves_per_utterance[:, order],
            ),
            "code": code._replace(
                per_utterance=code.per_utterance[::-1, order],
                per_row=code.per_row[::-1, of_code],
                halves_per_utterance=code.halves_per_utterance[:, order],
                halves_per_row=code.halves_per_row[:, of_code],
            ),
        },
    )
    for one, single in zip(read(first, again), read(first), strict=True):
        assert one.folds == 2
        for name in ("truth", "utterance", "speaker"):
            assert getattr(one, name).tolist() == getattr(single, name).tolist()
        expected = np.vstack([single.predicted, single.predicted[::-1]])
        np.testing.assert_array_equal(one.predicted, expected)
        np.testing.assert_array_equal(one.halves, [2 - single.predicted] * 2)


def test_folds_have_as_many_halvings_as_the_one_with_the_fewest(tmp_path):
    """Where a fold is trained on a single voice, no halves of it can be."""
    one = PREDICTED["midterm"]
    none = one._replace(
        halves_per_utterance=one.halves_per_utterance[:0],
        halves_per_row=one.halves_per_row[:0],
    )
    paths = [
        fold(tmp_path, 1, "midterm", ids="abcd"),
        fold(tmp_path, 2, "midterm", ids="efgh", predicted={"midterm": none}),
    ]
    (found,) = read(*paths)
    assert found.halves.shape == (1, 0, 8) and found.predicted.shape == (2, 8)


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"protocol": "study"}, "protocol is study, but in .*fold1/.* it is robust"),
        ({"seed": 6}, "seed is 6, but"),
        (
            {"percentages": (60, 90)},
            r"percentages is \[60, 90\], but in .* it is \[60\]",
        ),
        ({"classes": ("a", "b", "c")}, r"labels is \['a', 'b', 'c'\], but in"),
        ({"names": ["code"]}, r"feature_sets is \['code'\], but in .* it is \['midt"),
        ({"predicted": 1}, "draws is 1, but in .* it is 2"),
        ({"ids": "xyza"}, "belong to repeats that do not test the same utterances"),
        # Other classes of the same utterances.
        ({"ids": "bacd"}, "fold2/.* and .*fold1/.* belong to repeats"),
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
    paths = [
        fold(tmp_path, 1, "midterm", ids="abcd"),
        fold(tmp_path, 2, *names, **{"ids": "efgh", **other}),
    ]
    with pytest.raises(InputError, match=told):
        read(*paths)


def test_one_classifier_and_percentage_comes_after_the_other(tmp_path):
    files = [(name, these) for name in ("svm", "knn") for these in [(5, 20), (100,)]]
    paths = [
        fold(tmp_path, i, "code", ids=ids, classifier=name, percentages=these)
        for i, ids in [(1, "abcd"), (2, "wxyz")]
        for name, these in files
    ]
    found = [(p.classifier, p.percentage, p.unit, p.folds) for p in read(*paths)]
    units = ("utterance", "segment")
    runs = [(name, each) for name, these in files for each in these]
    assert found == [(*run, unit, 2) for run in runs for unit in units]


def test_each_percentage_of_a_file_comes_back_as_if_it_had_one_to_itself(tmp_path):
    together = read(written(tmp_path, percentages=(50, 70, 100)))
    per_percentage = len(together) // 3
    for i, percentage in enumerate((50, 70, 100)):
        moved = {name: higher(one, i) for name, one in PREDICTED.items()}
        options = {"predicted": moved, "n_training_utterances": 77 + i}
        path = written(tmp_path / str(i), percentages=(percentage,), **options)
        alone, among = read(path), together[i * per_percentage :]
        for one, other in zip(alone, among, strict=False):
            assert one[:6] == other[:6] and one.percentage == percentage
            for field in ("truth", "utterance", "speaker", "predicted", "halves", "id"):
                np.testing.assert_array_equal(
                    getattr(one, field), getattr(other, field)
                )
