"""Intervals are what their formulas say, and hold what they promise.

What they promise is checked in worlds whose true scores are known from integrals.
"""

import doctest

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_predictions import predicted, sklearn_scores
from scipy import stats

from speechcodes.experiment import bootstrap
from speechcodes.experiment.metrics import METRICS

CLASSES = [0, 1, 2]


def small():
    """Return seven utterances of three speakers, out of order, and two draws."""
    truth = [0, 1, 2, 0, 1, 2, 1]
    guesses = [[0, 1, 2, 1, 1, 0, 2], [0, 0, 2, 0, 2, 2, 1]]
    return predicted(truth, guesses, ["b", "a", "c", "a", "b", "c", "b"])


def test_the_examples_of_the_module_hold():
    found = doctest.testmod(bootstrap)
    assert found.attempted >= 3 and not found.failed


# Estimates


@pytest.mark.parametrize("n", [2, 3, 7])
@pytest.mark.filterwarnings("ignore::UserWarning:sklearn")
def test_a_replicate_is_the_score_of_repeated_speakers_and_draws(n):
    rng = np.random.default_rng(n)
    truth, guesses = rng.choice(n, 60), rng.choice(n, (2, 60))
    owner = rng.permutation(np.repeat(range(6), 10))
    case = predicted(truth, guesses, owner, classes="abcdefg"[:n])
    resampling = bootstrap.Resampling(10, seed=3)
    point = bootstrap.estimate(case, resampling)
    assert point.n_test == 6 and point.resampled.shape == (10, len(METRICS))
    whole = [[*sklearn_scores(truth, guess, n).values()] for guess in guesses]
    np.testing.assert_allclose(point.values, np.mean(whole, axis=0))
    speakers = resampling.weights([f"speaker {i}" for i in range(6)]).astype(int)
    draws = resampling.draws(2).astype(int)
    assert (draws.sum(axis=1) == 1).all(), "one fewer than there are"
    for found, taken, drawn in zip(point.resampled, speakers, draws, strict=True):
        cases = np.repeat(np.arange(60), taken[owner])
        expected = sklearn_scores(truth[cases], guesses[drawn.argmax()][cases], n)
        np.testing.assert_allclose(found, [*expected.values()], atol=1e-6)


def test_as_many_are_taken_as_there_are_each_with_the_same_chance():
    weights = bootstrap.Resampling(20_000, seed=0).weights("abcd")
    assert set(weights.sum(axis=1)) == {4}
    # Binomial of 4 trials with chance 1/4; 5 standard errors of its mean, 0.75 / 20000.
    np.testing.assert_allclose(weights.mean(axis=0), 1, atol=0.031)
    np.testing.assert_allclose(weights.var(axis=0), 0.75, atol=0.05)


def test_a_mean_over_resampled_draws_varies_as_much_as_one_over_draws():
    draws = np.random.default_rng(1).normal(size=5)
    means = bootstrap.Resampling(100_000, seed=0).draws(5) @ draws
    # The variance of a mean of independent draws, without bias: sample variance / n.
    assert means.mean() == pytest.approx(draws.mean(), abs=0.01)
    assert means.var() == pytest.approx(draws.var(ddof=1) / 5, rel=0.03)
    np.testing.assert_array_equal(bootstrap.Resampling(3, seed=0).draws(1), 1)


def test_speakers_and_draws_are_taken_independently_of_each_other():
    resampling = bootstrap.Resampling(20_000, seed=0)
    speakers = resampling.weights([f"speaker {i}" for i in range(3)])
    draws = resampling.draws(3)
    between = np.corrcoef(speakers, draws, rowvar=False)[:3, 3:]
    assert np.abs(between).max() < 0.035, "5 / sqrt(20000)"


def test_all_that_is_compared_is_resampled_alike_and_otherwise_by_another_seed():
    case, resampling = small(), bootstrap.Resampling(50, seed=1)
    first = bootstrap.estimate(case, resampling)
    order = np.random.default_rng(0).permutation(7)
    other = case._replace(
        feature_set="code",
        classifier="knn",
        percentage=5,
        truth=case.truth[order],
        utterance=case.utterance[order],
        speaker=case.speaker[order],
        predicted=case.predicted[:, order],
    )
    for same in (resampling, bootstrap.Resampling(50, seed=1)):
        again = bootstrap.estimate(other, same)
        np.testing.assert_array_equal(first.resampled, again.resampled)
    again = bootstrap.estimate(case, bootstrap.Resampling(50, seed=2))
    assert (first.resampled != again.resampled).any()


# What is resampled


def test_speakers_are_told_from_what_stands_in_for_them():
    names = ["speaker a", "speaker a", "session 1", "utterance x", "utterance y"]
    expected = "1 test speaker and 1 test session of unknown speakers and "
    expected += "2 test utterances as if independent"
    assert bootstrap.describe_clusters(names) == expected


@pytest.mark.parametrize("together", [False, True])
def test_of_fewer_than_four_test_speakers_no_interval_is_given(together):
    case, resampling = small(), bootstrap.Resampling(50, seed=0)
    few = bootstrap.intervals(bootstrap.estimate(case, resampling), together)
    assert np.isnan(few.low).all() and np.isnan(few.high).all() and (few.p == 1).all()
    more = case._replace(speaker=np.array([f"speaker {n}" for n in "abcdabc"], object))
    enough = bootstrap.intervals(bootstrap.estimate(more, resampling), together)
    assert np.isfinite(enough.low).all()


# Halves


def test_halves_are_scored_each_by_itself():
    case = small()
    rng = np.random.default_rng(0)
    # Two repeats of two halvings.
    guesses = rng.choice(3, (2, 4, 7))
    point = bootstrap.estimate(
        case._replace(halves=guesses, n_training_voices=9), bootstrap.Resampling(5, 0)
    )
    scores = np.array(
        [[[*sklearn_scores(case.truth, g).values()] for g in of] for of in guesses]
    ).mean(axis=0)
    expected = [(scores[0] - scores[1]) / 2, (scores[2] - scores[3]) / 2]
    np.testing.assert_allclose(point.halved, expected)
    assert point.n_training == 9
    some = case._replace(halves=guesses, percentage=10)
    drawn = bootstrap.estimate(some, bootstrap.Resampling(5, 0)).drawn
    assert np.var(drawn[:, 1]) > 0
    of_balanced = some._replace(balanced=True)
    drawn = bootstrap.estimate(of_balanced, bootstrap.Resampling(5, 0)).drawn
    assert not drawn.any()
    assert bootstrap.estimate(case, bootstrap.Resampling(5, 0)).halved.shape == (0, 5)


def test_halves_tell_the_variance_of_a_mean_over_training_speakers():
    """Whatever the draws: that of speakers, of all utterances, and of the mean draw."""
    rng, runs, speakers, each, halvings = np.random.default_rng(0), 600, 8, 10, 5
    for percentage, draws in [(10, 5), (30, 5), (80, 5), (100, 5), (20, 1), (80, 1)]:
        means, found = [], []
        share = bootstrap.drawn_share(percentage, draws)
        added = (1 + share) ** 0.5 if draws == 1 else 1
        for _ in range(runs):
            values = 0.5 * rng.normal(size=(speakers, 1))
            values = values + rng.normal(size=(speakers, each))
            drawn = [mean_of(values, percentage, rng) for _ in range(draws)]
            halved = []
            for _ in range(halvings):
                first, second = np.split(rng.permutation(values), 2)
                twice = min(2 * percentage, 100)
                one, other = (mean_of(half, twice, rng) for half in (first, second))
                halved.append([(one - other) / 2 * added])
            point = bootstrap.Estimate(
                values=np.zeros(1),
                resampled=np.zeros((2, 1)),
                halved=np.array(halved),
                drawn=np.array(drawn)[:, None] * share**0.5,
                n_test=9,
                n_training=speakers,
            )
            # The bootstrap has the rest of the mean over draws.
            rest = np.var(drawn, ddof=1) / draws if draws > 1 else 0
            means.append(np.mean(drawn))
            found.append(point.variances[1].item() + rest)
        told, true = np.mean(found), np.var(means)
        # Four standard errors of a variance of 600 values; of a single draw, an upper
        # limit is told.
        most = 1.23 if draws > 1 else 2
        assert 0.77 * true < told < most * true, (percentage, draws, told / true)


def mean_of(values, percentage, rng):
    """Return the mean of a share of some values, drawn at random."""
    size = round(values.size * percentage / 100)
    return rng.choice(values.ravel(), size, replace=False).mean()


# Intervals


def certain_of(values, resampled, n_test=10, halved=(), drawn=(), n_training=1):
    """Return an estimate of some values."""
    width = len(values)
    return bootstrap.Estimate(
        np.asarray(values, float),
        resampled,
        np.reshape(halved, (-1, width)),
        np.reshape(drawn, (-1, width)),
        n_test,
        n_training,
    )


def random_values(seed, n_values=6, resamples=400):
    rng = np.random.default_rng(seed)
    values = rng.normal(size=n_values)
    spread = rng.uniform(0.1, 2, n_values)
    return values, values + spread * rng.normal(size=(resamples, n_values))


@pytest.mark.parametrize("n", [4, 6, 60])
def test_intervals_are_those_of_students_t(n):
    values, replicates = random_values(n)
    scale = np.std(replicates, axis=0, ddof=1) * np.sqrt(n / (n - 1))
    low, high = stats.t.interval(0.95, n - 1, loc=values, scale=scale)
    found = bootstrap.intervals(certain_of(values, replicates, n))
    np.testing.assert_allclose(found.low, low)
    np.testing.assert_allclose(found.high, high)
    p = 2 * (1 - stats.t.cdf(np.abs(values / scale), n - 1))
    np.testing.assert_allclose(found.p, p, atol=1e-12)


@pytest.mark.parametrize("tests", [1, 3, 10])
def test_of_several_tests_each_is_widened_as_bonferroni_has_it(tests):
    values, replicates = random_values(6)
    scale = np.std(replicates, axis=0, ddof=1) * np.sqrt(6 / 5)
    low, high = stats.t.interval(1 - 0.05 / tests, 5, loc=values, scale=scale)
    found = bootstrap.intervals(certain_of(values, replicates, 6), tests=tests)
    np.testing.assert_allclose(found.low, low)
    np.testing.assert_allclose(found.high, high)
    p = tests * 2 * stats.t.sf(np.abs(values / scale), 5)
    np.testing.assert_allclose(found.p, np.minimum(p, 1), atol=1e-12)


def test_variances_add_and_degrees_of_freedom_are_satterthwaites():
    values, replicates = random_values(1, 2)
    halved, drawn = [[0.3, 0.1], [-0.1, 0.2]], [[0.1, 0.5], [0.2, -0.5]]
    point = certain_of(values, replicates, 11, halved, drawn, n_training=6)
    test = np.var(replicates, axis=0, ddof=1) * 1.1
    # Of the second the draws alone vary more than halves do.
    training = np.array([(0.09 + 0.01) / 2 - 0.005, 0])
    np.testing.assert_allclose(point.variances, [test, training])
    # Five of the speakers, two halvings: 1 / (1/5 + 1/2) degrees of freedom.
    freedom = (test + training) ** 2 / (test**2 / 10 + training**2 * (1 / 5 + 1 / 2))
    low, high = stats.t.interval(0.95, freedom, values, np.sqrt(test + training))
    found = bootstrap.intervals(point)
    np.testing.assert_allclose([found.low, found.high], [low, high])


def test_training_speakers_widen_what_holds_together():
    rng = np.random.default_rng(0)
    values, halved = np.zeros(30), rng.normal(size=(2000, 30))
    # Nothing but halvings varies: independent ones as in Sidak's correction.
    point = certain_of(values, np.zeros((20_000, 30)), 10**6, halved, (), 10**6)
    found = bootstrap.intervals(point, together=True)
    np.testing.assert_allclose(found.high, stats.norm.ppf(LEVEL), rtol=0.05)
    same = point._replace(halved=halved[:, :1].repeat(30, axis=1))
    found = bootstrap.intervals(same, together=True)
    np.testing.assert_allclose(found.high, 1.96, rtol=0.05)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10**6), st.integers(4, 100), st.integers(0, 5))
def test_p_is_below_005_exactly_where_the_interval_excludes_zero(seed, n, halvings):
    halved = np.random.default_rng(seed).normal(size=(halvings, 6))
    point = certain_of(*random_values(seed), n, halved, n_training=7)
    found = bootstrap.intervals(point)
    excluded = (found.low > 0) | (found.high < 0)
    np.testing.assert_array_equal(found.p < 0.05, excluded)


@pytest.mark.parametrize("together", [False, True])
def test_what_never_varies_is_certain(together):
    values = np.array([0.0, 0.25])
    found = bootstrap.intervals(certain_of(values, np.tile(values, (50, 1))), together)
    assert found.low.tolist() == found.high.tolist() == [0, 0.25]
    assert found.p.tolist() == [1, 0]


NORMAL = np.random.default_rng(0).normal(size=(20_000, 30))
#: Of Sidak's correction for thirty.
LEVEL = 1 - (1 - 0.95 ** (1 / 30)) / 2


@pytest.mark.parametrize(
    ("replicates", "n", "expected", "error"),
    [
        pytest.param(NORMAL, 10**6, stats.norm.ppf(LEVEL), 0.02, id="independent"),
        # The level is found by simulation; far out, t makes much of a small error.
        pytest.param(
            NORMAL, 6, stats.t.ppf(LEVEL, 5) * (6 / 5) ** 0.5, 0.05, id="few clusters"
        ),
        pytest.param(NORMAL[:, :1] * [1, -2, 3], 10**6, 1.96, 0.02, id="as one"),
    ],
)
def test_intervals_that_hold_together_are_widened_as_needed(
    replicates, n, expected, error
):
    values = np.zeros(replicates.shape[1])
    found = bootstrap.intervals(certain_of(values, replicates, n), together=True)
    reach = (found.high - found.low) / 2 / replicates.std(axis=0, ddof=1)
    np.testing.assert_allclose(reach, expected, rtol=error)


def test_values_that_never_vary_do_not_widen_the_others():
    varied = np.random.default_rng(0).normal(size=(500, 3))
    values = np.zeros(4)
    with_constant = np.insert(varied, 1, 0, axis=1)
    found = bootstrap.intervals(certain_of(values, with_constant), together=True)
    alone = bootstrap.intervals(certain_of(values[:3], varied), together=True)
    np.testing.assert_allclose(np.delete(found.high, 1), alone.high)


def test_p_of_independent_values_is_corrected_as_sidak_does():
    values = np.linspace(0, 4.5, 30) * NORMAL.std(axis=0, ddof=1)
    point = certain_of(values, NORMAL, 10**6)
    one, together = (bootstrap.intervals(point, family) for family in (False, True))
    # 4 standard errors of a share of 20 000.
    np.testing.assert_allclose(together.p, 1 - (1 - one.p) ** 30, atol=0.015)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.integers(4, 100))
def test_holding_together_takes_no_narrower_intervals(seed, n):
    values, replicates = random_values(seed)
    point = certain_of(values, replicates, n)
    one, together = (bootstrap.intervals(point, family) for family in (False, True))
    assert (together.low < one.low).all() and (one.high < together.high).all()
    np.testing.assert_allclose(together.low + together.high, 2 * values, atol=1e-9)
    assert (together.p >= one.p).all() and (together.p <= 1).all()


def test_rare_large_deviations_leave_intervals_finite():
    # Feature sets that differ in a single case at each percentage: only one in a
    # hundred resamples takes its speaker and draw often, ten deviations from the mean.
    replicates = np.zeros((2000, 300))
    for column in range(300):
        replicates[np.arange(column, 2000, 100), column] = 1
    point = certain_of(np.zeros(300), replicates, 60)
    found = bootstrap.intervals(point, together=True)
    assert np.isfinite(found.low).all() and np.isfinite(found.high).all()
    assert found.high.min() > 1


# Areas


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_areas_are_those_of_the_trapezoidal_rule(data):
    percentage = st.integers(1, 100)
    x = sorted(data.draw(st.lists(percentage, min_size=2, max_size=12, unique=True)))
    y = np.random.default_rng(len(x)).normal(size=len(x))
    expected = np.trapezoid(y, np.log(x)) / (np.log(x[-1]) - np.log(x[0]))
    assert bootstrap.area_weights(x) @ y == pytest.approx(expected)
    assert bootstrap.area_weights(x[:1]).tolist() == [1]


# What intervals promise, in simulation

SHARES = np.array([0.35, 0.40, 0.25])
#: How strongly two feature sets speak for the true class.
STRENGTHS = {"midterm": 1.2, "code": 1.5}
#: Standard deviations of what speaks for each class otherwise.
SPEAKER, UTTERANCE, NOISE = 0.7, 0.5, 0.7
#: Share of the variance of effects that both feature sets have in common.
COMMON = 0.6


def simulate(rng, speakers, each, draws, draw_effect):
    """Return truth, number of the speaker and {feature set: predictions}."""
    owner = np.repeat(np.arange(speakers), each)
    truth = rng.choice(3, len(owner), p=SHARES)
    shapes = [(speakers, 3), (len(owner), 3), (draws, 1, 3)]
    common = [rng.normal(size=shape) for shape in shapes]
    guesses = {}
    for name, strength in STRENGTHS.items():
        speaker, utterance, draw = (
            COMMON**0.5 * c + (1 - COMMON) ** 0.5 * rng.normal(size=c.shape)
            for c in common
        )
        evidence = (
            strength * np.eye(3)[truth]
            + SPEAKER * speaker[owner]
            + UTTERANCE * utterance
            + draw_effect * draw
            + NOISE * rng.normal(size=(draws, len(owner), 3))
        )
        guesses[name] = evidence.argmax(axis=-1)
    return truth, owner, guesses


def true_macro_f1(strength, draw_effect):
    """Integrate the macro F1 of all speakers and utterances over all draws."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(11)
    effects = draw_effect * np.stack(np.meshgrid(nodes, nodes, nodes), -1)
    masses = np.einsum("i,j,k->ijk", weights, weights, weights) / weights.sum() ** 3
    # Evidence of each class, by draw, true class and class.
    means = effects[..., None, :] + strength * np.eye(3)
    nodes, weights = np.polynomial.hermite_e.hermegauss(50)
    sigma = np.sqrt(SPEAKER**2 + UTTERANCE**2 + NOISE**2)
    chances = []
    for chosen in CLASSES:
        others = [k for k in CLASSES if k != chosen]
        ahead = (means[..., [chosen]] - means[..., others]) / sigma
        below = stats.norm.cdf(nodes[:, None] + ahead[..., None, :]).prod(axis=-1)
        chances.append(below @ (weights / weights.sum()))
    confusion = SHARES[:, None] * np.stack(chances, axis=-1)
    hits = np.einsum("...kk->...k", confusion)
    f1 = 2 * hits / (confusion.sum(axis=-1) + confusion.sum(axis=-2))
    return (masses * f1.mean(axis=-1)).sum()


WORLDS = {
    "few speakers": (6, 20, 5, 0.4),
    "draws that differ much": (24, 20, 10, 0.8),
    "a single draw and few speakers": (6, 40, 1, 0),
    "utterances": (100, 1, 5, 0.4),
}


@pytest.mark.parametrize("name", WORLDS)
def test_an_interval_of_95_per_cent_holds_the_true_score_so_often(name):
    """Of scores and paired differences; wider than needed where speakers are few."""
    world, corpora = WORLDS[name], 400
    rng = np.random.default_rng(1)
    truths = [true_macro_f1(strength, world[-1]) for strength in STRENGTHS.values()]
    truths.append(truths[1] - truths[0])
    scores, lows, highs = ([] for _ in range(3))
    for corpus in range(corpora):
        truth, owner, guesses = simulate(rng, *world)
        resampling = bootstrap.Resampling(300, seed=corpus)
        points = [
            bootstrap.estimate(predicted(truth, guess, owner), resampling)
            for guess in guesses.values()
        ]
        first, second = (point.only(METRICS.index("macro_f1")) for point in points)
        point = bootstrap.side_by_side([first, second, second - first])
        assert point.n_test == world[0]
        low, high, _ = bootstrap.intervals(point)
        scores.append(point.values)
        lows.append(low)
        highs.append(high)
    np.testing.assert_allclose(np.mean(scores, axis=0), truths, atol=0.02)
    lows, highs = np.array(lows), np.array(highs)
    coverage = ((lows <= truths) & (truths <= highs)).mean(axis=0)
    # Against intervals of a normal distribution with the true standard deviation.
    width = (highs - lows).mean(axis=0) / (2 * 1.96 * np.std(scores, axis=0))
    told = f"coverage {coverage} and relative width {width.round(2)}, {name}"
    assert coverage.min() >= 0.92, told
    assert width.max() < (1.8 if world[0] < 10 else 1.4), told
