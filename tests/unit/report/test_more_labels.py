"""What more labels would bring is told in sentences, or why that is not known."""

import drawing
import pandas as pd
import pytest

from speechcodes.report import more_labels

AHEAD = {"midterm": 0, "code": 0.05}


def told(fair, forecast=None, speakers=None):
    """What is told of codes with the SVM, whose score is the highest."""
    forecast = drawing.forecast(AHEAD) if forecast is None else forecast
    speakers = drawing.speakers(0.03) if speakers is None else speakers
    found = fair.statistics["30k"]._replace(forecast=forecast, speakers=speakers)
    best = found.best("macro_f1")
    return more_labels.would_help(found, best), more_labels.of_whom(found, best)


def test_the_forecast_in_words(fair):
    assert told(fair)[0] == (
        "150 more labelled utterances of the same speakers would add about 0.012 "
        "(0.006 to 0.023) to macro F1, 150 of new speakers 0.023 (0.012 to 0.047)."
    )


def test_without_halves_nothing_is_said_of_new_speakers(fair):
    forecast = drawing.forecast(AHEAD).assign(gain_new_speakers=float("nan"))
    would_help, of_whom = told(fair, forecast, drawing.speakers(0.03)[:0])
    assert "new speakers" not in would_help and of_whom == ""


def test_a_refusal_gives_its_reason(fair):
    refused = drawing.forecast(AHEAD, reasons={"code": "the curve falls"})
    assert told(fair, refused)[0] == "Nothing can be promised: the curve falls."


@pytest.mark.parametrize(
    ("difference", "verdict"),
    [
        (
            0.03,
            "With 150 utterances either way, 18 speakers teach 0.030 (0.010 to 0.050) "
            "more than 9 (not corrected): prefer new speakers.",
        ),
        (
            -0.03,
            "With 150 utterances either way, 18 speakers teach -0.030 (-0.050 to "
            "-0.010) more than 9 (not corrected): prefer the same speakers.",
        ),
        (0.01, "Whether new speakers help more than the same ones is not clear."),
    ],
)
def test_whose_speech_to_label_next(fair, difference, verdict):
    assert told(fair, speakers=drawing.speakers(difference))[1] == verdict


def test_how_often_forecasts_held():
    table = pd.DataFrame(
        {"metric": "macro_f1", "reason": reason, "measured_gain": gain}
        | {"gain_low": 0.0, "gain_high": 0.02, "measured_score": 0.6}
        | {"score_low": 0.5, "score_high": 0.7}
        for gain, reason in [(0.01, ""), (0.03, ""), (0.02, ""), (0.01, "it falls")]
    )
    told = more_labels.held(table, "macro_f1")
    assert "gain in 2 of 3 curves, and the final score in 3." in told
    assert more_labels.held(table, "uar") == ""
    assert "gain in 1 of 1 curve," in more_labels.held(table[:1], "macro_f1")
