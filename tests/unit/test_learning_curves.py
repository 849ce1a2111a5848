"""Draws, classifiers and predictions, held against scikit-learn used directly."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.ensemble import AdaBoostClassifier, RandomForestClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from speechcodes import learning_curves as curves
from speechcodes.errors import InputError

#: Class and settings other than the defaults of scikit-learn, for each classifier.
CLASSIFIERS = {
    "svm": (SVC, {"C": 3, "kernel": "rbf", "gamma": 0.2, "class_weight": "balanced"}),
    "knn": (KNeighborsClassifier, {"n_neighbors": 3, "weights": "distance"}),
    "decision_tree": (
        DecisionTreeClassifier,
        {"max_depth": 4, "min_samples_leaf": 2, "class_weight": "balanced"},
    ),
    "random_forest": (RandomForestClassifier, {"n_estimators": 7, "max_depth": 3}),
    "adaboost": (AdaBoostClassifier, {"n_estimators": 6, "learning_rate": 0.5}),
}
each_classifier = pytest.mark.parametrize("name", CLASSIFIERS)


def make(name, arguments=None, *, standardise=False, seed=5, threads=1, rows=100):
    """Return a classifier of the package with the settings above, or with others."""
    arguments = CLASSIFIERS[name][1] if arguments is None else arguments
    given_settings = {**arguments, "standardise": standardise}
    return curves.classifier(
        name, given_settings, seed=seed, threads=threads, rows=rows
    )


def reference(name, seed=5):
    """Return the same classifier, made by hand."""
    kind, arguments = CLASSIFIERS[name]
    extra = {"random_state": seed} if "random_state" in kind().get_params() else {}
    if name == "svm":
        extra["break_ties"] = True
    return kind(**arguments, **extra)


def final(model):
    """Return the last step of a pipeline, or the model itself."""
    return model[-1] if hasattr(model, "steps") else model


def data(utterances, rows_each, seed, dimensions=5):
    """Return rows of three overlapping classes, their utterances, and classes."""
    rng = np.random.default_rng(seed)
    labels = np.arange(utterances) % 3
    utterance = rng.permutation(np.repeat(np.arange(utterances), rows_each))
    features = rng.normal(size=(len(utterance), dimensions))
    features[:, 0] += labels[utterance]
    return features, utterance, labels


# --- draws ----------------------------------------------------------------------

#: Labels of a training split: every class at least once, in any order.
labels_of_all_classes = st.lists(st.integers(0, 2), max_size=150).flatmap(
    lambda more: st.permutations([0, 1, 2, *more]).map(np.array)
)
percentages = st.integers(1, 100)
seeds = st.integers(0, 1000)
quickly = settings(max_examples=50, deadline=None)


@quickly
@given(labels_of_all_classes, percentages, seeds)
def test_a_draw_is_stratified_and_has_at_least_one_of_each_class(labels, share, seed):
    chosen = curves.draw(labels, share, seed, 0)
    assert list(chosen) == sorted(set(chosen)), "sorted and without repetition"
    for label in range(3):
        available, drawn = (labels == label).sum(), (labels[chosen] == label).sum()
        assert 1 <= drawn <= available
        assert drawn == 1 or abs(drawn - available * share / 100) <= 0.5


@quickly
@given(labels_of_all_classes, percentages, percentages, seeds)
def test_draws_of_one_number_are_nested(labels, one, other, seed):
    small = curves.draw(labels, min(one, other), seed, 3)
    large = curves.draw(labels, max(one, other), seed, 3)
    assert set(small) <= set(large)


@quickly
@given(labels_of_all_classes, seeds)
def test_all_of_the_training_split_is_all_of_it(labels, seed):
    np.testing.assert_array_equal(
        curves.draw(labels, 100, seed, 7), np.arange(len(labels))
    )


def test_a_draw_depends_on_seed_and_number_and_on_nothing_else():
    labels = np.arange(90) % 3
    np.random.seed(1)
    first = curves.draw(labels, 20, 1, 0)
    np.random.seed(2)
    np.testing.assert_array_equal(curves.draw(labels, 20, 1, 0), first)
    draws = {tuple(curves.draw(labels, 20, 1, number)) for number in range(20)}
    assert len(draws) == 20
    assert tuple(curves.draw(labels, 20, 2, 0)) != tuple(first)
    # Seed and number are not just added up.
    assert tuple(curves.draw(labels, 20, 2, 0)) != tuple(curves.draw(labels, 20, 1, 1))


def test_every_utterance_is_drawn_equally_often():
    labels = np.repeat([0, 1, 2], [10, 20, 30])
    draws = [curves.draw(labels, 50, 1, number) for number in range(400)]
    shares = np.bincount(np.concatenate(draws), minlength=60) / 400
    # Five standard deviations of a coin thrown 400 times.
    assert np.abs(shares - 0.5).max() < 5 * 0.5 / 20


# --- classifiers ----------------------------------------------------------------


@each_classifier
@pytest.mark.parametrize("standardise", [False, True])
def test_settings_reach_the_scikit_learn_object(name, standardise):
    kind, arguments = CLASSIFIERS[name]
    model = final(make(name, standardise=standardise, seed=11, threads=2))
    assert type(model) is kind
    expected = {**kind().get_params(), **arguments}
    expected |= {
        k: v for k, v in {"random_state": 11, "n_jobs": 2}.items() if k in expected
    }
    if name == "svm":
        expected["break_ties"] = True
    assert model.get_params() == expected


@each_classifier
def test_standardising_scales_by_the_training_rows_only(name):
    features, utterance, labels = data(30, 1, seed=0)
    test_features, test_utterance, _ = data(9, 1, seed=1)
    # Statistics that included these rows would be far off.
    test_features = test_features * 50 + 1000
    model = make(name, standardise=True)
    curves.predict(
        model,
        (features, utterance),
        labels,
        curves.FeatureSet(test_features, test_utterance),
    )
    assert isinstance(model[0], StandardScaler)
    np.testing.assert_allclose(model[0].mean_, features.mean(axis=0))
    np.testing.assert_allclose(model[0].scale_, features.std(axis=0))


@each_classifier
def test_without_standardising_features_stay_as_they_are(name):
    assert type(make(name, standardise=False)) is CLASSIFIERS[name][0]


@pytest.mark.parametrize(("rows", "neighbours"), [(3, 3), (5, 5), (500, 5)])
def test_no_more_neighbours_are_asked_for_than_there_are_rows(rows, neighbours):
    model = make("knn", {"n_neighbors": 5}, rows=rows)
    assert model.get_params()["n_neighbors"] == neighbours


# --- predictions ----------------------------------------------------------------


@each_classifier
@pytest.mark.parametrize("standardise", [False, True])
def test_an_utterance_is_predicted_by_the_mean_over_its_rows(name, standardise):
    features, utterance, labels = data(45, 3, seed=2)
    test_features, test_utterance, _ = data(60, 4, seed=3)
    per_utterance, per_row = curves.predict(
        make(name, standardise=standardise),
        (features, utterance),
        labels,
        curves.FeatureSet(test_features, test_utterance),
    )

    model, scaler = reference(name), StandardScaler()
    if standardise:
        features = scaler.fit_transform(features)
        test_features = scaler.transform(test_features)
    model.fit(features, labels[utterance])
    score = model.decision_function if name == "svm" else model.predict_proba
    scores = score(test_features)
    means = [scores[test_utterance == i].mean(axis=0) for i in range(60)]
    # Leave out what rounding decides.
    ranked = np.sort(means, axis=1)
    clear = ranked[:, -1] - ranked[:, -2] > 1e-9
    assert clear.sum() > 30
    expected = np.argmax(means, axis=1)
    np.testing.assert_array_equal(per_utterance[clear], expected[clear])
    np.testing.assert_array_equal(per_row, model.predict(test_features))
    assert per_utterance.dtype == per_row.dtype == np.int8


@each_classifier
def test_with_one_row_each_utterances_are_predicted_as_scikit_learn_does(name):
    features, utterance, labels = data(45, 1, seed=4)
    test_features, test_utterance, _ = data(200, 1, seed=5)
    per_utterance, per_row = curves.predict(
        make(name),
        (features, utterance),
        labels,
        curves.FeatureSet(test_features, test_utterance),
    )
    model = reference(name).fit(features, labels[utterance])
    expected = model.predict(test_features)
    np.testing.assert_array_equal(per_row, expected)
    np.testing.assert_array_equal(per_utterance[test_utterance], expected)
    assert set(expected) == {0, 1, 2}


@each_classifier
def test_one_utterance_per_class_is_enough(name):
    features, utterance, labels = data(12, 2, seed=6)
    training = curves.FeatureSet(features, utterance)
    chosen = curves.draw(labels, 2, seed=1, number=0)
    assert len(chosen) == 3
    drawn = training.of(chosen)
    # One row each, as mid-term features have, and settings nobody changed.
    for rows in (drawn, (features[chosen], chosen)):
        model = make(name, {}, standardise=True, rows=len(rows[0]))
        per_utterance, per_row = curves.predict(model, rows, labels, training)
        assert per_utterance.shape == (12,) and per_row.shape == (24,)
        assert set(per_utterance) <= {0, 1, 2}


@each_classifier
def test_predictions_are_the_same_in_every_run_and_whatever_the_threads(name):
    features, utterance, labels = data(30, 2, seed=7)
    test = curves.FeatureSet(*data(30, 2, seed=8)[:2])
    runs = [
        curves.predict(make(name, threads=threads), (features, utterance), labels, test)
        for threads in (1, 2)
    ]
    for one, other in zip(*runs, strict=True):
        np.testing.assert_array_equal(one, other)


def test_every_feature_set_sees_the_utterances_of_each_draw():
    _, _, labels = data(30, 1, seed=9)
    ids = np.array([f"u{i:02}" for i in range(30)], dtype=object)
    sets = {
        "midterm": curves.FeatureSet(*data(30, 1, seed=9)[:2]),
        "code": curves.FeatureSet(*data(30, 3, seed=9)[:2]),
    }
    split = curves.Split(ids, labels, sets)
    arguments = {"n_neighbors": 1, "standardise": False}
    predictions, size = curves.predict_draws(
        "knn", arguments, split, split, percentage=20, draws=4, seed=1, threads=1
    )
    assert size == 6
    for name, rows in sets.items():
        per_utterance, per_row = predictions[name]
        assert per_utterance.shape == (4, 30)
        assert per_row.shape == (4, len(rows.utterance))
        for number in range(4):
            chosen = curves.draw(labels, 20, 1, number)
            known = np.isin(rows.utterance, chosen)
            model = KNeighborsClassifier(1)
            model.fit(rows.features[known], labels[rows.utterance[known]])
            expected = model.predict(rows.features)
            np.testing.assert_array_equal(per_row[number], expected)
    assert len(np.unique(predictions["midterm"][0], axis=0)) == 4, "draws differ"


# --- utterances in common -------------------------------------------------------


def test_only_utterances_that_all_feature_sets_have_are_compared():
    common = curves.common_utterances(["b", "c", "a"], ["c", "c", "a", "d"])
    assert common.tolist() == ["a", "c"]


def test_rows_of_other_utterances_are_left_out_of_a_feature_set():
    features = np.arange(10.0).reshape(5, 2)
    found = curves.feature_set(features, ["c", "b", "a", "c", "d"], ["a", "c"])
    assert found.utterance.tolist() == [1, 0, 1]
    np.testing.assert_array_equal(found.features, features[[0, 2, 3]])


def test_the_rows_of_some_utterances_keep_their_order_and_owner():
    features = np.arange(5.0)[:, None]
    rows = curves.FeatureSet(features, np.array([2, 0, 1, 0, 2]))
    of_some, owner = rows.of([0, 2])
    assert of_some.ravel().tolist() == [0, 1, 3, 4]
    assert owner.tolist() == [2, 0, 0, 2]


def test_gathering_keeps_what_is_common_with_its_classes():
    class_of = pd.Series({"d": 2, "a": 0, "b": 1, "c": 2})
    split = curves.gather(
        {
            "midterm": (np.eye(3), ["c", "b", "a"]),
            "code": (np.ones((3, 1)), ["a", "c", "a"]),
        },
        class_of,
    )
    assert split.utterances.tolist() == ["a", "c"]
    assert split.labels.tolist() == [0, 2]
    assert split.sets["midterm"].utterance.tolist() == [1, 0]
    assert split.sets["code"].utterance.tolist() == [0, 1, 0]


def test_a_class_without_an_utterance_is_named_with_what_would_help():
    with pytest.raises(InputError) as error:
        curves.check_classes(np.array([0, 2, 2]), "training", "30k")
    message = str(error.value)
    for part in ("training", "neutral", "30k", "pad", "splits.sizes.training"):
        assert part in message
    assert "positive" not in message


def test_all_classes_present_pass():
    curves.check_classes(np.array([2, 1, 0]), "test", "30k")
