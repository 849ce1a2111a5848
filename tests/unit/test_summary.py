"""The page at the end says what went in, what was chosen and what came out."""

import re

import pandas as pd
import pytest

from speechcodes import summary

PERCENTAGES = [5, 20, 45, 100]


def scores():
    """Return scores worked out by hand: 0.005 for each per cent, 0.1 for draw 1."""
    rows = [
        {
            "segment": "30k",
            "feature_set": feature_set,
            "classifier": classifier,
            "percentage": percentage,
            "n_training_utterances": 3 * percentage,
            "draw": draw,
            "unit": unit,
            **dict.fromkeys(["weighted_f1", "uar", "accuracy"], 0.999),
            "macro_f1": (percentage / 200 + draw / 10 + (feature_set == "code") / 100)
            * (unit == "utterance"),
        }
        for classifier in ("svm", "knn")
        for feature_set in ("midterm", "code")
        for percentage in PERCENTAGES
        for draw in (0, 1)
        for unit in ("utterance", "segment")
    ]
    return pd.DataFrame(rows)


UTTERANCES = pd.DataFrame(
    [
        ("u1", "anna", "negative", "training"),
        ("u2", "anna", "positive", "training"),
        ("u3", "ben", "positive", "training"),
        ("u4", "carl", "neutral", "test"),
        ("u5", "", "neutral", ""),
    ],
    columns=["utterance", "speaker", "label", "split"],
)
SEGMENTS = pd.DataFrame(
    {"segment": ["30k"], "split": ["training"], "segments": [12345]}
)
REJECTED = pd.DataFrame(
    {"stage": ["midterm"], "reason": ["not_finite"], "count": [678]}
)
CHANCE = pd.DataFrame(
    {
        "segment": ["30k", "30k"],
        "unit": ["utterance", "segment"],
        "macro_f1": [0.3333, 0.9876],
    }
)
CHOICES = {
    "30k": {
        "name": "study3_latent64",
        "encoder_parameters": 438896,
        "training_loss": 0.0312345678,
        "validation_loss": 0.03,
        "mean_spectrogram_loss": 0.05,
        "epochs": 17,
        "device": "never shown",
    }
}


def page(reader="ravdess", **changed):
    tables = {
        "utterances": UTTERANCES,
        "segments": SEGMENTS,
        "rejected": REJECTED,
        "scores": scores(),
        "chance": CHANCE,
    }
    return summary.page("corpus one", reader, choices=CHOICES, **{**tables, **changed})


def section(text, heading):
    """Return what stands under a heading."""
    return re.split(r"^## ", text.split(f"## {heading}")[1], flags=re.M)[0]


def cells(text):
    """Return the rows of a Markdown table as lists of texts."""
    rows = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


def test_the_demo_is_plainly_called_synthetic_before_any_number():
    text = page("demo")
    head = text.split("##")[0]
    assert "synthetic" in head
    assert "eSpeak NG" in head and "nothing about people" in head


@pytest.mark.parametrize("reader", ["msp_podcast", "ravdess", "emodb", "table"])
def test_no_other_corpus_is_called_synthetic(reader):
    assert "ynthetic" not in page(reader)


def test_utterances_and_speakers_are_counted_per_split():
    header, _, *rows = cells(section(page(), "Utterances"))
    assert header == ["split", "negative", "neutral", "positive", "speakers"]
    assert rows[:3] == [
        ["training", "1", "0", "2", "2"],
        ["test", "0", "1", "0", "1"],
        ["in no split", "0", "1", "0", "0"],
    ]


def test_rejects_are_listed():
    assert ["midterm", "not_finite", "678"] in cells(section(page(), "Left out"))


def test_without_rejects_nothing_is_left_out():
    text = section(page(rejected=REJECTED.iloc[:0]), "Left out")
    assert text.strip() == "Nothing."


def test_the_choice_of_each_variant_is_told_with_its_size_and_losses():
    header, _, row = cells(section(page(), "Autoencoders chosen"))
    told = dict(zip(header, row, strict=True))
    assert told["segment"] == "30k" and told["name"] == "study3_latent64"
    assert told["encoder_parameters"] == "438896" and told["epochs"] == "17"
    assert told["training_loss"] == "0.03123" and told["validation_loss"] == "0.03"
    assert "device" not in told


def test_guessing_is_quoted_for_utterances():
    text = section(page(), "Macro F1 of test utterances, segments 30k")
    assert "Guessing gives 0.333." in text
    assert "2 draws" in text and "300 labelled utterances" in text


def test_every_variant_has_a_section_of_its_own():
    both = pd.concat([scores(), scores().assign(segment="20k")])
    chance = pd.concat([CHANCE, CHANCE.assign(segment="20k", macro_f1=0.25)])
    text = page(scores=both, chance=chance)
    for segment, guess in [("30k", "0.333"), ("20k", "0.250")]:
        of_segment = section(text, f"Macro F1 of test utterances, segments {segment}")
        assert f"Guessing gives {guess}." in of_segment


def test_the_score_table_quotes_the_nearest_percentages_there_are():
    table = summary.score_table(scores())
    # Of 5, 20, 45 and 100, 5 is nearest to 10, 45 to 50.
    assert list(table.columns) == ["classifier", "feature_set", "5 %", "45 %", "100 %"]


def test_the_score_table_gives_mean_and_sample_deviation_of_utterances():
    table = summary.score_table(scores()).set_index(["classifier", "feature_set"])
    assert len(table) == 4
    # Two draws 0.1 apart: deviation 0.1 / sqrt(2) = 0.0707.
    assert table.loc[("svm", "midterm"), "45 %"] == "0.275 ± 0.071"
    assert table.loc[("knn", "code"), "100 %"] == "0.560 ± 0.071"


def test_a_percentage_nearest_to_several_is_quoted_once():
    only = scores()[scores()["percentage"] == 20]
    table = summary.score_table(only)
    assert list(table.columns) == ["classifier", "feature_set", "20 %"]


def test_one_draw_has_no_deviation_and_is_shown_all_the_same():
    table = summary.score_table(scores()[scores()["draw"] == 0])
    assert table.loc[0, "100 %"] == "0.500 ± 0.000"
