"""The page at the end answers, warns, and says what went in and came out."""

import re

import numpy as np
import pandas as pd
import pytest

from speechcodes.autoencoders import selection
from speechcodes.experiment import confounds, selection_check
from speechcodes.report import summary
from speechcodes.storage.files import read_scores, read_table, write_table

PERCENTAGES = [5, 20, 45, 100]


def intervals(draws=10, resampled="2 test speakers"):
    """Return scores worked out by hand: 0.005 for each per cent, 0.01 for codes."""
    rows = [
        {
            "feature_set": feature_set,
            "classifier": classifier,
            "percentage": percentage,
            "n_training_utterances": 3 * percentage,
            "unit": unit,
            "n": 60 if unit == "utterance" else 240,
            "main": unit == "utterance",
            "draws": draws,
            "resampled": resampled,
            "metric": metric,
            "score": score,
            "low": score - 0.05,
            "high": score + 0.03,
        }
        for classifier in ("svm", "knn")
        for feature_set in ("midterm", "code")
        for percentage in PERCENTAGES
        for unit in ("segment", "utterance")
        for metric in ("weighted_f1", "macro_f1")
        for score in [
            percentage / 200
            + (feature_set == "code") / 100
            + (unit == "segment") * 0.1
            + (metric == "weighted_f1") * 0.2
        ]
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
    {
        "segment": ["30k"],
        "split": ["training"],
        "label": ["neutral"],
        "utterances": [30],
        "kept": [30],
        "dropped": [0],
        "segments": [12345],
        "class_share_before": [100.0],
        "class_share_after": [100.0],
        "class_share_change": [0.0],
    }
)
REJECTED = pd.DataFrame(
    {"stage": ["corpus"], "reason": ["unmapped_emotion"], "count": [678]}
)
CHOICES = {
    "30k": {
        "name": "study3_latent64",
        "encoder_parameters": 438896,
        "training_loss": 0.0312345678,
        "validation_loss": 0.03,
        "mean_spectrogram_loss": 0.05,
        "restored_loss": 0.04,
        "instability": 0.25,
        "speaker_share": None,
        "effective_dimensions": 12.5,
        "epochs": 17,
        "device": "never shown",
    }
}
#: Levels of chance of two classifiers, by two metrics.
CHANCE = pd.DataFrame(
    {
        "metric": ["macro_f1", "macro_f1", "uar"],
        "score": [0.3, 0.32, 0.9],
        "low": [0.25, 0.26, 0.8],
        "high": [0.35, 0.36, 0.99],
    }
)
CONCLUSIONS = pd.DataFrame(
    {
        "ahead": ["code", ""],
        "baseline": "midterm",
        "feature_set": "code",
        "sentence": ["SVM: codes are ahead.", "k-NN: no difference that is certain."],
    }
)
#: Enough speakers, and nothing to say against them.
FAIR = pd.DataFrame(
    [
        dict.fromkeys(confounds.COLUMNS, "")
        | {"quantity": quantity, "split": split, "label": "all", "value": value}
        for split in ("training", "test")
        for quantity, value in [("speakers", 20), ("utterances", 300)]
    ]
)
LEAVE_OUT = object()


def page(reader="ravdess", metric="macro_f1", **changed):
    tables = {
        "intervals": {"30k": intervals()},
        "chance": {"30k": CHANCE},
        "conclusions": {"30k": CONCLUSIONS},
        "confounded": FAIR,
        "utterances": UTTERANCES,
        "rejected": REJECTED,
        "segments": SEGMENTS,
        "choices": CHOICES,
        **changed,
    }
    tables = {name: t for name, t in tables.items() if t is not LEAVE_OUT}
    return summary.page({"name": "corpus one", "reader": reader}, metric, **tables)


def section(text, heading):
    """Return what stands under a heading."""
    return re.split(r"^## ", text.split(f"## {heading}\n")[1], flags=re.M)[0]


def headings(text):
    return re.findall(r"^##? (.*)$", text, flags=re.M)


def bullets(text):
    return [line[2:] for line in text.splitlines() if line.startswith("- ")]


def cells(text):
    """Return the rows of a Markdown table as lists of texts."""
    rows = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


def test_the_answer_comes_first_and_then_what_is_wrong_with_it():
    assert headings(page()) == [
        "corpus one",
        "Answer",
        "Warnings",
        "Utterances",
        "Left out",
        "Autoencoders chosen",
        "Macro F1, segments 30k",
    ]


def test_the_demo_is_plainly_called_synthetic_before_any_number():
    text = page("demo")
    head = text.split("##")[0]
    assert "synthetic" in head
    assert "eSpeak NG" in head and "nothing about people" in head


@pytest.mark.parametrize("reader", ["msp_podcast", "ravdess", "emodb", "table"])
def test_no_other_corpus_is_called_synthetic(reader):
    assert "ynthetic" not in page(reader)


def test_tables_may_come_from_files(tmp_path):
    tables = {
        "intervals": ({"30k": intervals()}, read_scores),
        "chance": ({"30k": CHANCE}, read_scores),
        "conclusions": ({"30k": CONCLUSIONS}, read_table),
    }
    stored = {}
    for name, (table, read) in tables.items():
        write_table(tmp_path / name, table["30k"], float_format="%.6g")
        stored[name] = {"30k": read(tmp_path / name)}
    assert page(**stored) == page()


# The answer


def test_the_answer_has_every_sentence_and_how_sure_it_is():
    answer = section(page(), "Answer")
    assert bullets(answer) == list(CONCLUSIONS["sentence"])
    assert "at most about one in twenty" in answer
    assert "Segments 30k" not in answer, "which needs no saying"


def test_the_answers_of_several_variants_are_told_apart():
    other = CONCLUSIONS.assign(sentence=["SVM: other.", "k-NN: other."])
    answer = section(page(conclusions={"20k": other, "30k": CONCLUSIONS}), "Answer")
    first, second = answer.split("Segments 30k:")
    assert "Segments 20k:" in first
    assert bullets(first) == ["SVM: other.", "k-NN: other."]
    assert bullets(second) == list(CONCLUSIONS["sentence"])
    assert answer.count("one in twenty") == 1


def test_a_single_feature_set_has_nothing_to_be_compared_with():
    answer = section(page(conclusions={"30k": CONCLUSIONS.iloc[:0]}), "Answer")
    assert answer.strip() == "One feature set alone: there is nothing to compare."


# Warnings


def warnings(**changed):
    return bullets(section(page(**changed), "Warnings"))


def test_without_anything_to_warn_of_it_says_so():
    assert section(page(), "Warnings").strip() == "None."


def test_an_unfair_corpus_is_warned_of():
    few = FAIR.assign(value=FAIR["value"].where(FAIR["split"] != "test", 4))
    (found,) = warnings(confounded=few)
    assert [found] == confounds.warnings(few)
    assert found.startswith("Known speakers of the test split: 4.")


def test_an_autoencoder_that_learned_nothing_is_warned_of():
    useless = {**CHOICES["30k"], "validation_loss": 0.05}
    assert warnings(choices={"20k": CHOICES["30k"]}) == []
    (found,) = warnings(choices={"20k": CHOICES["30k"], "30k": useless})
    assert found.startswith("Segments 30k:")
    assert "no better than the mean spectrogram" in found


def test_audio_that_could_not_be_used_is_warned_of_once():
    # Every stage that meets a file leaves it out.
    rows = [
        ("corpus", "missing_file", 4),
        ("midterm", "silent", 2),
        ("spectrograms_30k", "silent", 2),
        ("spectrograms_30k", "too_short", 900),
    ]
    table = pd.DataFrame(rows, columns=["stage", "reason", "count"])
    (found,) = warnings(rejected=table)
    assert found.startswith(
        "6 audio files could not be used (4 missing_file, 2 silent)"
    )


@pytest.mark.parametrize(("kept", "is_warned_of"), [(13, True), (19, False)])
def test_classes_that_leaving_out_the_short_moves_are_warned_of(kept, is_warned_of):
    # 20 utterances of each of two classes, of one of which some are too short.
    share = 100 * kept / (kept + 20)
    moved = pd.DataFrame(
        {
            "segment": "30k",
            "split": split,
            "label": label,
            "utterances": 20,
            "dropped": 20 - left,
            "class_share_before": 50.0,
            "class_share_after": after,
            "class_share_change": after - 50,
        }
        for split in ("unlabelled", "test")
        for label, left, after in [
            ("negative", 20, 100 - share),
            ("positive", kept, share),
        ]
    )
    found = warnings(segments=moved)
    assert len(found) == is_warned_of
    for sentence in found:
        # 20 of 33 are 61 %; the larger change is told, of equal ones the first.
        assert sentence.startswith(
            "Segments 30k leave out 7 of 40 test utterances as too short, and negative "
            "ones are 61 % of those left, 50 % before"
        )


@pytest.mark.parametrize(
    "draws, words", [(1, "1 draw of"), (9, "9 draws of"), (10, None)]
)
def test_few_draws_are_warned_of(draws, words):
    found = warnings(intervals={"30k": intervals(draws)})
    assert len(found) == (words is not None)
    assert all(words in one and "fewer than 10" in one for one in found)


def per_speaker(fewest):
    """Scores of codes that are normalised per speaker, of so many utterances."""
    return intervals().assign(fewest_of_speaker=fewest).replace("code", "code@speaker")


@pytest.mark.parametrize("fewest, words", [(1, "1 utterance:"), (9, "9 utterances:")])
def test_speakers_who_say_little_are_warned_of_where_features_rest_on_them(
    fewest, words
):
    (found,) = warnings(intervals={"30k": per_speaker(fewest)})
    assert found.startswith("Segments 30k: features are normalised per speaker (code@")
    assert words in found
    plain = intervals().assign(fewest_of_speaker=fewest)
    assert warnings(intervals={"30k": plain}) == []
    assert warnings(intervals={"30k": per_speaker(10)}) == []


def test_normalisation_per_speaker_is_told_in_plain_words():
    told = summary.describe(per_speaker(12))
    assert "Per speaker (code@speaker): " in told
    assert "in the test split too, and without looking at labels" in told
    assert told.endswith("the speaker with the fewest has 12 utterances.")
    assert "speaker (" not in summary.describe(intervals())


def test_different_units_are_warned_of():
    table = intervals()
    # As in the published study: mid-term features on utterances, codes on segments.
    code = (table["feature_set"] == "code") == (table["unit"] == "segment")
    (found,) = warnings(intervals={"30k": table.assign(main=code)})
    assert found.startswith("Segments 30k: feature sets are scored on different units")
    assert "mid-term features on 60 test utterances" in found
    assert "codes on 240 test segments" in found


def test_warnings_of_each_variant_name_it():
    found = warnings(
        intervals={"20k": intervals(2), "30k": intervals(3)},
        chance={"20k": CHANCE, "30k": CHANCE},
    )
    starts = [one.split(" of")[0] for one in found]
    assert starts == ["Segments 20k: 2 draws", "Segments 30k: 3 draws"]


def referenced(reference, *ahead):
    """Scores of a reference, and of codes that are ahead by so much with each."""
    return pd.DataFrame(
        {
            **intervals().iloc[0].to_dict(),
            "main": True,
            "metric": "macro_f1",
            "feature_set": feature_set,
            "classifier": f"classifier{i}",
            "percentage": percentage,
            "score": 0.5 + sign * by,
        }
        for i, of_percentages in enumerate(ahead)
        for percentage, by in zip([10, 20, 100], of_percentages, strict=True)
        for feature_set, sign in [("code", 1), (reference, 0)]
    )


@pytest.mark.parametrize(
    ("reference", "called"),
    [("pooled", "pooled spectra"), ("pca", "principal components")],
)
def test_codes_that_are_not_worth_their_training_are_warned_of(reference, called):
    ahead, behind = (0.1, 0.1, 0.1), (-0.1, -0.1, -0.1)
    # Over the whole curve 20 to 100 % count for more, and codes are behind: on a
    # logarithmic axis, 0.1 from 10 to 20 and falls to -0.1 at 100.
    mixed = (0.02, 0.0, -0.1)
    (found,) = warnings(intervals={"30k": referenced(reference, ahead, behind, mixed)})
    assert found == (
        f"Segments 30k: codes score no higher than {called} with 2 of 3 classifiers, "
        "over the whole curve: they are not worth their training here."
    )
    half = referenced(reference, ahead, behind)
    assert warnings(intervals={"30k": half}) == []
    # Other units and metrics do not count.
    other = half.assign(score=0.9 - half["score"], metric="uar")
    assert warnings(intervals={"30k": pd.concat([half, other])}) == []


def test_equal_scores_at_a_single_percentage_are_no_higher():
    table = referenced("pooled", (0, 0, 0))
    (found,) = warnings(intervals={"30k": table[table["percentage"] == 100]})
    assert "with 1 of 1 classifiers" in found


# What went in


def test_all_folds_together_have_a_page_of_answer_warnings_and_scores():
    page = summary.page_of_folds(
        {"name": "one", "reader": "ravdess"},
        4,
        "30k",
        "macro_f1",
        intervals=intervals(draws=3, resampled="24 test speakers"),
        chance=CHANCE,
        conclusions=CONCLUSIONS[:1],
    )
    assert page.startswith("# one, all 4 folds, segments 30k")
    assert "Predictions of 4 folds as one" in page and "- SVM: codes are ahead." in page
    assert "by resampling 24 test speakers" in page and "fewer than 10" in page


def test_utterances_and_speakers_are_counted_per_split():
    header, _, *rows = cells(section(page(), "Utterances"))
    assert header == ["split", "negative", "neutral", "positive", "speakers"]
    assert rows[:3] == [
        ["training", "1", "0", "2", "2"],
        ["test", "0", "1", "0", "1"],
        ["in no split", "0", "1", "0", "0"],
    ]


def test_segments_are_counted_where_there_are_any():
    (row,) = [row for row in cells(section(page(), "Utterances")) if row[0] == "30k"]
    assert row[:3] == ["30k", "training", "neutral"] and "12345" in row


def test_a_corpus_of_feature_tables_has_neither_segments_nor_autoencoders():
    text = page(segments=LEAVE_OUT, choices=LEAVE_OUT)
    assert "Autoencoders chosen" not in headings(text)
    assert "Segments per variant" not in text and "12345" not in text
    assert page(segments=None, choices={}) == text


def test_rejects_are_listed():
    assert ["corpus", "unmapped_emotion", "678"] in cells(section(page(), "Left out"))


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


def test_the_criterion_of_the_choice_is_told():
    text = section(page(select_by="speaker_share"), "Autoencoders chosen")
    assert "compared by speakers' share of the variance, without any label." in text
    header, _, row = cells(text)
    told = dict(zip(header, row, strict=True))
    assert told["instability"] == "0.25" and told["effective_dimensions"] == "12.5"


def test_how_well_the_criterion_chose_is_told_where_codes_were_tried():
    tried = pd.DataFrame(
        {
            "name": ["a", "b", "c"],
            "chosen": [False, True, False],
            **dict.fromkeys(selection.CRITERIA, [1.0, 2.0, 3.0]),
            "metric": "macro_f1",
            "score": [0.1, 0.5, 0.3],
        }
    )
    text = section(page(tried={"30k": tried}), "Autoencoders chosen")
    assert " ".join(selection_check.sentences(tried, "30k", "validation_loss")) in text
    assert "scores 0.500 macro F1" in text and "chose well" in text
    assert "chose well" not in page()


# What came out


def test_what_was_resampled_and_how_much_was_used_is_told():
    text = section(page(), "Macro F1, segments 30k")
    assert (
        "Mean over 10 draws and 95 % interval, by resampling 2 test speakers and the "
        "draws; 100 % are 300 labelled utterances."
    ) in text


def test_a_single_draw_is_not_resampled():
    text = section(page(intervals={"30k": intervals(1)}), "Macro F1, segments 30k")
    assert "Mean over 1 draw and 95 % interval, by resampling 2 test speakers;" in text


def test_what_stands_for_speakers_is_told_of_every_feature_set():
    table = intervals(1)
    utterances = "7 test utterances as if independent"
    resampled = np.where(table["feature_set"] == "code", utterances, "2 test speakers")
    text = page(intervals={"30k": table.assign(resampled=resampled)})
    assert f"by resampling 2 test speakers and {utterances};" in text


def test_chance_is_quoted_as_it_was_measured():
    text = section(page(), "Macro F1, segments 30k")
    # The mean of 0.3 and 0.32, the lowest low and the highest high.
    assert "score 0.310 on average, and within 0.250 to 0.360 (95 % intervals" in text


def test_every_variant_has_a_section_of_its_own():
    text = page(
        intervals={"30k": intervals(), "20k": intervals()},
        chance={"30k": CHANCE, "20k": CHANCE.assign(score=0.25)},
    )
    for segment, level in [("30k", "0.310"), ("20k", "0.250")]:
        of_segment = section(text, f"Macro F1, segments {segment}")
        assert f"score {level} on average" in of_segment


def test_the_section_shows_the_score_table_of_its_metric():
    text = page(
        metric="weighted_f1", chance={"30k": CHANCE.assign(metric="weighted_f1")}
    )
    header, _, *rows = cells(section(text, "Weighted F1, segments 30k"))
    assert header == ["classifier", "feature_set", "5 %", "45 %", "100 %"]
    assert rows[0][:2] == ["svm", "midterm"] and len(rows) == 4
    # 0.2 more than by macro F1.
    assert rows[0][3] == "0.425 (0.375 to 0.455)"


def test_the_score_table_quotes_the_nearest_percentages_there_are():
    table = summary.score_table(intervals())
    # Of 5, 20, 45 and 100, 5 is nearest to 10, 45 to 50.
    assert list(table.columns) == ["classifier", "feature_set", "5 %", "45 %", "100 %"]


def test_the_score_table_gives_score_and_interval_of_the_main_unit():
    table = summary.score_table(intervals())
    assert list(table["classifier"]) == ["svm", "svm", "knn", "knn"]
    assert list(table["feature_set"]) == ["midterm", "code", "midterm", "code"]
    table = table.set_index(["classifier", "feature_set"])
    assert table.loc[("svm", "midterm"), "45 %"] == "0.225 (0.175 to 0.255)"
    assert table.loc[("knn", "code"), "100 %"] == "0.510 (0.460 to 0.540)"


def test_a_percentage_nearest_to_several_is_quoted_once():
    table = intervals()
    table = summary.score_table(table[table["percentage"] == 20])
    assert list(table.columns) == ["classifier", "feature_set", "20 %"]
