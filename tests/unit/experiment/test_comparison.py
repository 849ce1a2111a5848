"""Tables of a comparison, worked out another way, and how often they mislead."""

import numpy as np
import pandas as pd
import pytest
from made_up_predictions import predicted

from speechcodes.experiment import bootstrap
from speechcodes.experiment.comparison import Primary, compare, pairs
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
        tables._asdict().items(), (18, 18, 12, 4, 6), strict=True
    ):
        assert len(table) == rows * len(METRICS)
        assert not table.duplicated(table.columns.intersection(told).tolist()).any()
        if name not in ("areas", "ranking"):
            assert set(table["percentage"]) == set(PERCENTAGES)
    assert set(tables.differences["baseline"]) == {"midterm"}
    assert set(tables.differences["feature_set"]) == {"pca", "both"}
    table = tables.intervals
    assert table["low"].min() >= 0 and table["high"].max() <= 1
    assert set(table["draws"]) == {3} and set(table["n"]) == {40}
    assert set(table["resampled"]) == {"8 test speakers"}
    assert set(table["n_resampled"]) == {8} and set(table["halvings"]) == {0}
    assert set(table["training_voices"]) == {1}
    assert (table["n_training_utterances"] == 3 * table["percentage"]).all()


def test_chance_is_told_of_every_point(tables):
    uar = of(tables.chance, metric="uar")
    # A third, and more where shuffling a speaker's five classes changes few.
    assert uar["score"].between(0.33, 0.5).all()
    assert (uar["low"] < uar["score"]).all() and (uar["high"] > uar["score"]).all()
    assert uar["p"].min() == pytest.approx(1 / 51), "none of 50 shuffles is as good"


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
    assert pairs(names) == {
        ("midterm", "pca"): "exploratory",
        ("midterm", "code"): "secondary",
        ("midterm", "pooled@speaker"): "exploratory",
        ("midterm", "midterm+code@speaker"): "exploratory",
        ("pca", "code"): "secondary",
        ("pooled@speaker", "midterm+code@speaker"): "secondary",
    }
    # What a run is made for is held against all that is not learned.
    assert pairs(["midterm", "pca@speaker", "code"], "code") == {
        ("midterm", "pca@speaker"): "exploratory",
        ("midterm", "code"): "secondary",
        ("pca@speaker", "code"): "secondary",
    }
    assert pairs(["code", "pca"]) == {("code", "pca"): "secondary"}
    assert pairs(["code"]) == {}


def test_self_training_is_held_against_plain_training_and_is_a_reference():
    trained = "f0@speaker@self_training"
    assert pairs(["midterm", "f0@speaker", trained, "code@speaker"]) == {
        ("midterm", "f0@speaker"): "exploratory",
        ("midterm", trained): "exploratory",
        ("midterm", "code@speaker"): "exploratory",
        ("f0@speaker", "code@speaker"): "secondary",
        (trained, "code@speaker"): "secondary",
        ("f0@speaker", trained): "secondary",
    }
    assert pairs(["midterm", trained]) == {("midterm", trained): "exploratory"}


def test_every_pair_variant_and_classifier_is_corrected_with_all_others(tables):
    """The tables are those of one estimate of all differences and areas at once."""
    cases = small(("midterm", "pca", "both"))
    second = [
        case._replace(segment="20k", predicted=case.predicted[:, ::-1])
        for case in cases
    ]
    found = compare([*cases, *second], seed=3, **FAST)
    assert list(dict.fromkeys(found.areas["segment"])) == ["", "20k"]
    resampling = bootstrap.Resampling(FAST["resamples"], seed=3)
    points = {
        (case.segment, *map(case._asdict().get, KEYS[:3])): bootstrap.estimate(
            case, resampling
        )
        for case in [*cases, *second]
    }
    n, names = METRICS.index("uar"), ["segment", "feature_set", "classifier"]
    expected = []
    for segment, other in [("", "pca"), ("", "both"), ("20k", "pca"), ("20k", "both")]:
        for classifier in ("svm", "knn"):
            curve = [
                points[segment, other, classifier, at].only(n)
                - points[segment, "midterm", classifier, at].only(n)
                for at in (10, 40, 100)
            ]
            x = np.log([10, 40, 100])
            gaps = np.diff(x) / (x[-1] - x[0]) / 2
            weights = np.array([gaps[0], gaps.sum(), gaps[1]])
            values = bootstrap.side_by_side(curve)
            area = values.weighted(weights[:, None])
            assert area.values == pytest.approx(
                np.trapezoid(values.values, x) / (x[-1] - x[0])
            )
            expected += [*curve, area]
    everything = bootstrap.side_by_side(expected)
    one, together = (bootstrap.intervals(everything, f) for f in (False, True))
    columns = ["difference", *ENDS, "p"]
    ends = (end.clip(-1, 1) for end in (*one[:2], *together[:2]))
    numbers = [everything.values, *ends, together.p]
    numbers = np.transpose(numbers).reshape(8, 4, 6)
    differences = of(found.differences, metric="uar")
    np.testing.assert_allclose(
        differences[columns], numbers[:, :3].reshape(24, 6), rtol=1e-4, atol=1e-7
    )
    assert list(differences["percentage"]) == [10, 40, 100] * 8
    areas = of(found.areas, metric="uar")
    np.testing.assert_allclose(areas[columns], numbers[:, 3], rtol=1e-4, atol=1e-7)
    assert list(areas[names].itertuples(index=False, name=None)) == [
        (segment, other, classifier)
        for segment in ("", "20k")
        for other in ("pca", "both")
        for classifier in ("svm", "knn")
    ]
    # With half as much, less is to be corrected for.
    alone = of(tables.areas, metric="uar")
    assert (alone["p"].to_numpy() <= areas["p"].to_numpy()[:4] + 0.02).all()
    scores = of(found.intervals, metric="uar").set_index(["segment", *KEYS[:3]])
    for key, point in points.items():
        assert scores.at[key, "score"] == pytest.approx(point.values[n])


def test_the_primary_comparison_is_with_each_reference_and_corrected_alone():
    cases = small(("midterm", "pca", "code"))
    primary = Primary("", "code", "knn")
    found, without = (
        compare(cases, primary, seed=3, **FAST),
        compare(cases, seed=3, **FAST),
    )
    chosen = found.areas["comparison"] == "primary"
    assert chosen.sum() == len(METRICS) and chosen[: len(METRICS)].all()
    is_primary = found.differences["baseline"] == "best_reference"
    for table, mask, other in [
        (found.areas, chosen, without.areas),
        (found.differences, is_primary, without.differences),
    ]:
        assert set(table[mask]["classifier"]) == {"knn"}
        assert set(table[mask]["feature_set"]) == {"code"}
        pd.testing.assert_frame_equal(table[~mask].reset_index(drop=True), other)
    # Of one reference alone, corrected for nothing but its own curve.
    each = []
    for name in ("midterm", "pca"):
        sets = name, "code"
        both = [c for c in cases if c.feature_set in sets and c.classifier == "knn"]
        each.append(compare(both, seed=3, **FAST))
    for name in ("differences", "areas"):
        table = of(getattr(found, name), metric="uar", baseline="best_reference")
        several = [of(getattr(one, name), metric="uar") for one in each]
        assert (table["difference"].to_numpy() <= several[0]["difference"]).all()
        for end in ("difference", "low", "high", "simultaneous_low"):
            lowest = np.min([one[end] for one in several], axis=0)
            np.testing.assert_allclose(table[end], lowest, atol=0.02)
        ahead = table["difference"].to_numpy() > 0
        largest = np.max([one["p"] for one in several], axis=0)
        np.testing.assert_allclose(table["p"][ahead], largest[ahead], atol=0.03)
        of_each = np.min([one["simultaneous_high"] for one in several], axis=0)
        assert (table["simultaneous_high"] >= of_each - 0.02).all()


def test_a_set_that_is_not_learned_may_be_what_the_run_is_for():
    cases = small(("midterm", "wav2vec2"))
    found = compare(cases, Primary("", "wav2vec2", "svm"), seed=3, **FAST)
    first = of(found.areas, metric="uar", baseline="best_reference").iloc[0]
    pair = of(found.areas, metric="uar", baseline="midterm", classifier="svm").iloc[0]
    assert first["feature_set"] == "wav2vec2" and first["difference"] != 0
    assert first["difference"] == pair["difference"]


def test_a_variant_of_few_test_speakers_or_halvings_leaves_others_as_they_are():
    rng = np.random.default_rng(1)
    good = [
        case._replace(halves=rng.choice(3, (1, 4, 40)), n_training_voices=9)
        for case in small()
    ]
    few = [
        case._replace(
            segment="few", speaker=np.array([f"speaker {i % 3}" for i in range(40)])
        )
        for case in small()
    ]
    both, alone = compare([*good, *few], seed=3, **FAST), compare(good, seed=3, **FAST)
    assert set(both.intervals["halvings"]) == {0, 2}
    of_few = both.areas["segment"] == "few"
    assert both.areas[of_few][ENDS].isna().all(axis=None)
    assert (both.areas[of_few]["p"] == 1).all()
    assert both.areas[~of_few][ENDS].notna().all(axis=None)
    # Without halvings, since one variant has none.
    without = [case._replace(halves=case.halves[:, :0]) for case in good]
    expected = compare(without, seed=3, **FAST).areas
    pd.testing.assert_frame_equal(both.areas[~of_few].reset_index(drop=True), expected)
    assert (alone.areas["high"] > expected["high"]).any()


def test_a_learned_set_that_comes_first_is_still_what_the_run_is_for():
    cases = small(("code", "midterm"))
    found = compare(cases, Primary("", "code", "svm"), seed=3, **FAST).areas
    first, *_ = of(found, metric="uar").itertuples()
    pair = of(found, metric="uar", baseline="code", classifier="svm").iloc[0]
    assert first.baseline == "best_reference" and first.feature_set == "code"
    assert first.difference == -pair["difference"]


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
    assert (found.areas["p"] == 1).all()
    assert (conclusions(*found_tables(found))["ahead"] == "").all()


def test_a_single_feature_set_has_nothing_to_be_compared_with(tables):
    alone = compare(small(["code"]), **FAST)
    assert len(alone.intervals) == len(alone.chance) == 2 * 3 * len(METRICS)
    for found, full in zip(alone[2:4], tables[2:4], strict=True):
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
    [pytest.param(0, 60, id="permuted labels"), pytest.param(1.5, 60, id="as good")],
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
