"""Draws, classifiers and predictions, held against scikit-learn used directly."""

import warnings
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.ensemble import AdaBoostClassifier, RandomForestClassifier
from sklearn.model_selection import (
    GridSearchCV,
    StratifiedGroupKFold,
    StratifiedKFold,
)
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from speechcodes.errors import InputError
from speechcodes.experiment import learning_curves as curves
from speechcodes.experiment.feature_sets import FeatureSet, Split
from speechcodes.experiment.learning_curves import Protocol

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


@pytest.fixture(autouse=True)
def _no_warnings():
    """scikit-learn only warns of folds and fits that are no good."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def make(name, arguments=None, *, standardise=False, seed=5, **options):
    """Return a classifier of the package with the settings above, or with others."""
    arguments = CLASSIFIERS[name][1] if arguments is None else arguments
    given_settings = {**arguments, "standardise": standardise}
    options = {"threads": 1, "rows": 100} | options
    return curves.classifier(name, given_settings, seed=seed, **options)


def by_hand(name, seed=5):
    """Return the same classifier, made without the package."""
    kind, arguments = CLASSIFIERS[name]
    extra = {"random_state": seed} if "random_state" in kind().get_params() else {}
    if name == "svm":
        extra["break_ties"] = True
    return kind(**arguments, **extra)


def final(model):
    """Return the last step of a pipeline, or the model itself."""
    return model[-1] if hasattr(model, "steps") else model


def data(utterances, rows_each, seed, dimensions=5):
    """Return rows of three overlapping classes, in any order."""
    rng = np.random.default_rng(seed)
    labels = np.arange(utterances) % 3
    utterance = rng.permutation(np.repeat(np.arange(utterances), rows_each))
    features = rng.normal(size=(len(utterance), dimensions))
    features[:, 0] += labels[utterance]
    return FeatureSet(features, utterance, labels[utterance])


def split_of(speakers=None, **sets):
    """Return a split of these sets; every utterance has its speaker unless given."""
    n = max(rows.utterance.max() for rows in sets.values()) + 1
    ids = np.array([f"u{i:03}" for i in range(n)], dtype=object)
    speakers = ids if speakers is None else speakers
    return Split(ids, np.arange(n) % 3, speakers, sets)


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


# --- the study's draw -----------------------------------------------------------


def test_the_study_takes_the_first_of_each_class_in_order():
    labels = np.array([2, 0, 0, 1, 2, 1, 0, 2, 0, 2, 1])
    # 4 negative, 3 neutral and 4 positive: half are 2, 1 and 2.
    assert curves.study_draw(labels, 50).tolist() == [0, 1, 2, 3, 4]
    # int(1.36), int(1.02) and int(1.36) are 1 each, int(3.96) is 3 and int(2.97) 2.
    assert curves.study_draw(labels, 34).tolist() == [0, 1, 3]
    assert curves.study_draw(labels, 99).tolist() == [0, 1, 2, 3, 4, 5, 6, 7]
    assert curves.study_draw(labels, 100).tolist() == list(range(11))


def test_the_studys_share_is_a_float():
    labels = np.repeat([0, 1, 2], [350, 362, 319])
    # In exact arithmetic 70 % of 350 are 245; those of the others are 253.4 and 223.3.
    chosen = curves.study_draw(labels, 70)
    assert np.bincount(labels[chosen]).tolist() == [244, 253, 223]
    expected = [*range(244), *range(350, 350 + 253), *range(712, 712 + 223)]
    assert chosen.tolist() == expected


@pytest.mark.parametrize(
    ("labels", "percentage", "words"),
    [
        ([0] * 50 + [1] * 49 + [2] * 50, 2, ["2 %", "49 neutral"]),
        ([0] * 9 + [1] * 20 + [2] * 20, 10, ["10 %", "9 negative"]),
    ],
)
def test_a_share_below_one_utterance_is_told_with_its_class(labels, percentage, words):
    with pytest.raises(InputError) as error:
        curves.study_draw(np.array(labels), percentage)
    for word in ["experiment.percentages", "robust", *words]:
        assert word in str(error.value)


# --- protocols ------------------------------------------------------------------


def test_the_study_has_equal_draws():
    labels = np.arange(30) % 3
    draws = Protocol("study", draws=3, seed=4).chosen(labels, 25)
    # int(10 * 0.25) of each class.
    assert [chosen.tolist() for chosen in draws] == [[0, 1, 2, 3, 4, 5]] * 3


def test_robust_draws_differ_and_are_nested_over_percentages():
    labels = np.arange(60) % 3
    protocol = Protocol("robust", draws=4, seed=2)
    draws = {share: protocol.chosen(labels, share) for share in (5, 20, 60, 100)}
    for number in range(4):
        sizes = [len(draws[share][number]) for share in draws]
        assert sizes == [3, 12, 36, 60]
        for small, large in [(5, 20), (20, 60), (60, 100)]:
            assert set(draws[small][number]) < set(draws[large][number])
    assert len({tuple(chosen) for chosen in draws[20]}) == 4
    # Rounded, where the study cuts off: 1.8 of 20 are 2.
    assert len(protocol.chosen(labels, 9)[0]) == 6


def test_robust_draws_depend_on_the_seed_and_not_on_how_many_they_are():
    labels = np.arange(60) % 3
    few = Protocol(draws=2, seed=3).chosen(labels, 20)
    many = Protocol(draws=5, seed=3).chosen(labels, 20)
    other = Protocol(draws=2, seed=4).chosen(labels, 20)
    for number in range(2):
        assert few[number].tolist() == many[number].tolist()
        assert few[number].tolist() != other[number].tolist()


def test_a_protocol_is_robust_unless_said_otherwise():
    assert Protocol() == Protocol("robust", draws=1, seed=1, tuning=None)


# --- ties of an SVM -------------------------------------------------------------


@pytest.mark.parametrize(
    ("protocol", "break_ties"), [("study", False), ("robust", True)]
)
def test_only_the_study_leaves_ties_of_an_svm(protocol, break_ties):
    training, test = data(60, 1, seed=10), data(600, 1, seed=11)
    settings = {"C": 10, "kernel": "rbf", "standardise": False}
    predictions, size = curves.predict_draws(
        "svm",
        settings,
        split_of(midterm=training),
        split_of(midterm=test),
        percentage=100,
        protocol=Protocol(protocol),
        threads=1,
    )
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
    training, test = data(30, 1, seed=0), data(9, 1, seed=1)
    # Statistics that included these rows would be far off.
    test = replace(test, features=test.features * 50 + 1000)
    model = make(name, standardise=True)
    curves.predict(model, training, test, 9)
    assert isinstance(model[0], StandardScaler)
    np.testing.assert_allclose(model[0].mean_, training.features.mean(axis=0))
    np.testing.assert_allclose(model[0].scale_, training.features.std(axis=0))


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
    training, test = data(45, 3, seed=2), data(60, 4, seed=3)
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
def test_with_one_row_each_utterances_are_predicted_as_scikit_learn_does(name):
    training, test = data(45, 1, seed=4), data(200, 1, seed=5)
    per_utterance, per_row = curves.predict(make(name), training, test, 200)
    model = by_hand(name).fit(training.features, training.labels)
    expected = model.predict(test.features)
    np.testing.assert_array_equal(per_row, expected)
    np.testing.assert_array_equal(per_utterance[test.utterance], expected)
    assert set(expected) == {0, 1, 2}


@each_classifier
def test_one_utterance_per_class_is_enough(name):
    training = data(12, 2, seed=6)
    chosen = curves.draw(np.arange(12) % 3, 2, seed=1, number=0)
    assert len(chosen) == 3
    # One row each, as mid-term features have, and settings nobody changed.
    drawn = training.of(chosen)
    first = np.unique(drawn.utterance, return_index=True)[1]
    single = FeatureSet(drawn.features[first], drawn.utterance[first], np.arange(3))
    for rows in (drawn, single):
        model = make(name, {}, standardise=True, rows=len(rows.features))
        per_utterance, per_row = curves.predict(model, rows, training, 12)
        assert per_utterance.shape == (12,) and per_row.shape == (24,)
        assert set(per_utterance) <= {0, 1, 2}


@each_classifier
def test_where_utterances_are_unknown_only_rows_are_predicted(name):
    training, test = data(30, 2, seed=7), data(40, 1, seed=8)
    unknown = replace(test, utterance=np.full(40, -1))
    per_utterance, per_row = curves.predict(make(name), training, unknown, 7)
    assert per_utterance is None
    model = by_hand(name).fit(training.features, training.labels)
    np.testing.assert_array_equal(per_row, model.predict(test.features))


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
    split = split_of(**sets)
    settings = {"n_neighbors": 1, "standardise": False}
    predictions, size = curves.predict_draws(
        "knn",
        settings,
        split,
        split,
        percentage=20,
        protocol=Protocol(protocol, draws=4, seed=1),
        threads=1,
    )
    assert size == 6
    assert list(predictions) == ["midterm", "code"]
    for name, rows in sets.items():
        per_utterance, per_row, chosen_settings = predictions[name]
        assert per_utterance.shape == (4, 30)
        assert per_row.shape == (4, len(rows.utterance))
        assert chosen_settings == [settings] * 4
        for number in range(4):
            # The study's first two of each class are the first six.
            chosen = np.arange(6)
            if protocol == "robust":
                chosen = curves.draw(split.labels, 20, 1, number)
            known = np.isin(rows.utterance, chosen)
            model = KNeighborsClassifier(1)
            model.fit(rows.features[known], rows.labels[known])
            expected = model.predict(rows.features)
            np.testing.assert_array_equal(per_row[number], expected)
    distinct = len(np.unique(predictions["midterm"].per_utterance, axis=0))
    assert distinct == {"robust": 4, "study": 1}[protocol]


def test_utterances_may_be_unknown_of_one_test_set_only():
    training = split_of(midterm=data(30, 1, seed=9), code=data(30, 3, seed=9))
    test = split_of(midterm=data(12, 1, seed=1))
    code = data(20, 1, seed=2)
    test.sets["code"] = replace(code, utterance=np.full(20, -1))
    predictions, _ = curves.predict_draws(
        "knn",
        {"standardise": False},
        training,
        test,
        percentage=50,
        protocol=Protocol(draws=3),
        threads=1,
    )
    assert predictions["midterm"].per_utterance.shape == (3, 12)
    assert predictions["code"].per_utterance is None
    assert predictions["code"].per_row.shape == (3, 20)


def test_each_draw_has_its_own_random_state():
    training, test = data(60, 1, seed=3), data(200, 1, seed=4)
    settings = {"n_estimators": 3, "max_depth": 2}
    predictions, _ = curves.predict_draws(
        "random_forest",
        settings | {"standardise": False},
        split_of(midterm=training),
        split_of(midterm=test),
        percentage=100,
        protocol=Protocol(draws=3, seed=5),
        threads=1,
    )
    for number in range(3):
        model = RandomForestClassifier(**settings, random_state=5 + number)
        expected = model.fit(training.features, training.labels).predict(test.features)
        found = predictions["midterm"].per_row[number]
        np.testing.assert_array_equal(found, expected)


# --- tuning ---------------------------------------------------------------------

#: Settings to start from, and a grid that leaves some of them, for some classifiers.
GRIDS = {
    "svm": ({"kernel": "rbf", "C": 0.5}, {"C": [0.05, 1, 50], "gamma": [0.01, 0.5]}),
    "knn": ({"weights": "distance"}, {"n_neighbors": [1, 4, 9]}),
    # One feature at a time, so that the random state matters.
    "decision_tree": ({"max_features": 1}, {"max_depth": [1, 2, 4, 8, 16]}),
}


def voiced(n_speakers, each, seed):
    """Return rows of speakers who say all classes, and each utterance's speaker.

    Two rows per utterance; speakers differ a lot.
    """
    rng = np.random.default_rng(seed)
    rows = data(3 * n_speakers * each, 2, seed, dimensions=4)
    speaker = rng.permutation(np.repeat(np.arange(n_speakers), 3 * each).reshape(-1, 3))
    # Three utterances in turn are of the three classes.
    speaker = speaker.ravel()
    voices = rng.normal(size=(n_speakers, 4))
    features = rows.features + voices[speaker][rows.utterance]
    names = np.array([f"speaker {i}" for i in speaker], dtype=object)
    return replace(rows, features=features), names


def tuned(name, rows, speakers, *, grid=None, folds=3, seed=0, standardise=False):
    """Return what the package chooses."""
    settings, own_grid = GRIDS[name]
    return curves.tune(
        name,
        settings | {"standardise": standardise},
        rows,
        speakers,
        grid=grid or own_grid,
        folds=folds,
        seed=seed,
        threads=1,
    )


def chosen_by_sklearn(name, rows, cv, *, grid=None, seed=0, standardise=False):
    """Return what scikit-learn's own search chooses."""
    settings, own_grid = GRIDS[name]
    model = CLASSIFIERS[name][0](**settings)
    known = model.get_params()
    extra = {"random_state": seed, "break_ties": True}
    model.set_params(**{k: v for k, v in extra.items() if k in known})
    step = type(model).__name__.lower()
    if standardise:
        model = make_pipeline(StandardScaler(), model)
    search = GridSearchCV(
        model,
        {
            f"{step}__{k}" if standardise else k: v
            for k, v in (grid or own_grid).items()
        },
        scoring="f1_macro",
        cv=cv,
        refit=False,
    ).fit(rows.features, rows.labels)
    best = {k.removeprefix(f"{step}__"): v for k, v in search.best_params_.items()}
    return settings | best | {"standardise": standardise}


def speaker_folds(rows, speakers, n, seed):
    """Divide rows so that no speaker is on both sides."""
    division = StratifiedGroupKFold(n, shuffle=True, random_state=seed)
    return list(division.split(rows.features, rows.labels, speakers[rows.utterance]))


@pytest.mark.parametrize("standardise", [False, True])
@pytest.mark.parametrize("name", GRIDS)
def test_tuning_chooses_as_the_search_of_scikit_learn(name, standardise):
    chosen = []
    for seed in range(4):
        rows, speakers = voiced(6, 4, seed)
        options = {"seed": seed, "standardise": standardise}
        cv = speaker_folds(rows, speakers, 3, seed)
        expected = chosen_by_sklearn(name, rows, cv, **options)
        assert tuned(name, rows, speakers, **options) == expected
        chosen.append(str(expected))
    assert len(set(chosen)) > 1, "or this tells nothing"


def test_no_more_folds_than_the_class_of_fewest_speakers_has():
    differ = []
    for seed in range(4):
        rows, speakers = voiced(6, 4, seed)
        # Only two speakers have positive utterances left.
        left = np.isin(speakers[rows.utterance], ["speaker 1", "speaker 4"])
        left |= rows.labels != 2
        rows = rows.of(np.unique(rows.utterance[left]))
        chosen = tuned("svm", rows, speakers, folds=5, seed=seed)
        two, five = (
            chosen_by_sklearn(
                "svm", rows, speaker_folds(rows, speakers, n, seed), seed=seed
            )
            for n in (2, 5)
        )
        assert chosen == two
        differ.append(two != five)
    assert any(differ), "or this tells nothing"


def test_no_speaker_is_on_both_sides_of_a_fold(monkeypatch):
    rows, speakers = voiced(7, 3, seed=1)
    divisions = []
    original = curves.cross_val_score

    def recorded(*arguments, cv, **options):
        divisions.append(cv)
        return original(*arguments, cv=cv, **options)

    monkeypatch.setattr(curves, "cross_val_score", recorded)
    tuned("knn", rows, speakers, folds=5)
    # Three values to try, on the same folds.
    assert len(divisions) == 3
    of_row = speakers[rows.utterance]
    for folds in divisions:
        assert len(folds) == 5
        for training, held_out in folds:
            assert not set(of_row[training]) & set(of_row[held_out])
            assert sorted([*training, *held_out]) == list(range(len(of_row)))
        assert sorted(i for _, held in folds for i in held) == list(range(len(of_row)))


def test_knowing_speakers_does_not_pay():
    # Every speaker has one class and a place of their own, which says nothing of it
    # to others; and a weak sign of the class that many neighbours together show.
    rng = np.random.default_rng(0)
    speaker = np.repeat(np.arange(30), 8)
    labels = speaker % 3
    places = rng.uniform(-1, 1, size=(30, 3))[speaker]
    features = np.column_stack([places, labels + rng.normal(size=240)])
    features[:, :3] += rng.normal(size=(240, 3)) * 0.01
    rows = FeatureSet(features * [9, 9, 9, 1], np.arange(240), labels)
    names = np.array([f"speaker {i}" for i in speaker], dtype=object)
    grid = {"n_neighbors": [3, 90]}
    shuffled = StratifiedKFold(5, shuffle=True, random_state=0)
    leaking = chosen_by_sklearn("knn", rows, shuffled, grid=grid)
    assert leaking["n_neighbors"] == 3
    chosen = tuned("knn", rows, names, folds=5, grid=grid)
    assert chosen == leaking | {"n_neighbors": 90}


def test_settings_stay_where_a_class_has_one_speaker():
    rows, speakers = voiced(4, 3, seed=2)
    kept = (rows.labels != 1) | (speakers[rows.utterance] == "speaker 2")
    rows = rows.of(np.unique(rows.utterance[kept]))
    settings = GRIDS["svm"][0] | {"standardise": False}
    assert tuned("svm", rows, speakers) == settings
    # With a second one there is a choice, which none of these settings is.
    rows, speakers = voiced(2, 6, seed=2)
    assert tuned("svm", rows, speakers)["C"] in (0.05, 1, 50)


def test_of_equal_settings_the_first_is_chosen():
    rows, speakers = voiced(4, 3, seed=2)
    for values in (["linear", "linear"], [{0: 1.0}, None, {1: 1.0}]):
        key = "kernel" if values[0] == "linear" else "class_weight"
        chosen = tuned("svm", rows, speakers, grid={key: values})
        assert chosen[key] == values[0]


def test_no_more_neighbours_are_tried_than_rows_are_left_to_learn_from():
    rows, speakers = voiced(2, 1, seed=3)
    # 12 rows, 6 of them in either fold: both values are 6 neighbours.
    chosen = tuned("knn", rows, speakers, grid={"n_neighbors": [50, 100]})
    assert chosen["n_neighbors"] == 50


def predicted(training, test, **changes):
    settings, grid = GRIDS["svm"]
    protocol = Protocol(draws=3, seed=7, tuning={"grid": grid, "folds": 3})
    predictions, _ = curves.predict_draws(
        "svm",
        settings | {"standardise": True},
        training,
        test,
        percentage=60,
        protocol=protocol._replace(**changes),
        threads=1,
    )
    return predictions


def test_every_draw_is_tuned_and_predicts_with_what_was_chosen():
    rows, speakers = voiced(6, 5, seed=4)
    test = data(30, 1, seed=5, dimensions=4)
    training = split_of(speakers, code=rows)
    found = predicted(training, split_of(code=test))["code"]
    assert len(found.settings) == 3
    for number in range(3):
        drawn = rows.of(curves.draw(training.labels, 60, 7, number))
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


def test_tuning_sees_neither_the_test_split_nor_what_was_not_drawn():
    rows, speakers = voiced(6, 5, seed=4)
    training = split_of(speakers, code=rows)
    test = data(30, 2, seed=5, dimensions=4)
    before = predicted(training, split_of(code=test))["code"].settings
    assert len({str(settings) for settings in before}) > 1

    rng = np.random.default_rng(6)
    features = rng.normal(size=test.features.shape) * 1000
    other = FeatureSet(features, test.utterance, (test.labels + 1) % 3)
    changed = split_of(code=other)
    changed.labels = (changed.labels + 1) % 3
    assert predicted(training, changed)["code"].settings == before

    number = 1
    drawn = curves.draw(training.labels, 60, 7, number)
    features, names = rows.features.copy(), speakers.copy()
    features[~np.isin(rows.utterance, drawn)] *= -1000
    names[np.setdiff1d(np.arange(len(names)), drawn)] = "nobody"
    training = split_of(names, code=replace(rows, features=features))
    after = predicted(training, split_of(code=test))["code"].settings
    assert after[number] == before[number]
    assert after != before, "the other draws have seen the change"


def test_without_tuning_settings_are_those_given():
    rows, speakers = voiced(6, 5, seed=4)
    training, test = split_of(speakers, code=rows), split_of(code=rows)
    found = predicted(training, test, tuning=None)["code"].settings
    assert found == [GRIDS["svm"][0] | {"standardise": True}] * 3


# --- classes --------------------------------------------------------------------


def test_a_class_without_an_utterance_is_named_with_what_would_help():
    with pytest.raises(InputError) as error:
        curves.check_classes(np.array([0, 2, 2]), "training", "30k")
    message = str(error.value)
    for part in ("training", "neutral", "30k", "pad", "splits.sizes.training"):
        assert part in message
    assert "positive" not in message


def test_all_classes_present_pass():
    curves.check_classes(np.array([2, 1, 0]), "test", "30k")
