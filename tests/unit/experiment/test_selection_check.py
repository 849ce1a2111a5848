"""Criteria stand beside scores, and correlate as SciPy says."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from speechcodes.experiment import selection_check
from speechcodes.names import CRITERIA


def metrics(*losses, loss="mse", first="a"):
    """Autoencoders a, b, c ... whose criteria all follow their losses."""
    return [
        {
            "name": chr(ord(first) + i),
            "loss": loss,
            **dict.fromkeys(CRITERIA, value),
            "speaker_share": None,
            "validation_mse": 10 * value,
            "restored_mse": 20 * value,
        }
        for i, value in enumerate(losses)
    ]


def trial(score, classifiers=("svm", "random_forest")):
    """Scores of two percentages and draws around one, 0.1 higher with the second."""
    return pd.DataFrame(
        {
            "classifier": name,
            "percentage": percentage,
            "draw": draw,
            "macro_f1": score + 0.1 * position + (percentage - 50) / 1000 + shift,
            "uar": 0.5,
        }
        for position, name in enumerate(classifiers)
        for percentage in (40, 60)
        for draw, shift in enumerate([-0.02, 0.02])
    )


def made(losses, scores, chosen="a", **settings):
    found = metrics(*losses, **settings)
    return selection_check.table(found, [trial(score) for score in scores], chosen)


def test_scores_are_means_over_percentages_draws_and_classifiers():
    table = made([0.3, 0.1], [0.4, 0.5], chosen="b")
    assert list(table) == [
        *("name", "chosen", *CRITERIA, "metric"),
        *("svm", "random_forest", "score"),
    ]
    assert table["chosen"].tolist() == [False, True]
    assert table["svm"].tolist() == pytest.approx([0.4, 0.5])
    assert table["random_forest"].tolist() == pytest.approx([0.5, 0.6])
    assert table["score"].tolist() == pytest.approx([0.45, 0.55])
    assert set(table["metric"]) == {"macro_f1"}
    assert table["speaker_share"].isna().all()


@pytest.mark.parametrize(
    ("metric", "shown"), [("uar", "uar"), ("accuracy", "macro_f1")]
)
def test_the_metric_is_that_of_the_statistics_where_trials_have_it(metric, shown):
    found = selection_check.table(metrics(0.1), [trial(0.4)], "a", metric)
    assert found["metric"].tolist() == [shown]
    assert found["score"].item() == pytest.approx(0.5 if metric == "uar" else 0.45)


def test_several_loss_functions_are_compared_by_squared_errors():
    found = [*metrics(0.3), *metrics(0.2, loss="binary_crossentropy", first="b")]
    table = selection_check.table(found, [trial(0.4), trial(0.5)], "a")
    assert table["validation_mse"].tolist() == [3, 2]
    assert table["restored_mse"].tolist() == [6, 4]
    assert selection_check.directions(table) == {
        "validation_mse": False,
        "restored_mse": False,
        "instability": False,
        "speaker_share": False,
        "effective_dimensions": True,
    }


def test_no_correlation_is_claimed_of_two_or_of_what_is_all_the_same():
    one, other = pd.Series([1.0, 2, 3, 3, 4]), pd.Series([1.0, 3, 2, 2, 2])
    expected = pytest.approx(stats.spearmanr(one, other).statistic)
    assert selection_check.rank_correlation(one, other) == (expected, 5)
    rising = pd.Series([1.0, 2, 3, np.nan])
    assert selection_check.rank_correlation(rising, rising) == (pytest.approx(1), 3)
    found, n = selection_check.rank_correlation(rising[1:], rising[1:])
    assert np.isnan(found) and n == 2
    assert np.isnan(selection_check.rank_correlation(rising, pd.Series([1.0] * 4))[0])


def test_every_criterion_is_correlated_with_the_score():
    # Of three autoencoders, the score falls as all criteria grow.
    table = made([1, 2, 3], [0.6, 0.5, 0.4])
    found = selection_check.correlations(table)
    assert list(found) == list(CRITERIA)
    correlation, n = found.pop("speaker_share")
    assert np.isnan(correlation) and n == 0
    assert list(found.values()) == [(pytest.approx(-1), 3)] * 4
    assert selection_check.best(table)["name"] == "a"
