"""Tables of a comparison, worked out another way, and how often they mislead."""

import numpy as np
import pandas as pd
import pytest
from made_up_predictions import predicted

from speechcodes.experiment import bootstrap
from speechcodes.experiment.comparison import compare, pairs
from speechcodes.experiment.conclusions import conclusions
from speechcodes.experiment.metrics import METRICS

KEYS = ["feature_set", "classifier", "percentage", "unit"]
ENDS = ["low", "high", "simultaneous_low", "simultaneous_high"]
#: Out of order, and unevenly spaced on a logarithmic axis.
PERCENTAGES = [40, 10, 100]
FAST = {"resamples": 200, "shuffles": 50}


def guess(rng, truth, right, draws=3):
    """Return predictions that are right in some share of the cases, else random."""
    shape = draws, len(truth)
    known = rng.random(shape) < right
    return np.where(known, truth, rng.choice(3, shape))


def small(feature_sets=("midterm", "code"), classifiers=("svm", "knn")):
    """Return predictions of 40 utterances of 8 speakers in 3 draws."""
    rng = np.random.default_rng(0)
    ahead = {"code": 0.1, "pca": 0.1, "both": 0.3}
    truth = rng.choice(3, 40)
    return [
        predicted(
            truth,
            guess(rng, truth, 0.3 + percentage / 300 + ahead.get(feature_set, 0)),
            np.arange(40) // 5,
            feature_set=feature_set,
            classifier=classifier,
            percentage=percentage,
            n_training_utterances=3 * percentage,
        )
        for classifier in classifiers
        for percentage in PERCENTAGES
        for feature_set in feature_sets
    ]


@pytest.fixture(scope="module")
def tables():
    """The statistics of three feature sets."""
    return compare(small(("midterm", "pca", "both")), seed=3, **FAST)


def found_tables(statistics):
    """Return the tables that conclusions are drawn from."""
    return statistics.intervals, statistics.differences, statistics.areas


def of(table, **wanted):
    """Return the rows that have some values."""
    for column, value in wanted.items():
        table = table[table[column] == value]
    return table


# Intervals and chance


def test_every_table_has_a_row_of_every_metric_for_all_that_it_tells_apart(tables):
    told = [*KEYS, "baseline", "metric"]
    for (name, table), rows in zip(
        tables._asdict().items(), (18, 18, 12, 4), strict=True
    ):
        assert len(table) == rows * len(METRICS)
        assert not table.duplicated(table.columns.intersection(told).tolist()).any()
        assert name == "areas" or set(table["percentage"]) == set(PERCENTAGES)
    assert set(tables.differences["baseline"]) == {"midterm"}
    assert set(tables.differences["feature_set"]) == {"pca", "both"}
    table = tables.intervals
    assert table["low"].min() >= 0 and table["high"].max() <= 1
    assert set(table["draws"]) == {3} and set(table["n"]) == {40}
    assert set(table["resampled"]) == {"8 test speakers"}
    assert (table["n_training_utterances"] == 3 * table["percentage"]).all()


def test_chance_is_told_of_every_point(tables):
    uar = of(tables.chance, metric="uar")
    assert uar["score"].between(0.3, 0.37).all(), "about a third, whatever is said"
    assert (uar["low"] < 1 / 3).all() and (uar["high"] > 1 / 3).all()


def test_only_main_units_are_compared():
    utterances = [case._replace(main=False) for case in small()]
    segments = [
        case._replace(
            unit="segment",
            truth=case.truth.repeat(2),
            utterance=case.utterance.repeat(2),
            speaker=case.speaker.repeat(2),
            predicted=case.predicted[:, ::-1].repeat(2, axis=1),
        )
        for case in small()
    ]
    both = compare([*utterances, *segments], **FAST)
    assert dict(both.intervals.groupby("unit")["main"].unique().map(list)) == {
        "utterance": [False],
        "segment": [True],
    }
    assert set(both.intervals["n"]) == {40, 80}
    assert set(both.chance["unit"]) == {"segment"}
    alone = compare(segments, **FAST)
    scores = ["classifier", "percentage", "metric", "difference"]
    pd.testing.assert_frame_equal(both.differences[scores], alone.differences[scores])


# Differences and areas


def test_learned_features_are_held_against_all_others_too():
    names = ["midterm", "pca", "code", "pooled@speaker", "midterm+code@speaker"]
    assert pairs(names) == [
        *(("midterm", name) for name in names[1:]),
        ("pca", "code"),
        ("pooled@speaker", "midterm+code@speaker"),
    ]
    assert pairs(["code", "pca"]) == [("code", "pca")]
    assert pairs(["code"]) == []


def test_a_pair_without_the_first_set_is_told_like_any_other():
    cases = small(("midterm", "pca", "code"))
    # The same predictions, the other baseline being the first.
    without = [case for case in cases if case.feature_set != "midterm"]
    for found, alone in zip(
        compare(cases, seed=3, **FAST)[2:],
        compare(without, seed=3, **FAST)[2:],
        strict=True,
    ):
        pair = of(found, baseline="pca", feature_set="code")
        pd.testing.assert_frame_equal(pair.reset_index(drop=True), alone)


def holm(p):
    """Correct p-values step by step."""
    corrected, before = {}, 0
    for rank, name in enumerate(sorted(p, key=p.get)):
        before = corrected[name] = min(1, max(before, p[name] * (len(p) - rank)))
    return corrected


def test_scores_intervals_and_p_are_those_of_paired_resamples(tables):
    resampling = bootstrap.Resampling(FAST["resamples"], seed=3)
    points = {
        (case.feature_set, case.classifier, case.percentage): bootstrap.estimate(
            case, resampling
        )
        for case in small(("midterm", "pca", "both"))
    }
    column = METRICS.index("uar")
    scores = of(tables.intervals, metric="uar").set_index(KEYS[:3])["score"]
    assert dict(scores) == {key: one.scores[column] for key, one in points.items()}
    for other in ("pca", "both"):
        p, p_ahead = {}, {}
        areas = of(tables.areas, feature_set=other, metric="uar")
        areas = areas.set_index("classifier")
        for classifier in ("svm", "knn"):
            both = [
                (points[other, classifier, at], points["midterm", classifier, at])
                for at in (10, 40, 100)
            ]
            values = np.array([a.scores[column] - b.scores[column] for a, b in both])
            replicates = [
                a.replicates[:, column] - b.replicates[:, column] for a, b in both
            ]
            found = of(
                tables.differences,
                feature_set=other,
                classifier=classifier,
                metric="uar",
            ).sort_values("percentage")
            curve = values, np.transpose(replicates), 8
            one = bootstrap.intervals(*curve)
            together = bootstrap.intervals(*curve, together=True)
            expected = [values, one.low, one.high, together.low, together.high]
            numbers = ["difference", *ENDS]
            np.testing.assert_allclose(found[numbers], np.transpose(expected))
            x = np.log([10, 40, 100])
            width = x[-1] - x[0]
            area = np.trapezoid(values, x) / width
            area_replicates = np.trapezoid(replicates, x, axis=0) / width
            whole = bootstrap.intervals(np.array([area]), area_replicates[:, None], 8)
            row = areas.loc[classifier]
            expected = [area, whole.low.item(), whole.high.item(), whole.p.item()]
            columns = ["difference", "low", "high", "p"]
            assert list(row[columns]) == pytest.approx(expected, rel=1e-4)
            p[classifier] = row["p"]
            # By the area or anywhere: of the two the smaller, corrected for two.
            p_ahead[classifier] = min(1, 2 * min(whole.p[0], together.p.min()))
        assert dict(areas["p_holm"]) == pytest.approx(holm(p))
        assert dict(areas["p_ahead"]) == pytest.approx(holm(p_ahead), rel=1e-4)
    assert areas["p_ahead"].max() < 0.5, "no correction shows at 1"


def test_intervals_end_where_scores_and_differences_do():
    truth = np.arange(12) % 3
    one = np.arange(12) == 5
    right, wrong = np.where(one, 0, truth), np.where(one, truth, (truth + 1) % 3)
    cases = [
        predicted(truth, [guesses], feature_set=name, percentage=percentage)
        for name, guesses in [("midterm", wrong), ("code", right)]
        for percentage in (10, 100)
    ]
    found, other = compare(cases, **FAST), compare(cases[::-1], **FAST)
    scores = of(found.intervals, metric="uar").set_index("feature_set")
    assert set(scores.loc["code", "high"]) == {1}
    assert set(scores.loc["midterm", "low"]) == {0}
    assert found.differences[ENDS].max(axis=None) == found.areas["high"].max() == 1
    assert other.differences[ENDS].min(axis=None) == other.areas["low"].min() == -1


def test_equal_predictions_differ_by_nothing_for_certain():
    first = small(["midterm"])
    second = [case._replace(feature_set="code") for case in first]
    found = compare([*first, *second], **FAST)
    columns = ["difference", "low", "high"]
    assert (found.differences[columns] == 0).all(axis=None)
    assert (found.areas[columns] == 0).all(axis=None)
    assert (found.areas[["p", "p_holm", "p_ahead"]] == 1).all(axis=None)
    assert (conclusions(*found_tables(found))["ahead"] == "").all()


def test_a_single_feature_set_has_nothing_to_be_compared_with(tables):
    alone = compare(small(["code"]), **FAST)
    assert len(alone.intervals) == len(alone.chance) == 2 * 3 * len(METRICS)
    for found, full in zip(alone[2:], tables[2:], strict=True):
        assert found.empty and list(found.columns) == list(full.columns)
    assert len(conclusions(*found_tables(alone))) == 0


def test_units_that_cannot_be_paired_are_compared_all_the_same():
    """As in the published study: codes of segments of nobody knows which utterance."""
    rng = np.random.default_rng(0)
    segments = np.repeat([0, 1, 2], 50)
    midterm = [case._replace(main=True) for case in small(["midterm"])]
    code = [
        case._replace(
            feature_set="code",
            unit="segment",
            truth=segments,
            utterance=np.arange(150),
            speaker=np.array([f"segment {i}" for i in range(150)], object),
            predicted=guess(rng, segments, 0.8),
        )
        for case in midterm
    ]
    found = compare([*midterm, *code], **FAST)
    resampled = found.intervals.groupby("feature_set")["resampled"].unique()
    assert list(resampled["midterm"]) == ["8 test speakers"]
    assert list(resampled["code"]) == ["150 test segments as if independent"]
    assert len(found.differences) == 2 * 3 * len(METRICS)


# Winners


def curves(rng, *, right, favoured=(), speakers=12, each=15, draws=5):
    """Yield predictions of two classifiers by two feature sets, at four percentages.

    Both see the same utterances, with effects in common and of their own of speakers,
    utterances and draws.

    Parameters
    ----------
    right : dict of str to float
        How strongly each feature set speaks for the true class.
    favoured : collection of str
        Feature sets that speak for the most frequent class whatever is true.
    """
    owner = np.repeat(np.arange(speakers), each)
    truth = rng.choice(3, len(owner), p=[0.5, 0.3, 0.2])
    shape = len(owner), 3
    common = rng.normal(size=(speakers, 3))[owner] + rng.normal(size=shape)
    for classifier in ("svm", "knn"):
        own = {
            name: 0.7 * common
            + rng.normal(size=(speakers, 3))[owner]
            + 0.7 * rng.normal(size=shape)
            + 0.5 * rng.normal(size=(draws, 1, 3))
            for name in right
        }
        for percentage in (5, 20, 50, 100):
            for name, strength in right.items():
                noise = 0.7 * rng.normal(size=(draws, *shape))
                evidence = strength * np.eye(3)[truth] + own[name] + noise
                evidence[..., 0] += 8 * (name in favoured)
                yield predicted(
                    truth,
                    evidence.argmax(axis=-1),
                    owner,
                    feature_set=name,
                    classifier=classifier,
                    percentage=percentage,
                )


def winners(rng, seed, **world):
    """Return the names of those who are called ahead of another, by macro F1."""
    found = compare(curves(rng, **world), resamples=300, shuffles=20, seed=seed)
    named = conclusions(*found_tables(found))["ahead"]
    return set(" ".join(named).split())


@pytest.mark.parametrize(
    "right, runs",
    [pytest.param(0, 150, id="permuted labels"), pytest.param(1.5, 60, id="as good")],
)
def test_where_there_is_no_difference_hardly_ever_a_winner_is_named(right, runs):
    rng = np.random.default_rng(0)
    both = {"midterm": right, "code": right}
    named = sum(bool(winners(rng, seed, right=both)) for seed in range(runs))
    assert named / runs <= 0.08, f"a winner in {named} of {runs} runs"


def test_guessing_one_class_more_often_is_not_being_ahead():
    rng, runs = np.random.default_rng(0), 60
    world = {"right": {"midterm": 0, "code": 0}, "favoured": ["midterm"]}
    world |= {"speakers": 30}
    named = sum(bool(winners(rng, seed, **world)) for seed in range(runs))
    assert named / runs <= 0.08, f"a winner in {named} of {runs} runs"
    # By macro F1 alone code would be: it guesses every class.
    found = compare(curves(rng, **world), resamples=300, shuffles=20)
    areas = found.areas[found.areas["metric"] == "macro_f1"]
    assert (areas["low"] > 0).all()


def test_where_there_is_a_clear_difference_the_winner_is_named():
    rng = np.random.default_rng(0)
    for seed in range(6):
        one, other = ("midterm", "code") if seed % 2 else ("code", "midterm")
        right = {"midterm": 1, "code": 1} | {one: 3.5}
        assert winners(rng, seed, right=right) == {one}
