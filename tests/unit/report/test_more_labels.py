"""What more labels would bring is told in sentences, or why that is not known."""

import pandas as pd
import pytest
from drawing import forecast, intervals

from speechcodes.report import more_labels

AHEAD = {"midterm": 0, "code": 0.05}
PERCENTAGES = (5, 10, 20, 50, 100)
NO_SPEAKERS = pd.DataFrame(
    columns=["feature_set", "classifier", "metric", "percentage", "difference_low"]
)


def speakers(difference, reach=0.02):
    """Make what 18 speakers score more than 9, of the codes and the SVM."""
    return pd.DataFrame(
        {"feature_set": "code", "classifier": "svm", "metric": "macro_f1"}
        | {"percentage": percentage, "utterances": 3 * percentage, "speakers": 18}
        | {"speakers_of_half": 9, "difference": difference - 0.1 * (percentage < 50)}
        | {"difference_low": difference - reach, "difference_high": difference + reach}
        for percentage in (50, 20)
    )


def tell(reasons=None, of=NO_SPEAKERS):
    found = forecast(AHEAD, reasons=reasons)
    return more_labels.tell(intervals(AHEAD, PERCENTAGES), found, of, "macro_f1")


def test_each_classifier_is_told_of_with_its_best_set_the_best_first():
    told = tell()
    assert [(one.classifier, one.feature_set) for one in told] == [
        ("svm", "code"),
        ("knn", "code"),
    ]


def test_the_forecast_in_words():
    assert tell()[0].forecast == (
        "SVM on codes: macro F1 is 0.750 with today's labels. Another 150 labelled "
        "utterances of the same speakers would bring about +0.012 (0.006 to 0.023); "
        "150 of new speakers +0.023 (0.012 to 0.047), if more speakers go on helping "
        "as they did so far. 10 times today's labels would bring +0.066 (0.033 to "
        "0.133)."
    )


def test_without_halves_nothing_is_said_of_new_speakers():
    found = forecast(AHEAD).assign(gain_new_speakers=float("nan"))
    measured = intervals(AHEAD, PERCENTAGES)
    told, _ = more_labels.tell(measured, found, NO_SPEAKERS, "macro_f1")
    assert "new speakers" not in told.forecast and told.speakers == ""


def test_a_refusal_gives_its_reason():
    told, other = tell({"code": "the curve does not certainly rise"})
    assert told.forecast == (
        "SVM on codes: macro F1 is 0.750 with today's labels. Nothing is promised of "
        "more of them: the curve does not certainly rise."
    )
    assert told.speakers == other.speakers == ""


@pytest.mark.parametrize(
    ("difference", "verdict"),
    [
        (
            0.03,
            "+0.030 (0.010 to 0.050) against 9: label new speakers rather than more",
        ),
        (-0.03, "-0.030 (-0.050 to -0.010) against 9: label more of the same speakers"),
        (0.01, "+0.010 (-0.010 to 0.030) against 9: which of both brings more is not"),
        (
            -0.0001,
            "+0.000 (-0.020 to 0.020) against 9: which of both brings more is not",
        ),
    ],
)
def test_who_to_label_next(difference, verdict):
    told = tell(of=speakers(difference))[0].speakers
    begin = "At equal numbers of utterances (150), 18 speakers score "
    assert told.startswith(begin + verdict)


def test_how_often_forecasts_held():
    table = pd.DataFrame(
        {"metric": "macro_f1", "reason": reason, "measured_gain": gain}
        | {"gain_low": 0.0, "gain_high": 0.02, "measured_score": 0.6}
        | {"score_low": 0.5, "score_high": 0.7}
        for gain, reason in [(0.01, ""), (0.03, ""), (0.02, ""), (0.01, "it falls")]
    )
    told = more_labels.held(table, "macro_f1")
    assert "brought in 2 of 3 curves, and the score with all in 3;" in told
    assert more_labels.held(table, "uar") == ""
    assert "brought in 1 of 1 curve," in more_labels.held(table[:1], "macro_f1")
