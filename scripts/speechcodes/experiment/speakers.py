"""More speakers, or more utterances of the same ones: at equal numbers of utterances.

Of half the training speakers twice the percentage is drawn, so that up to 50 per cent
as much is learned from as of all of them: see `draws.Protocol.halved`. What all
speakers score more than half of them is what the other half brings by being other
speakers.

Both halves of each halving count, so that every training speaker is in the mean of the
halves as in the whole: whoever they are, it is the same for both, and their variance
falls out of the difference. Test speakers are resampled alike for both, and draws and
halves each by themselves; see `bootstrap`.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from speechcodes.experiment import bootstrap
from speechcodes.experiment.bootstrap import Estimate, Resampling
from speechcodes.experiment.metrics import METRICS
from speechcodes.experiment.predictions import Predicted

#: The largest percentage at which half the speakers give as many utterances as all.
LARGEST = 50
#: What is told of each percentage, each with a low and a high end.
TOLD = ("same_speakers", "new_speakers", "difference")
COLUMNS = ["percentage", "utterances", "speakers", "speakers_of_half", "metric"]
COLUMNS += [end for name in TOLD for end in (name, f"{name}_low", f"{name}_high")]


class Both(NamedTuple):
    """Scores of as many utterances, of all training speakers and of half of them.

    Neither holds the variance of training speakers; see the module.
    """

    all: Estimate
    half: Estimate
    utterances: int
    speakers: int


def both(predicted: Predicted, whole: Estimate, resampling: Resampling) -> Both | None:
    """Return `Both` at one point of a curve.

    None where there are no halves, or fewer utterances of a half than of the whole.

    Parameters
    ----------
    predicted : Predicted
    whole : Estimate
        Of the same predictions, by the same resampling.
    resampling : Resampling
    """
    n_cases = len(predicted.truth)
    halves = predicted.halves.reshape(-1, n_cases)
    if not len(halves) or predicted.percentage > LARGEST:
        return None
    without = np.empty((1, 0, n_cases), np.int8)
    of_halves = predicted._replace(predicted=halves, halves=without)
    return Both(
        _of_these_speakers(whole),
        _of_these_speakers(bootstrap.estimate(of_halves, resampling)),
        predicted.n_training_utterances,
        predicted.n_training_voices,
    )


def _of_these_speakers(found):
    """An estimate without what other training speakers would change."""
    return found._replace(halved=found.halved[:0], drawn=found.drawn[:0])


def table(curve: Mapping[int, Both]) -> pd.DataFrame:
    """Compare both ways to get from half a number of utterances to the whole of it.

    Parameters
    ----------
    curve : dict of int to Both
        By percentage.

    Returns
    -------
    pd.DataFrame
        The columns `COLUMNS`, a row per percentage and metric. `utterances` and
        `speakers` are those of all training speakers, `speakers_of_half` those of the
        smaller half. `same_speakers` is what the second half of the utterances brings
        if they are of the same half of the speakers, `new_speakers` if they are of the
        other half; both NaN where half the percentage was not learned from.
        `difference` is the latter minus the former, or the score of all speakers minus
        that of half of them. Each has a low and a high end: 95 % intervals, NaN of few
        test speakers.
    """
    if not curve:
        return pd.DataFrame(columns=COLUMNS)
    tables = [_of_percentage(curve, percentage) for percentage in sorted(curve)]
    return pd.concat(tables, ignore_index=True)


def _of_percentage(curve, percentage):
    one, before = curve[percentage], curve.get(percentage / 2)
    found = {"difference": one.all - one.half}
    if before:
        found["same_speakers"] = one.half - before.half
        found["new_speakers"] = one.all - before.half
    numbers = {
        "percentage": percentage,
        "utterances": one.utterances,
        "speakers": one.speakers,
        "speakers_of_half": one.speakers // 2,
        "metric": METRICS,
    }
    for name, estimate in found.items():
        ends = bootstrap.intervals(estimate)
        numbers |= {name: estimate.values}
        numbers |= {f"{name}_low": ends.low, f"{name}_high": ends.high}
    return pd.DataFrame(numbers).reindex(columns=COLUMNS)
