"""Classifiers and their tuning, held against scikit-learn used directly."""

import numpy as np
import pytest
from made_up_rows import (
    CLASSIFIERS,
    GRIDS,
    by_hand,
    chosen_by_sklearn,
    data,
    make,
    speaker_folds,
    voiced,
)
from sklearn.calibration import CalibratedClassifierCV
from sklearn.preprocessing import StandardScaler
from sklearn.semi_supervised import SelfTrainingClassifier

from speechcodes import names
from speechcodes.experiment import classifiers
from speechcodes.experiment.feature_sets import FeatureSet

each_classifier = pytest.mark.parametrize("name", CLASSIFIERS)
# scikit-learn only warns of folds and fits that are no good.
pytestmark = pytest.mark.filterwarnings("error")


# --- building -------------------------------------------------------------------


@each_classifier
@pytest.mark.parametrize("standardise", [False, True])
def test_settings_reach_the_scikit_learn_object(name, standardise):
    kind, arguments = CLASSIFIERS[name]
    assert set(CLASSIFIERS) == set(names.CLASSIFIERS)
    whole = make(name, standardise=standardise, seed=11, threads=2)
    model = whole[-1] if standardise else whole
    assert type(model) is kind
    expected = {**kind().get_params(), **arguments}
    expected |= {
        k: v for k, v in {"random_state": 11, "n_jobs": 2}.items() if k in expected
    }
    if name == "svm":
        expected["break_ties"] = True
    if name == "logistic_regression":
        expected["n_jobs"] = None  # which does nothing but warn
    assert model.get_params() == expected


def scaled(blocks):
    """Rows with columns of very different sizes, scaled in blocks of some widths."""
    rng = np.random.default_rng(0)
    rows = rng.normal(5, 1, (200, 6)) * [1, 10, 100, 3, 2, 1]
    return rows, classifiers.Scaler(blocks).fit(rows).transform(rows)


def test_one_block_is_scaled_column_by_column_as_by_scikit_learn():
    for blocks in ((), ((6, False),)):
        rows, found = scaled(blocks)
        expected = StandardScaler().fit_transform(rows)
        np.testing.assert_array_equal(found, expected)


def test_columns_of_one_scale_share_a_factor():
    rows, found = scaled(((6, True),))
    factor = found.std(axis=0) / rows.std(axis=0)
    np.testing.assert_allclose(factor, factor[0])
    assert found.var(axis=0).mean() == pytest.approx(1)
    np.testing.assert_allclose(found.mean(axis=0), 0, atol=1e-12)


def test_blocks_have_equal_weight_however_wide_they_are():
    rows, found = scaled(((1, False), (3, True), (2, False)))
    variances = found.var(axis=0)
    sums = [variances[:1].sum(), variances[1:4].sum(), variances[4:].sum()]
    # Six columns of unit variance, in three blocks.
    np.testing.assert_allclose(sums, 2)
    assert variances[4] == pytest.approx(variances[5])
    within = found[:, 1:4].std(axis=0) / rows[:, 1:4].std(axis=0)
    np.testing.assert_allclose(within, within[0])
    # A column that is constant stays finite.
    flat = classifiers.Scaler(((2, True),)).fit(np.ones((4, 2)))
    assert (flat.transform(np.ones((1, 2))) == 0).all()


def test_rows_reach_the_model_scaled_in_blocks():
    blocks = ((2, False), (4, True))
    pipeline = classifiers.build(
        "knn", {"standardise": True}, seed=1, threads=1, rows=9, blocks=blocks
    )
    assert pipeline[0].get_params() == {"blocks": blocks}


@pytest.mark.parametrize(("rows", "neighbours"), [(3, 3), (5, 5), (500, 5)])
def test_no_more_neighbours_are_asked_for_than_there_are_rows(rows, neighbours):
    model = make("knn", {"n_neighbors": 5}, rows=rows)
    assert model.get_params()["n_neighbors"] == neighbours


# --- tuning ---------------------------------------------------------------------


def tuned(
    name, rows, speakers, *, grid=None, folds=3, seed=0, standardise=False, **others
):
    """Return what the package chooses."""
    settings, own_grid = GRIDS[name]
    return classifiers.tune(
        name,
        settings | {"standardise": standardise},
        rows,
        speakers,
        grid=grid or own_grid,
        folds=folds,
        seed=seed,
        threads=1,
        **others,
    )


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


def test_settings_stay_where_a_class_has_one_speaker():
    rows, speakers = voiced(4, 3, seed=2)
    kept = (rows.labels != 1) | (speakers[rows.utterance] == "speaker 2")
    rows = rows.of(np.unique(rows.utterance[kept]))
    settings = GRIDS["svm"][0] | {"standardise": False}
    assert tuned("svm", rows, speakers) == settings
    # With a second one there is a choice, which none of these settings is.
    rows, speakers = voiced(2, 6, seed=2)
    assert tuned("svm", rows, speakers)["C"] in (0.05, 1, 50)


def test_settings_stay_where_there_are_more_rows_than_are_tuned():
    rows, speakers = voiced(6, 4, seed=0)
    n = len(rows.features)
    settings = GRIDS["svm"][0] | {"standardise": False}
    assert tuned("svm", rows, speakers, most_rows=n) != settings
    assert tuned("svm", rows, speakers, most_rows=n - 1) == settings


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


# --- self-training ----------------------------------------------------------------


@each_classifier
def test_rows_are_labelled_as_scikit_learns_self_training_labels_them(name):
    known, rest = data(24, 2, seed=1), data(60, 2, seed=2)
    for rows in (known, rest):
        rows.features[:, 0] += 2 * rows.labels  # easy enough for an SVM to be sure
    found = classifiers.self_labelled(make(name), known, rest.features)
    model = by_hand(name)
    if name == "svm":
        # It tells probabilities in no other way that keeps what it predicts.
        model = CalibratedClassifierCV(model, method="temperature", ensemble=False)
    labels = np.concatenate([known.labels, np.full(len(rest.labels), -1)])
    trained = SelfTrainingClassifier(model)
    trained.fit(np.vstack([known.features, rest.features]), labels)
    expected = trained.transduction_[trained.transduction_ >= 0]
    np.testing.assert_array_equal(found.labels, expected)
    if name != "adaboost":  # which is hardly ever as sure
        assert len(found.labels) > len(known.labels), "or this tells nothing"
    np.testing.assert_array_equal(found.features[: len(known.labels)], known.features)
    assert (found.utterance[len(known.labels) :] == -1).all()


@each_classifier
def test_nothing_is_added_where_nothing_can_be_told(name):
    model, rows = make(name, rows=3), data(30, 1, seed=3)
    first_class = FeatureSet(rows.features[:3], np.arange(3), np.zeros(3, int))
    no_rows = rows.features[:0]
    for drawn, unlabelled in [(first_class, rows.features), (rows, no_rows)]:
        assert classifiers.self_labelled(model, drawn, unlabelled) is drawn
    single = FeatureSet(rows.features[:3], np.arange(3), np.arange(3))
    found = classifiers.self_labelled(model, single, rows.features)
    assert (found is single) == (name == "svm"), "of single rows nothing is held out"


@pytest.mark.parametrize("n_classes", [2, 3])
def test_an_svm_with_probabilities_predicts_what_it_predicts_without(n_classes):
    rows, others = (data(90, 1, seed, n_classes=n_classes) for seed in (4, 5))
    plain = make("svm", standardise=True)
    calibrated = classifiers.with_probabilities(plain, rows.labels)
    calibrated.fit(rows.features, rows.labels)
    plain.fit(rows.features, rows.labels)
    probabilities = calibrated.predict_proba(others.features)
    assert probabilities.shape == (90, n_classes)
    np.testing.assert_array_equal(
        probabilities.argmax(axis=1), plain.predict(others.features)
    )
    knn = make("knn")
    assert classifiers.with_probabilities(knn, rows.labels) is knn
