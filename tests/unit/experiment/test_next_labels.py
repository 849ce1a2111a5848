"""What to label next, held against scikit-learn and against corpora of known truth."""

import doctest
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from made_up_predictions import predicted
from made_up_rows import by_hand, data, make, role_of
from sklearn.cluster import KMeans
from sklearn.metrics import f1_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler

from speechcodes.experiment import next_labels, predictions
from speechcodes.experiment.draws import Protocol, draw
from speechcodes.experiment.feature_sets import FeatureSet

KNN = {"n_neighbors": 1, "standardise": False}


def test_the_examples_of_the_module_hold():
    found = doctest.testmod(next_labels)
    assert found.attempted >= 2 and not found.failed


# --- choice -----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["logistic_regression", "random_forest"])
def test_probabilities_are_averaged_over_the_rows_of_an_utterance(name):
    known, others = data(30, 2, seed=1), data(20, 3, seed=2)
    asked = others.of([3, 7, 8])
    found = next_labels.probabilities(make(name), known, asked)
    model = by_hand(name).fit(known.features, known.labels)
    expected = [
        model.predict_proba(others.features[others.utterance == i]).mean(axis=0)
        for i in (3, 7, 8)
    ]
    np.testing.assert_allclose(found, expected)


def test_an_svm_of_single_rows_tells_no_probabilities_and_all_is_uncertain():
    known, asked = data(3, 1, seed=1), data(5, 1, seed=2)
    found = next_labels.probabilities(make("svm"), known, asked)
    assert found.shape == (5, 3) and np.isnan(found).all()
    assert next_labels.uncertainty(found).tolist() == [1] * 5


def test_the_middle_of_each_cluster_comes_first_and_the_least_certain_of_these():
    #: Two heaps, of which the second is less certain.
    features = np.array([[0.0], [0.2], [-1.1], [9], [10.1], [11]])
    unsure = np.array([0.1, 0.2, 0.1, 0.5, 0.5, 0.5])
    order = next_labels.by_choice(features, unsure, batch=2, seed=0)
    # Weighed, the first heap has its middle at -0.175, and the second at 10.033.
    assert order[:2].tolist() == [4, 0]
    assert order[2:4].tolist() in ([3, 1], [5, 1])
    assert sorted(order) == list(range(6))


def test_what_is_uncertain_draws_clusters_to_itself_as_in_scikit_learn():
    rng = np.random.default_rng(0)
    features, unsure = rng.normal(size=(300, 4)), rng.uniform(size=300) ** 4
    found = next_labels.by_choice(features, unsure, batch=20, seed=3)[:20]
    model = KMeans(20, n_init=1, random_state=3).fit(features, sample_weight=unsure)
    away = model.transform(features)
    middle = {
        np.flatnonzero(model.labels_ == k)[away[model.labels_ == k, k].argmin()]
        for k in range(20)
    }
    assert set(found) == middle
    assert (np.diff(unsure[found]) <= 0).all()
    assert unsure[found].mean() > 1.2 * unsure.mean()


def test_certain_utterances_and_more_than_there_are_can_be_ordered():
    features = np.arange(4.0)[:, None]
    for batch in (1, 4, 100):
        order = next_labels.by_choice(features, np.zeros(4), batch, seed=0)
        assert sorted(order) == [0, 1, 2, 3]


def test_at_random_everything_is_first_as_often():
    first = [next_labels.at_random(5, seed)[0] for seed in range(1000)]
    # Four standard errors of 200 are 51.
    assert np.abs(np.bincount(first, minlength=5) - 200).max() < 51
    assert next_labels.at_random(5, 1).tolist() == next_labels.at_random(5, 1).tolist()


def test_no_speaker_is_over_the_budget_while_there_are_others():
    voices = np.array(["a"] * 4 + ["b"] * 3 + ["c"], object)
    order = np.array([0, 1, 2, 4, 3, 5, 7, 6])
    found = next_labels.within_budget(order, voices, 2)
    assert found.tolist() == [0, 1, 4, 5, 7, 2, 3, 6]
    assert next_labels.within_budget(order, voices, None) is order


# --- simulation -------------------------------------------------------------------


def simulate(training, test, *, step=(10, 20), most=None, name="knn", settings=KNN):
    found, size = next_labels.simulate(
        name,
        settings,
        training,
        test,
        feature_set="midterm",
        step=step,
        protocol=Protocol(draws=4, seed=2),
        most_per_speaker=most,
    )
    return {way: one.per_utterance for way, one in found.items()}, size


def test_both_ways_add_as_many_labels_to_the_draws_of_the_experiment():
    rows, test = data(60, 2, seed=1), data(40, 2, seed=2)
    found, size = simulate(role_of(midterm=rows), role_of(midterm=test))
    assert size == 12 and list(found) == ["random", "chosen"]
    means = np.array(
        [rows.features[rows.utterance == i].mean(axis=0) for i in range(60)]
    )

    def expected(utterances):
        model, known = KNeighborsClassifier(1), rows.of(utterances)
        model.fit(known.features, known.labels)
        shares = model.predict_proba(test.features)
        return [shares[test.utterance == i].mean(axis=0).argmax() for i in range(40)]

    for number in range(4):
        drawn = draw(np.arange(60) % 3, 10, 2, number)
        rest = np.setdiff1d(np.arange(60), drawn)
        random = rest[next_labels.at_random(54, 2 + number)[:6]]
        assert found["random"][number].tolist() == expected([*drawn, *random])
        # One neighbour is certain of everything but utterances whose rows differ.
        known = KNeighborsClassifier(1).fit(*vars_of(rows.of(drawn)))
        asked = rows.of(rest)
        shares = known.predict_proba(asked.features)
        margin = np.array(
            [
                np.diff(np.sort(shares[asked.utterance == i].mean(axis=0))[1:])[0]
                for i in rest
            ]
        )
        scaled = StandardScaler().fit_transform(means[rest])
        clusters = KMeans(6, n_init=1, random_state=2 + number)
        away = clusters.fit_transform(scaled, sample_weight=1 - margin + 1e-6)
        chosen = [
            np.where(clusters.labels_ == k, away[:, k], np.inf).argmin()
            for k in range(6)
        ]
        assert found["chosen"][number].tolist() == expected([*drawn, *rest[chosen]])


def test_where_labels_are_so_few_that_a_step_adds_none_both_ways_are_the_same():
    # Of 40 utterances, 5 % are 2, but each of four classes has one in each draw.
    training, test = (
        role_of(classes=("a", "b", "c", "d"), midterm=data(n, 1, seed=n, n_classes=4))
        for n in (40, 20)
    )
    found, size = simulate(training, test, step=(1, 5))
    assert size == 4
    assert (found["random"] == found["chosen"]).all()


def vars_of(rows):
    return rows.features, rows.labels


def test_a_budget_holds_for_both_ways():
    rows = data(60, 1, seed=1)
    voices = np.array(["speaker a"] * 48 + ["speaker b"] * 12, object)
    training = role_of(voices, midterm=rows)
    heard = []

    class Spy(dict):
        def __getitem__(self, key):
            found = super().__getitem__(key)
            return replace_of(found, heard) if isinstance(found, FeatureSet) else found

    training = replace(training, sets=Spy(training.sets))
    simulate(training, role_of(midterm=data(20, 1, seed=3)), step=(10, 30), most=6)
    learned = [utterances for utterances in heard if len(utterances) == 18]
    assert len(learned) == 8
    for utterances in learned:
        *_, added = utterances[:6], utterances[6:]
        assert (voices[added] == "speaker a").sum() == 6


def replace_of(rows, heard):
    """Rows that note of which utterances rows are taken."""

    class Noted(FeatureSet):
        def of(self, utterances):
            heard.append(np.asarray(utterances))
            return super().of(utterances)

    return Noted(rows.features, rows.utterance, rows.labels, rows.blocks)


def heaps(n, seed, telling):
    """Rows in heaps of unequal size, of a class each, or of classes that nothing tells.

    Who labels one of each heap knows all.
    """
    rng = np.random.default_rng(seed)
    places = np.random.default_rng(0).normal(0, 20, (20, 2))
    sizes = 1 / np.arange(1, 21)
    heap = rng.choice(20, n, p=sizes / sizes.sum())
    labels = heap % 2 if telling else rng.permutation(np.arange(n) % 2)
    return FeatureSet(places[heap] + rng.normal(size=(n, 2)), np.arange(n), labels)


def role_with(rows, speakers, name):
    """A role of two classes, whose utterances are told by a name."""
    role = role_of(speakers, classes=("a", "b"), midterm=rows)
    ids = np.array([f"{name} {u}" for u in role.utterances], object)
    return replace(role, utterances=ids, labels=rows.labels)


def judged(folder, telling, seed):
    """Tell what choosing adds in two folds, of twelve test speakers together."""
    paths = []
    for fold in range(2):
        names = np.array([f"speaker {fold}{i % 6}" for i in range(200)], object)
        training = role_with(heaps(200, [seed, fold, 0], telling), names, "training")
        test = role_with(heaps(200, [seed, fold, 1], telling), names, fold)
        options = {"feature_set": "midterm", "protocol": Protocol(draws=10, seed=seed)}
        found = next_labels.simulate(
            "knn", KNN, training, test, step=(5, 15), **options
        )
        test.sets |= dict.fromkeys(next_labels.WAYS, test.sets["midterm"])
        paths.append(folder / f"fold{fold}" / "labelling" / "whole" / "15.h5")
        paths[-1].parent.mkdir(parents=True, exist_ok=True)
        told = {"segment": "whole", "classifier": "knn", "seed": 1}
        told |= {"n_training_voices": 6, "protocol": "robust"}
        predictions.write(paths[-1], {15: found}, test, told)
    folds = predictions.read_folds(paths)
    return next_labels.table(folds, "midterm", {15: 5}, resamples=500, seed=1)


def test_choice_is_called_better_where_it_is(tmp_path):
    table = judged(tmp_path, telling=True, seed=1)
    assert list(table) == next_labels.COLUMNS
    assert next_labels.is_better(table, "macro_f1")
    mean = table[(table["metric"] == "macro_f1") & (table["percentage"] == 0)]
    assert mean["difference"].item() > 0.05


def test_choice_is_hardly_ever_called_better_where_nothing_can_be_learned(tmp_path):
    found = [
        next_labels.is_better(judged(tmp_path, telling=False, seed=seed), "macro_f1")
        for seed in range(4)
    ]
    assert sum(found) <= 1


# --- table ------------------------------------------------------------------------


def test_differences_are_those_of_scores_and_their_mean_is_on_a_logarithmic_axis():
    rng = np.random.default_rng(0)
    truth, speakers = rng.choice(3, 60), np.arange(60) // 6
    right = {("random", 10): 0.3, ("chosen", 10): 0.7}
    right |= {("random", 20): 0.5, ("chosen", 20): 0.6}
    right |= {("random", 80): 0.7, ("chosen", 80): 0.7}
    guesses = {
        key: np.where(rng.random((3, 60)) < share, truth, rng.choice(3, (3, 60)))
        for key, share in right.items()
    }
    cases = [
        predicted(truth, one, speakers, feature_set=way, percentage=percentage)
        for (way, percentage), one in guesses.items()
    ]
    table = next_labels.table(
        cases, "midterm", {10: 5, 20: 10, 80: 20}, resamples=500, seed=1
    )
    rows = table[table["metric"] == "macro_f1"].set_index("percentage")
    means = {
        key: np.mean([f1_score(truth, guess, average="macro") for guess in one])
        for key, one in guesses.items()
    }
    for percentage in (10, 20, 80):
        row = rows.loc[percentage]
        for way in ("random", "chosen"):
            assert row[way] == pytest.approx(means[way, percentage])
        assert row["difference"] == pytest.approx(row["chosen"] - row["random"])
        assert row["low"] < row["difference"] < row["high"]
    x = np.log([10, 20, 80])
    for column in ("random", "chosen", "difference"):
        height = np.trapezoid(rows.loc[[10, 20, 80], column], x) / (x[-1] - x[0])
        assert rows.loc[0, column] == pytest.approx(height)
    assert rows["labelled"].to_dict() == {10: 5, 20: 10, 80: 20, 0: 0}
    assert set(rows["feature_set"]) == {"midterm"}


@pytest.mark.parametrize(
    ("low", "expected"), [(0.01, True), (0.0, False), (-0.1, False), (np.nan, False)]
)
def test_only_an_interval_above_zero_is_better(low, expected):
    rows = [("uar", 0, low), ("uar", 10, 0.3), ("macro_f1", 0, 0.3)]
    table = pd.DataFrame(rows, columns=["metric", "percentage", "low"])
    assert next_labels.is_better(table, "uar") == expected


# --- list -------------------------------------------------------------------------


def listed(known, unlabelled, **changes):
    options = {"feature_set": "midterm", "protocol": Protocol(draws=2, seed=3)}
    options |= {"better": True, "batch": 5} | changes
    settings = {"standardise": True, "n_neighbors": 7}
    return next_labels.listed("knn", settings, known, unlabelled, **options)


@pytest.fixture
def roles():
    rows = data(30, 2, seed=5)
    voices = np.array([f"speaker {i % 3}" for i in range(30)], object)
    asked = replace(rows, labels=np.full(60, -1))
    unlabelled = replace(role_of(voices, midterm=asked), labels=np.full(30, -1))
    return role_of(midterm=data(30, 2, seed=4)), unlabelled


def test_everything_without_a_label_is_listed_once_with_what_is_thought_of_it(roles):
    known, unlabelled = roles
    found = listed(*roles)
    assert found["rank"].tolist() == list(range(1, 31))
    assert sorted(found["utterance"]) == sorted(unlabelled.utterances)
    scaler, model = StandardScaler(), KNeighborsClassifier(7)
    rows, asked = known.sets["midterm"], unlabelled.sets["midterm"]
    model.fit(scaler.fit_transform(rows.features), rows.labels)
    shares = model.predict_proba(scaler.transform(asked.features))
    for row in found.itertuples():
        i = int(row.utterance[1:])
        mean = np.sort(shares[asked.utterance == i].mean(axis=0))
        guess = shares[asked.utterance == i].mean(axis=0).argmax()
        assert row.probability == pytest.approx(mean[-1])
        assert row.uncertainty == pytest.approx(1 - mean[-1] + mean[-2])
        assert row.predicted == known.classes[guess]
    assert (np.diff(found["uncertainty"][:5]) <= 0).all()
    assert set(found["taken"]) == {"chosen"}


def test_where_choice_is_no_better_the_order_is_random(roles):
    found = listed(*roles, better=False)
    assert set(found["taken"]) == {"random"}
    expected = roles[1].utterances[next_labels.at_random(30, 3)]
    assert found["utterance"].tolist() == expected.tolist()
    spread = listed(*roles, better=False, most_per_speaker=2)
    heard = [int(u[1:]) % 3 for u in spread["utterance"][:6]]
    assert sorted(heard) == [0, 0, 1, 1, 2, 2]


def test_of_nobody_known_nothing_is_listed_that_is_normalised_per_speaker(caplog):
    voices = ["speaker a", "utterance b", "session c"]
    table = pd.DataFrame({"utterance": ["a", "b", "c"], "voice": voices})
    assert next_labels.can_be_listed(table, "midterm") is table
    found = next_labels.can_be_listed(table, "midterm@speaker")
    assert found["utterance"].tolist() == ["a", "c"]
    assert "1 utterances are not listed" in caplog.text


def test_nothing_without_a_label_is_an_empty_list(roles):
    known, unlabelled = roles
    none = replace(unlabelled, utterances=unlabelled.utterances[:0])
    found = listed(known, none)
    assert found.empty and list(found) == list(listed(known, unlabelled))
