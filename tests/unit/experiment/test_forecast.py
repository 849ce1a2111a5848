"""Forecasts find known curves, promise nothing of others, and hold what they say."""

import forecasting
import numpy as np
import pandas as pd
import pytest
from scipy.optimize import curve_fit

from speechcodes.experiment import bootstrap, forecast
from speechcodes.experiment.bootstrap import Estimate

PERCENTAGES = np.array([5, 10, 20, 50, 100])
X = PERCENTAGES / 100
POWER, EXPONENTIAL, LOGARITHM = forecast.FAMILIES
#: What scipy fits: the formula, its bounds, and where it begins.
FORMULAS = {
    "power law": (
        lambda x, a, b, c: a - b * x**-c,
        ([0, 0, 0.05], [1, np.inf, 1]),
        [0.8, 0.1, 0.4],
    ),
    "exponential": (
        lambda x, a, b, c: a - b * np.exp(-c * x),
        ([0, 0, 0.1], [1, np.inf, 30]),
        [0.8, 0.2, 3],
    ),
    "logarithm": (
        lambda x, a, b: a + b * np.log(x),
        ([-np.inf, 0], [np.inf, np.inf]),
        [0.7, 0.05],
    ),
}


def curve(values, error=0.01, n_test=24, percentages=PERCENTAGES):
    """Make a curve whose points vary by an error of which half is theirs alone."""
    rng = np.random.default_rng(0)
    shape = 2000, len(values)
    noise = rng.normal(size=shape) + rng.normal(size=(2000, 1))
    none = np.empty((0, len(values)))
    resampled = values + error * noise / np.sqrt(2)
    found = Estimate(np.array(values, float), resampled, none, none, n_test, 18)
    return forecast.Curve(np.array(percentages), 10 * np.array(percentages), found)


def extrapolated(one, times):
    return forecast.extrapolate(one, np.array(times, float), POWER, seed=1)


# Fits


@pytest.mark.parametrize("family", forecast.FAMILIES, ids=lambda family: family.title)
@pytest.mark.parametrize("seed", range(4))
def test_fits_are_those_of_scipy(family, seed):
    rng = np.random.default_rng(seed)
    scores = 0.75 - 0.1 * X**-0.4 + 0.01 * rng.normal(size=len(X))
    formula, bounds, begin = FORMULAS[family.title]
    # scipy divides residuals by what it is given.
    sigma = 1 / np.sqrt(np.arange(1, len(X) + 1))
    best, _ = curve_fit(formula, X, scores, begin, sigma, bounds=bounds)
    at = np.array([*X, 1.5, 2, 5])
    (found,) = forecast.fitted(family, X, scores[None], at)
    # The grid of rates is as fine as this.
    assert found == pytest.approx(formula(at, *best), abs=0.003)


def test_many_curves_are_fitted_as_each_by_itself():
    scores = np.random.default_rng(0).uniform(0.4, 0.8, (20, len(X)))
    at = np.array([1.0, 3.0])
    for family in forecast.FAMILIES:
        together = forecast.fitted(family, X, scores, at)
        alone = [forecast.fitted(family, X, one[None], at)[0] for one in scores]
        np.testing.assert_allclose(together, alone)


@pytest.mark.parametrize("family", forecast.FAMILIES, ids=lambda family: family.title)
def test_no_curve_falls_or_leaves_the_range_of_scores(family):
    falling, steep = [0.8, 0.7, 0.6, 0.5, 0.4], [0.1, 0.3, 0.5, 0.75, 0.99]
    at = np.geomspace(0.05, 100, 50)
    found = forecast.fitted(family, X, np.array([falling, steep]), at)
    assert (np.diff(found) >= 0).all() and found.max() <= 1
    assert found[0] == pytest.approx(np.average(falling, weights=range(1, 6)))


# Refusals


def test_curves_that_do_not_certainly_rise_are_refused():
    assert curve([0.5, 0.52, 0.55, 0.58, 0.6]).refusal() == ""
    assert curve([0.6, 0.6, 0.61, 0.59, 0.6]).refusal() == forecast.FLAT
    assert curve([0.8, 0.75, 0.7, 0.65, 0.6]).refusal() == forecast.FALLS
    # It rises on the whole, and falls where most labels are.
    assert curve([0.3, 0.5, 0.6, 0.7, 0.6]).refusal() == forecast.FALLS
    assert curve([0.5, 0.52, 0.55, 0.58, 0.6], error=0.2).refusal() == forecast.FLAT


def test_few_points_and_few_speakers_are_refused():
    few = curve([0.5, 0.6, 0.7], percentages=[10, 50, 100])
    assert few.refusal() == "there are fewer than 4 different numbers of labels"
    same = curve([0.5, 0.52, 0.55, 0.58, 0.6])
    same = same._replace(utterances=np.array([3, 3, 3, 4, 8]))
    assert same.refusal() == few.refusal()
    same = same._replace(utterances=np.array([3, 3, 3, 4, 5, 8])[1:])
    assert same.refusal() == "" and forecast.choose([same]) is POWER
    few = curve([0.5, 0.52, 0.55, 0.58, 0.6], n_test=3)
    assert few.refusal() == "there are fewer than 4 test speakers"


def test_percentages_above_half_of_the_largest_alone_are_no_error():
    one = curve([0.5, 0.54, 0.57, 0.6], percentages=[60, 70, 80, 100])
    assert one.refusal() == ""
    assert forecast.choose([one]) is POWER


# The choice


@pytest.mark.parametrize(
    ("scores", "best"),
    [
        (0.8 - 0.15 * X**-0.3, POWER),
        (0.7 - 0.3 * np.exp(-4 * X), EXPONENTIAL),
        (0.6 + 0.05 * np.log(X), LOGARITHM),
    ],
)
def test_the_family_that_made_a_curve_is_chosen(scores, best):
    assert forecast.choose([curve(scores)]) is best


def test_all_rising_curves_choose_together():
    ends, goes_on = curve(0.7 - 0.3 * np.exp(-4 * X)), curve(0.4 + 0.1 * np.log(X))
    errors = np.zeros(3)
    for one in (ends, goes_on):
        for i, family in enumerate(forecast.FAMILIES):
            values = one.found.values
            (found,) = forecast.fitted(family, X[:4], values[None, :4], X[4:])
            errors[i] += (found[0] - values[4]) ** 2
    chosen = forecast.FAMILIES[errors.argmin()]
    assert forecast.choose([ends, goes_on]) is chosen
    # What is refused has no say.
    flat = curve([0.3, 0.4, 0.5, 0.6, 0.9], error=1)
    assert flat.refusal() == forecast.FLAT
    assert forecast.choose([ends, goes_on, *10 * [flat]]) is chosen


# Forecasts


def test_a_curve_without_noise_is_drawn_out_as_it_is():
    def truth(x):
        return 0.8 - 0.15 * x**-0.3

    found = extrapolated(curve(truth(X), error=1e-6), [1.5, 2, 5, 10])
    times = np.array([1.5, 2, 5, 10])
    assert found.values["score"] == pytest.approx(truth(times), abs=0.004)
    assert found.values["gain"] == pytest.approx(truth(times) - truth(1), abs=0.004)
    # The other families, which count as much, say less and more.
    assert (found.low["gain"] < found.values["gain"] - 0.005).all()
    assert (found.values["gain"] + 0.005 < found.high["gain"]).all()


def test_intervals_are_wider_the_further_out_and_hold_the_forecast():
    found = extrapolated(curve(0.8 - 0.15 * X**-0.3), [1.5, 2, 5, 10])
    for name in ("score", "gain"):
        assert (np.diff(found.high[name] - found.low[name]) > 0).all()
        assert (found.low[name] <= found.values[name]).all()
        assert (found.values[name] <= found.high[name]).all()
    assert found.high["score"].max() <= 1


def test_a_gain_is_surer_than_a_score_where_errors_are_shared():
    found = extrapolated(curve(0.8 - 0.15 * X**-0.3, error=0.03), [1.5])
    width = {name: found.high[name] - found.low[name] for name in ("score", "gain")}
    assert width["gain"] < 0.8 * width["score"]


def test_new_speakers_add_what_they_added_for_each_doubling_and_for_one_at_most():
    one = curve(0.8 - 0.15 * X**-0.3)
    more = Estimate(
        np.array([0.03]), np.full((2000, 1), 0.03), *2 * [np.empty((0, 1))], 24, 18
    )
    found = extrapolated(one._replace(new_speakers=more), [np.sqrt(2), 2, 5])
    for part in found:
        besides = part["gain_new_speakers"] - part["gain"]
        assert besides[:2] == pytest.approx([0.015, 0.03])
        assert np.isnan(besides[2])


# From predictions


@pytest.fixture(scope="module")
def made():
    """Predictions of a corpus whose accuracy follows a power law."""
    rng = np.random.default_rng(0)
    known = forecasting.CURVES["power law, rate 0.3"]
    return list(forecasting.made_up(forecasting.World(), known, rng))


@pytest.fixture(scope="module")
def tables(made):
    return forecast.forecast(made, resamples=500)


def test_scores_beyond_today_are_todays_and_the_gain(made, tables):
    today = np.mean(made[-1].predicted == made[-1].truth)
    rows = tables.forecast.query("metric == 'accuracy'")
    assert rows["times"].tolist() == [1.5, 2, 5, 10]
    assert rows["utterances"].tolist() == [1500, 2000, 5000, 10_000]
    assert (rows["score"] - rows["gain"]).tolist() == pytest.approx([today] * 4)
    assert rows["gain_new_speakers"].notna().tolist() == [True, True, False, False]
    assert set(tables.forecast["model"]) <= {one.title for one in forecast.FAMILIES}
    assert (tables.forecast["reason"] == "").all()


def test_a_back_test_is_the_forecast_without_the_larger_half(made, tables):
    before = forecast.forecast(made[:-1], resamples=500).forecast
    expected = before[before["times"] == 2].reset_index(drop=True)
    shared = [name for name in forecast.FORECAST if "new_speakers" not in name]
    pd.testing.assert_frame_equal(tables.back_test[shared], expected[shared])
    row = tables.back_test.query("metric == 'accuracy'").iloc[0]
    half, whole = (np.mean(one.predicted == one.truth) for one in made[-2:])
    assert row["measured_score"] == pytest.approx(whole)
    assert row["measured_gain"] == pytest.approx(whole - half)


def test_all_metrics_and_curves_have_their_rows(made):
    other = [one._replace(feature_set="code", halves=one.halves[:, :0]) for one in made]
    ignored = [one._replace(main=False, unit="segment") for one in made]
    tables = forecast.forecast([*made, *other, *ignored], resamples=500)
    assert len(tables.forecast) == 2 * 5 * 4 and len(tables.back_test) == 2 * 5
    of_code = tables.forecast["feature_set"] == "code"
    assert tables.forecast.loc[of_code, "gain_new_speakers"].isna().all()
    assert set(tables.speakers["feature_set"]) == {"midterm"}
    assert tables.speakers["difference"].dtype == float
    assert forecast.forecast(other, resamples=500).speakers.empty


def test_what_is_refused_has_a_reason_and_no_number(made):
    found = forecast.forecast(made[:2], resamples=500)
    assert (found.forecast["reason"] == forecast.FEW_POINTS).all()
    assert (found.back_test["reason"] == forecast.FEW_POINTS).all()
    numbers = ["score", "gain", "gain_low", "gain_high"]
    assert found.forecast[numbers].isna().all(axis=None)
    alone = forecast.forecast(made[-1:], resamples=500)
    assert len(alone.forecast) == 20 and alone.back_test.empty


def test_intervals_hold_the_truth_of_simulated_corpora():
    """A small version of performance/forecasting.py."""
    world = forecasting.World(each=20, draws=5, halvings=6)
    for name in ("power law, rate 0.3", "exponential, near its end"):
        table = forecasting.simulated(world, forecasting.CURVES[name], 6)
        given = table[table["reason"] == ""]
        assert len(given) >= 20
        assert min(forecasting.share_held(given, "true_score", "true_gain")) >= 0.85
    flat = forecasting.simulated(world, forecasting.CURVES["flat"], 6)
    assert (flat["reason"] != "").mean() > 0.6


def test_replicates_are_spread_as_intervals_are():
    one = curve([0.5, 0.6, 0.7, 0.75, 0.8], error=0.02, n_test=5).found
    ends = bootstrap.intervals(one)
    low, high = np.quantile(bootstrap.replicates(one), [0.025, 0.975], axis=0)
    # Quantiles of 2000 are known to within a twentieth of the width.
    assert low == pytest.approx(ends.low, abs=0.006)
    assert high == pytest.approx(ends.high, abs=0.006)
