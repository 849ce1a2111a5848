"""Predictions of draws, held against scikit-learn used directly."""

from dataclasses import replace

import numpy as np
import pytest
from made_up_rows import (
    CLASSIFIERS,
    GRIDS,
    by_hand,
    chosen_by_sklearn,
    data,
    make,
    role_of,
    speaker_folds,
    voiced,
)
from sklearn.ensemble import RandomForestClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.semi_supervised import SelfTrainingClassifier
from sklearn.svm import SVC

from speechcodes import names
from speechcodes.errors import InputError
from speechcodes.experiment import learning_curves as curves
from speechcodes.experiment.draws import Protocol, draw, halves
from speechcodes.experiment.feature_sets import FeatureSet

each_classifier = pytest.mark.parametrize("name", CLASSIFIERS)
# scikit-learn only warns of folds and fits that are no good.
pytestmark = pytest.mark.filterwarnings("error")


def predict_each(name, settings, training, test, protocol, percentages):
    settings = {"standardise": False} | settings
    options = {"percentages": percentages, "protocol": protocol, "threads": 1}
    return curves.predict_draws(name, settings, training, test, **options)


def predict_draws(name, settings, training, test, protocol, percentage=100):
    found = predict_each(name, settings, training, test, protocol, [percentage])
    return found[percentage]


# --- predictions ----------------------------------------------------------------


def test_parts_of_a_concatenation_have_equal_weight_however_wide():
    rng = np.random.default_rng(0)
    labels = np.arange(90) % 3
    telling = labels[:, None] + rng.normal(0, 0.1, (90, 1))
    features = np.hstack([telling, rng.normal(0, 1, (90, 60))])

    def share_right(*blocks):
        training, test = (
            role_of(
                both=FeatureSet(features[rows], np.arange(45), labels[rows], blocks)
            )
            for rows in (slice(45), slice(45, 90))
        )
        (found,) = predict_draws(
            "knn", {"standardise": True}, training, test, Protocol(draws=1, halvings=0)
        )[0].values()
        return (found.per_utterance[0] == test.labels).mean()

    assert share_right((1, False), (60, False)) > 0.95
    assert share_right() < 0.7


@each_classifier
@pytest.mark.parametrize("standardise", [False, True])
@pytest.mark.parametrize("n", [2, 3, 7])
def test_an_utterance_is_predicted_by_the_mean_over_its_rows(name, standardise, n):
    training, test = data(15 * n, 3, seed=2, n_classes=n), data(60, 4, 3, n_classes=n)
    per_utterance, per_row = curves.predict(
        make(name, standardise=standardise), training, test, 60
    )

    model, scaler = by_hand(name), StandardScaler()
    features, test_features = training.features, test.features
    if standardise:
        features = scaler.fit_transform(features)
        test_features = scaler.transform(test_features)
    model.fit(features, training.labels)
    score = model.decision_function if name == "svm" else model.predict_proba
    scores = score(test_features)
    if scores.ndim == 1:
        scores = np.column_stack([-scores, scores])
    means = [scores[test.utterance == i].mean(axis=0) for i in range(60)]
    # Leave out what rounding decides.
    ranked = np.sort(means, axis=1)
    clear = ranked[:, -1] - ranked[:, -2] > 1e-9
    assert clear.sum() > 30
    expected = np.argmax(means, axis=1)
    np.testing.assert_array_equal(per_utterance[clear], expected[clear])
    np.testing.assert_array_equal(per_row, model.predict(test_features))
    assert per_utterance.dtype == per_row.dtype == np.int8


def test_utterances_with_more_rows_than_others_weigh_their_mean_only():
    # The classes lie at 0, 10 and 20; one utterance has three rows, the other one.
    training = FeatureSet(np.array([[0.0], [10], [20]]), np.arange(3), np.arange(3))
    test = FeatureSet(
        np.array([[19.0], [1], [2], [20]]), np.array([0, 1, 0, 0]), np.zeros(4, int)
    )
    model = make("knn", {"n_neighbors": 1})
    per_utterance, per_row = curves.predict(model, training, test, 2)
    assert per_row.tolist() == [2, 0, 0, 2]
    assert per_utterance.tolist() == [2, 0]


@each_classifier
@pytest.mark.parametrize("rows_each", [1, 2])
def test_one_utterance_per_class_is_enough(name, rows_each):
    training = data(12, rows_each, seed=6)
    drawn = training.of(draw(np.arange(12) % 3, 2, seed=1, number=0))
    assert len(drawn.features) == 3 * rows_each
    # Settings nobody changed.
    model = make(name, {}, standardise=True, rows=len(drawn.features))
    per_utterance, per_row = curves.predict(model, drawn, training, 12)
    assert per_utterance.shape == (12,) and per_row.shape == (12 * rows_each,)
    assert set(per_utterance) <= {0, 1, 2}


@each_classifier
def test_predictions_are_the_same_in_every_run_and_whatever_the_threads(name):
    training, test = data(30, 2, seed=7), data(30, 2, seed=8)
    runs = [
        curves.predict(make(name, threads=threads), training, test, 30)
        for threads in (1, 2)
    ]
    for one, other in zip(*runs, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("protocol", ["robust", "study"])
def test_every_feature_set_sees_the_utterances_of_each_draw(protocol):
    sets = {"midterm": data(30, 1, seed=9), "code": data(30, 3, seed=9)}
    split = role_of(**sets)
    settings = {"n_neighbors": 1, "standardise": False}
    drawing = Protocol(protocol, draws=4, seed=1)
    predictions, size = predict_draws("knn", settings, split, split, drawing, 20)
    assert size == 6
    assert list(predictions) == ["midterm", "code"]
    for name, rows in sets.items():
        per_utterance, per_row, chosen_settings, *halves = predictions[name]
        assert [one.shape[0] for one in halves] == [0, 0]
        assert per_utterance.shape == (4, 30)
        assert per_row.shape == (4, len(rows.utterance))
        assert chosen_settings == [settings] * 4
        for number in range(4):
            # The study's first two of each class are the first six.
            chosen = np.arange(6)
            if protocol == "robust":
                chosen = draw(split.labels, 20, 1, number)
            known = np.isin(rows.utterance, chosen)
            model = KNeighborsClassifier(1)
            model.fit(rows.features[known], rows.labels[known])
            expected = model.predict(rows.features)
            np.testing.assert_array_equal(per_row[number], expected)
    distinct = len(np.unique(predictions["midterm"].per_utterance, axis=0))
    assert distinct == {"robust": 4, "study": 1}[protocol]


def test_self_training_sees_the_rest_of_its_draw_or_half_without_labels():
    rows, test = data(60, 2, seed=9), data(30, 2, seed=1)
    rows.features[:, 0] += 2 * rows.labels  # easy enough to be sure of
    voices = np.array([f"speaker {i % 5}" for i in range(60)], object)
    kind = "midterm@self_training"
    training = role_of(voices, midterm=rows, **{kind: rows})
    roles = training, role_of(midterm=test, **{kind: test})
    protocol = Protocol(draws=2, seed=4, halvings=1)
    settings = {"n_neighbors": 3}
    found, size = predict_draws("knn", settings, *roles, protocol, 20)
    assert size == 12, "of labels"

    def by_hand(heard, drawn):
        hidden = ~np.isin(rows.utterance, drawn)
        kept = np.isin(rows.utterance, heard)
        model = SelfTrainingClassifier(KNeighborsClassifier(3))
        model.fit(rows.features[kept], np.where(hidden, -1, rows.labels)[kept])
        assert (model.labeled_iter_ > 0).any(), "or this tells nothing"
        return model.predict(test.features)

    for number, guesses in enumerate(found[kind].per_row):
        drawn = draw(training.labels, 20, 4, number)
        np.testing.assert_array_equal(guesses, by_hand(np.arange(60), drawn))
    for half, guesses in zip(
        halves(voices, 4, 0), found[kind].halves_per_row, strict=True
    ):
        drawn = half[draw(training.labels[half], 40, 4, 0)]
        np.testing.assert_array_equal(guesses, by_hand(half, drawn))
    # What labels the rest never had is not looked at.
    other = replace(rows, labels=rows.labels.copy())
    drawn = draw(training.labels, 20, 4, 0)
    other.labels[~np.isin(rows.utterance, drawn)] = 0
    again = replace(training, sets={kind: other})
    same, _ = predict_draws(
        "knn", settings, again, roles[1], Protocol(draws=1, seed=4), 20
    )
    np.testing.assert_array_equal(same[kind].per_row[0], found[kind].per_row[0])


def test_self_training_with_all_labels_is_plain_training():
    rows, test = data(60, 2, seed=9), data(30, 2, seed=1)
    kinds = ["midterm", "midterm@self_training"]
    training, tested = (role_of(**dict.fromkeys(kinds, one)) for one in (rows, test))
    found, _ = predict_draws("svm", {}, training, tested, Protocol(draws=2), 100)
    plain, trained = (found[kind].per_row for kind in kinds)
    np.testing.assert_array_equal(plain, trained)


def test_halves_of_the_voices_are_learned_from_with_the_settings_of_their_draw():
    sets = {"midterm": data(60, 1, seed=9), "code": data(60, 3, seed=9)}
    voices = np.array([f"speaker {i % 5}" for i in range(60)], object)
    training, test = role_of(voices, **sets), role_of(code=data(30, 2, seed=1))
    test.sets["midterm"] = data(30, 1, seed=2)
    tuning = {"grid": {"n_neighbors": [1, 3]}, "folds": 3}
    protocol = Protocol(draws=2, seed=4, halvings=3, tuning=tuning)
    found, size = predict_draws("knn", {}, training, test, protocol, 20)
    assert size == 12
    for name, (_, rows, settings, of_utterances, of_rows) in found.items():
        assert len(rows) == len(settings) == 2
        assert of_utterances.shape == (6, 30)
        for index, guesses in enumerate(of_rows):
            number, half = divmod(index, 2)
            utterances = halves(voices, 4, number)[half]
            # As many as of all: of each half twice the percentage.
            drawn = draw(training.labels[utterances], 40, 4, number)
            known = training.sets[name].of(utterances[drawn])
            model = KNeighborsClassifier(settings[number % 2]["n_neighbors"])
            model.fit(known.features, known.labels)
            expected = model.predict(test.sets[name].features)
            np.testing.assert_array_equal(guesses, expected)
    alone = role_of(np.array(["speaker x"] * 60, object), **sets)
    found, _ = predict_draws("knn", {}, alone, test, Protocol(halvings=3), 20)
    assert len(found["code"].halves_per_row) == 0, "one voice has no halves"


@each_classifier
def test_a_class_that_a_half_lacks_is_never_predicted_of_it(name):
    training, test = data(30, 2, seed=6), data(30, 2, seed=7)
    for classes in ([0, 2], [1]):
        known = training.of(np.flatnonzero(np.isin(np.arange(30) % 3, classes)))
        model = make(name, {}, standardise=True, rows=len(known.features))
        per_utterance, per_row = curves.predict(model, known, test, 30)
        assert set(per_utterance) == set(per_row) == set(classes)


def test_utterances_may_be_unknown_of_one_test_set_only():
    training = role_of(midterm=data(30, 1, seed=9), code=data(30, 3, seed=9))
    test = role_of(midterm=data(12, 1, seed=1))
    code = data(20, 1, seed=2)
    test.sets["code"] = replace(code, utterance=np.full(20, -1))
    predictions, _ = predict_draws("knn", {}, training, test, Protocol(draws=3), 50)
    assert predictions["midterm"].per_utterance.shape == (3, 12)
    assert predictions["code"].per_utterance is None
    model, rows = KNeighborsClassifier(), training.sets["code"]
    for number, found in enumerate(predictions["code"].per_row):
        drawn = rows.of(draw(training.labels, 50, 1, number))
        model.fit(drawn.features, drawn.labels)
        np.testing.assert_array_equal(found, model.predict(code.features))


def test_each_draw_has_its_own_random_state():
    training, test = data(60, 1, seed=3), data(200, 1, seed=4)
    settings = {"n_estimators": 3, "max_depth": 2}
    roles = role_of(midterm=training), role_of(midterm=test)
    protocol = Protocol(draws=3, seed=5)
    predictions, _ = predict_draws("random_forest", settings, *roles, protocol)
    for number in range(3):
        model = RandomForestClassifier(**settings, random_state=5 + number)
        expected = model.fit(training.features, training.labels).predict(test.features)
        found = predictions["midterm"].per_row[number]
        np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize(
    "name", [n for n, one in names.CLASSIFIERS.items() if not one.random]
)
def test_a_seed_changes_no_classifier_that_is_not_called_random(name):
    training, test = data(60, 1, seed=3), data(300, 1, seed=4)
    guesses = [
        curves.predict(make(name, {}, seed=seed, rows=60), training, test, 300)[1]
        for seed in range(5)
    ]
    np.testing.assert_array_equal(guesses, [guesses[0]] * 5)


@pytest.mark.parametrize("name", ["svm", "random_forest"])
def test_what_is_learned_twice_is_learned_once_and_told_in_every_place(
    name, monkeypatch
):
    """Percentages that share a job are predicted as if each had one to itself."""
    rows, test = data(60, 1, seed=9), data(30, 2, seed=1)
    kinds = ["midterm", "midterm@self_training"]
    voices = np.array([f"speaker {i % 6}" for i in range(60)], object)
    training = role_of(voices, **dict.fromkeys(kinds, rows))
    roles = training, role_of(**dict.fromkeys(kinds, test))
    settings = {"n_estimators": 3} if name == "random_forest" else {}
    protocol = Protocol(draws=3, seed=5, halvings=2)
    percentages, fits = [20, 50, 80, 100], []
    alone = {
        each: predict_draws(name, settings, *roles, protocol, each)
        for each in percentages
    }
    fit = curves.predict
    monkeypatch.setattr(curves, "predict", lambda *a: fits.append(a) or fit(*a))
    together = predict_each(name, settings, *roles, protocol, percentages)
    assert list(together) == percentages
    for each, (found, size) in together.items():
        expected, expected_size = alone[each]
        assert size == expected_size == each * 60 // 100
        for kind in kinds:
            for one, other in zip(found[kind], expected[kind], strict=True):
                np.testing.assert_array_equal(one, other)
    # Of both sets, draws of three percentages and the halves of two; at 100 % a seed
    # is all that draws differ in.
    at_100 = {"svm": 1, "random_forest": 3}[name]
    assert len(fits) == 2 * (3 * 3 + at_100 + 2 * 4)


# --- ties of an SVM -------------------------------------------------------------


@pytest.mark.parametrize(
    ("protocol", "break_ties"), [("study", False), ("robust", True)]
)
def test_only_the_study_leaves_ties_of_an_svm(protocol, break_ties):
    training, test = data(60, 1, seed=10), data(600, 1, seed=11)
    settings = {"C": 10, "kernel": "rbf"}
    roles = role_of(midterm=training), role_of(midterm=test)
    predictions, size = predict_draws("svm", settings, *roles, Protocol(protocol))
    assert size == 60
    plain, broken = (
        SVC(C=10, kernel="rbf", break_ties=ties)
        .fit(training.features, training.labels)
        .predict(test.features)
        for ties in (False, True)
    )
    assert (plain != broken).any(), "or this tells nothing"
    expected = broken if break_ties else plain
    np.testing.assert_array_equal(predictions["midterm"].per_row[0], expected)
    per_utterance = predictions["midterm"].per_utterance[0]
    np.testing.assert_array_equal(per_utterance[test.utterance], expected)


# --- tuning ---------------------------------------------------------------------


def predicted(training, test, **changes):
    settings, grid = GRIDS["svm"]
    protocol = Protocol(draws=3, seed=7, tuning={"grid": grid, "folds": 3})
    protocol = protocol._replace(**changes)
    settings = settings | {"standardise": True}
    predictions, _ = predict_draws("svm", settings, training, test, protocol, 60)
    return predictions


def test_every_draw_is_tuned_and_predicts_with_what_was_chosen():
    rows, speakers = voiced(6, 5, seed=4)
    test = data(30, 1, seed=5, dimensions=4)
    training = role_of(speakers, code=rows)
    found = predicted(training, role_of(code=test))["code"]
    assert len(found.settings) == 3
    for number in range(3):
        drawn = rows.of(draw(training.labels, 60, 7, number))
        seed = 7 + number
        cv = speaker_folds(drawn, speakers, 3, seed)
        expected = chosen_by_sklearn("svm", drawn, cv, seed=seed, standardise=True)
        assert found.settings[number] == expected
        del expected["standardise"]
        model = make_pipeline(StandardScaler(), SVC(**expected, break_ties=True))
        model.fit(drawn.features, drawn.labels)
        np.testing.assert_array_equal(
            found.per_row[number], model.predict(test.features)
        )
    assert len({str(settings) for settings in found.settings}) > 1, "draws differ"


# --- classes --------------------------------------------------------------------


def test_a_class_without_an_utterance_is_named_with_what_would_help():
    role = role_of(code=data(9, 1, seed=0))
    curves.check_classes(role, "test", "30k")
    role.labels = np.array([0, 2, 2])
    with pytest.raises(InputError) as error:
        curves.check_classes(role, "training", "30k")
    message = str(error.value)
    for part in ("training", "neutral", "30k", "pad", "splits.sizes.training"):
        assert part in message
    assert "positive" not in message
