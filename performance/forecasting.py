"""How often forecasts of more labels hold.

First of simulated corpora, whose curves are known: predictions are right as often as a
curve says, give or take the test speaker, the utterance, the draw and the training
speakers; five percentages from 5 to 100, a hundred runs of each curve. Then, of
finished runs (folders of results), what curves up to half of the largest percentage
forecast for that percentage; a gain is what it brings over the half.

    PYTHONPATH=scripts .venv/bin/python performance/forecasting.py [RESULTS ...]
"""

import sys
from pathlib import Path
from typing import NamedTuple

import measure
import numpy as np
import pandas as pd
from scipy import stats

from speechcodes.experiment import forecast, predictions
from speechcodes.experiment.predictions import Predicted
from speechcodes.records import VALENCE

PERCENTAGES = (5, 10, 20, 50, 100)
#: Scores by labels, as a share of today's.
CURVES = {
    "power law, rate 0.3": lambda x: 0.8 - 0.2 * x**-0.3,
    "power law, rate 0.7": lambda x: 0.75 - 0.05 * x**-0.7,
    "logarithm": lambda x: 0.6 + 0.05 * np.log(x),
    "exponential, still rising": lambda x: 0.75 - 0.3 * np.exp(-1.5 * x),
    "exponential, near its end": lambda x: 0.7 - 0.25 * np.exp(-5 * x),
    "flat": lambda x: 0.6 + 0 * x,
}


class World(NamedTuple):
    """Who speaks, and what scores vary by, as standard deviations of the score."""

    test: int = 24  # speakers
    each: int = 40  # utterances of a speaker
    training: int = 18  # speakers
    draws: int = 10
    halvings: int = 10
    of_test_speaker: float = 0.08
    of_draw: float = 0.03  # at the smallest percentage
    of_training_speaker: float = 0.06
    new_speakers: float = 0.02  # what half the training speakers lack


def made_up(world, curve, rng):
    """Yield the predictions of one simulated corpus, as `predictions.read_folds`."""
    n = world.test * world.each
    owner = np.repeat(np.arange(world.test), world.each)
    truth = rng.integers(0, 3, n)
    of_test = world.of_test_speaker * rng.normal(size=world.test)[owner]
    of_training = world.of_training_speaker * rng.normal(size=world.training)
    is_first = np.array(
        [
            rng.permutation(world.training) < world.training // 2
            for _ in range(world.halvings)
        ]
    )
    first = [of_training[one].mean() for one in is_first]
    second = [of_training[~one].mean() for one in is_first]
    hardness = rng.normal(size=n)
    for percentage in PERCENTAGES:
        x = percentage / 100
        # A draw of all is always the same.
        of_draw = world.of_draw * np.sqrt(PERCENTAGES[0] / percentage)

        def right(level, share, of_draw=of_draw):
            level = level + of_draw * np.sqrt(1 - share) * rng.normal(size=len(level))
            own = rng.normal(size=(len(level) if share < 1 else 1, n))
            hard = np.sqrt(0.7) * hardness + np.sqrt(0.3) * own
            is_right = stats.norm.cdf(hard) < level[:, None] + of_test
            return np.where(is_right, truth, (truth + rng.integers(1, 3, n)) % 3)

        level = curve(x) + of_training.mean()
        halves = np.ravel([first, second], order="F") + curve(x) - world.new_speakers
        yield Predicted(
            "midterm",
            "svm",
            percentage,
            n_training_utterances=10 * percentage,
            unit="utterance",
            main=True,
            truth=truth,
            utterance=np.arange(n),
            speaker=np.array([f"speaker {s}" for s in owner], object),
            predicted=right(np.full(world.draws, level), x),
            classes=VALENCE,
            halves=right(halves, min(2 * x, 1))[None],
            n_training_voices=world.training,
        )


def simulated(world, curve, runs):
    """Return forecasts of accuracy of some runs, and what the curve says."""
    tables = []
    for seed in range(runs):
        rng = np.random.default_rng(seed)
        found = forecast.forecast(made_up(world, curve, rng), resamples=500)
        tables.append(found.forecast[found.forecast["metric"] == "accuracy"])
    table = pd.concat(tables)
    times = table["times"].to_numpy()
    return table.assign(true_score=curve(times), true_gain=curve(times) - curve(1))


def share_held(table, score, gain):
    """Return how often forecasts' intervals of score and gain hold two columns."""
    return [
        float(table[column].between(table[f"{of}_low"], table[f"{of}_high"]).mean())
        for of, column in (("score", score), ("gain", gain))
    ]


def rows_of_curves(runs=100):
    """Yield a row of numbers for each curve and number of times."""
    for name, curve in CURVES.items():
        for times, table in simulated(World(), curve, runs).groupby("times"):
            given = table[table["reason"] == ""]
            held = share_held(given, "true_score", "true_gain")
            means = given[["gain", "gain_low", "gain_high"]].mean()
            true = float(table["true_gain"].iloc[0])
            yield name, float(times), len(given) / runs, *held, true, *means


def of_run(results, metric="macro_f1"):
    """Yield a row of numbers for each classifier of a folder of results."""
    paths = sorted(Path(results).glob("fold*/predictions/*/*/*-*.h5"))
    found = forecast.forecast(predictions.read_folds(list(map(str, paths)))).back_test
    # Features that know no segments are the same in each variant.
    same = ["feature_set", "classifier", "measured_score", "measured_gain"]
    table = found[found["metric"] == metric].drop_duplicates(same)
    for classifier, rows in table.groupby("classifier", sort=False):
        given = rows[rows["reason"] == ""]
        numbers = 6 * ["-"]
        if len(given):
            held = share_held(given, "measured_score", "measured_gain")
            columns = ["measured_gain", "gain", "gain_low", "gain_high"]
            numbers = [*held, *given[columns].mean()]
        models = ", ".join(sorted(set(given["model"]))) or "-"
        counts = len(rows), len(given)
        yield Path(results).name, classifier, *counts, models, *numbers


def main(*folders):
    """Print how often intervals hold."""
    measure.heading("Forecasts of more labels", __doc__)
    header = ["score held", "gain held", "true gain", "gain", "low", "high"]
    measure.table(["curve", "times", "given", *header], rows_of_curves())
    header[2] = "measured gain"
    columns = ["run", "classifier", "curves", "given", "model", *header]
    measure.table(columns, (row for folder in folders for row in of_run(folder)))


if __name__ == "__main__":
    main(*sys.argv[1:])
