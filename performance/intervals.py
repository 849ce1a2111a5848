"""How long the statistics of a comparison of the published study's size take, with the
default numbers of resamples and shuffles. Predictions are made up: five classifiers, 50
percentages, 10 draws and two feature sets of 1236 test utterances by 60 speakers.

    PYTHONPATH=scripts .venv/bin/python performance/intervals.py
"""

import time

import measure
import numpy as np
from made_up import CLASSIFIERS

from speechcodes.experiment import comparison, conclusions
from speechcodes.experiment.predictions import Predicted
from speechcodes.records import VALENCE

UTTERANCES, SPEAKERS, DRAWS = 1236, 60, 10
PERCENTAGES = range(2, 101, 2)
FEATURE_SETS = ("midterm", "code")


def made_up(rng):
    """Yield predictions that are right more often the more labels there are."""
    truth = rng.integers(0, 3, UTTERANCES)
    numbers = rng.integers(0, SPEAKERS, UTTERANCES)
    speakers = np.array([f"speaker {number}" for number in numbers], object)
    shape = DRAWS, UTTERANCES
    for classifier in CLASSIFIERS:
        for percentage in PERCENTAGES:
            known = 0.1 + percentage / 500
            for feature_set in FEATURE_SETS:
                guesses = rng.integers(0, 3, shape)
                yield Predicted(
                    feature_set,
                    classifier,
                    percentage,
                    n_training_utterances=10 * percentage,
                    unit="utterance",
                    main=True,
                    truth=truth,
                    utterance=np.arange(UTTERANCES),
                    speaker=speakers,
                    predicted=np.where(rng.random(shape) < known, truth, guesses),
                    classes=VALENCE,
                )


def main():
    """Compare once, and print what it took."""
    measure.heading("Intervals and conclusions", __doc__)
    start = time.perf_counter()
    tables = comparison.compare(made_up(np.random.default_rng(0)))
    conclusions.conclusions(tables.intervals, tables.differences, tables.areas)
    seconds = time.perf_counter() - start
    measure.table(["seconds", "peak MB"], [(seconds, measure.own_peak_memory())])


if __name__ == "__main__":
    main()
