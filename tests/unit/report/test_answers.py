"""Sentences about results say what the tables support, and no more."""

import numpy as np
import pandas as pd
import pytest
import run_folder
from run_folder import CONCLUSIONS, CONFIG, write_run

from speechcodes.names import CRITERIA
from speechcodes.report import answers
from speechcodes.report import results as found
from speechcodes.storage.files import read_scores

# The corpus


def with_config(results, section, **changes):
    """The same results of a configuration with changes in a section."""
    changed = results.config[section] | changes
    return results._replace(config=results.config | {section: changed})


def test_the_title_names_corpus_and_classes(fair):
    assert answers.title(fair) == "one: negative, neutral and positive"
    classes = [f"c{i}" for i in range(20)]
    many = with_config(fair, "corpus", classes=classes)
    assert answers.title(many) == "one: 20 classes, from c0 to c19"


def test_facts_count_labels_speakers_and_folds(fair):
    assert answers.facts(fair)[:4] == [
        "36 labelled utterances of 3 classes",
        "12 without a label",
        "12 speakers",
        "2 folds",
    ]


def test_how_speech_is_divided_and_used_is_told(fair):
    division, uses = answers.about_folds(fair)
    assert division == (
        "Whole voices are dealt into 6 parts, and the parts into 2 folds, each of "
        "which tests other voices."
    )
    # Parts of two speakers each; p01, p03 and p05 are tested first, and p01 has six
    # utterances without a label. Six more stay unlabelled throughout.
    assert uses == (
        "In each fold, classifiers are trained on 18 labelled utterances and tested on "
        "18; autoencoders are trained on 24 to 30 utterances, training utterances "
        "among them, without looking at labels."
    )


def test_repeats_are_told(fair):
    again = with_config(fair, "splits", folds=1, repeats=2)
    assert answers.about_folds(again)[0] == (
        "Whole voices are dealt into 6 parts, and the parts into 1 fold, each of which "
        "tests other voices. They are grouped in 2 ways, which makes 2 folds in all."
    )


def test_a_single_division_is_told_without_folds(fair):
    once = with_config(fair, "splits", method="given")
    once = once._replace(roles=fair.roles[fair.roles["fold"] == 1])
    division, uses = answers.about_folds(once)
    assert division == (
        "The corpus is divided once, into training, unlabelled and test speech."
    )
    assert uses.startswith("Classifiers are trained")
    assert "one division" in answers.facts(once)


# The answer


def conclusion(ahead, percentages="", baseline_percentages="", **changed):
    """One row of conclusions.csv: codes are 0.04 better."""
    row = CONCLUSIONS.iloc[0].to_dict() | {
        "ahead": ahead,
        **{"difference": 0.04, "low": 0.01, "high": 0.07, "p": 0.0123},
        **{"percentages": percentages, "least": 0.05, "most": 0.08},
        "baseline_percentages": baseline_percentages,
        **{"baseline_least": 0.06, "baseline_most": 0.09},
        **changed,
    }
    return pd.Series(row)


@pytest.mark.parametrize(
    ("ahead", "percentages", "found"),
    [
        ("code", ["20"], "codes at 20 % of the labels, by 0.050"),
        (
            "code",
            ["5 20-45 100"],
            "codes at 5, from 20 to 45 and at 100 % of the labels, by 0.050 to 0.080",
        ),
        (
            "midterm",
            ["", "10-40"],
            "mid-term features from 10 to 40 % of the labels, by 0.060 to 0.090",
        ),
        (
            "midterm code",
            ["100", "10-20"],
            "mid-term features from 10 to 20 % of the labels, by 0.060 to 0.090; "
            "codes at 100 % of the labels, by 0.050",
        ),
        ("code", [], "codes on average, at no percentage by itself"),
        ("", [], "no significant difference"),
    ],
)
def test_who_is_ahead_is_told_by_places_or_on_average(ahead, percentages, found):
    assert answers.who_is_ahead(conclusion(ahead, *percentages)) == found


BEST = {"baseline": "best_reference", "feature_set": "code@speaker"}


def test_the_primary_comparison_says_who_won_where_and_by_how_much():
    told = answers.about_primary(conclusion("code@speaker", "10-40", **BEST))
    assert told == (
        "Yes: with the SVM, codes (per speaker) score 0.04 higher (0.01 to 0.07) than "
        "the best other set, on average over all numbers of labels. Significantly "
        "higher: codes (per speaker) from 10 to 40 % of the labels, by 0.050 to 0.080."
    )
    lost = {"difference": -0.04, "low": -0.07, "high": -0.01, **BEST}
    told = answers.about_primary(conclusion("best_reference", "", "20", **lost))
    assert told.startswith("No: with the SVM, codes (per speaker) score 0.04 lower (0")
    assert "(0.01 to 0.07) than" in told
    assert "higher: the best reference at 20 % of the labels, by 0.060" in told
    both = conclusion("best_reference code@speaker", "100", "5", **BEST)
    assert answers.about_primary(both).startswith(
        "That depends on the number of labels:"
    )
    told = answers.about_primary(conclusion("", **BEST))
    assert told.startswith("Not significantly: with the SVM, codes (per speaker)")
    unsure = {"difference": -0.02, "low": -0.07, "high": 0.03, **BEST}
    assert "0.02 lower (-0.03 to 0.07)" in answers.about_primary(
        conclusion("", **unsure)
    )


@pytest.mark.parametrize(
    ("unnamed", "why"),
    [
        ("draws", "there are fewer than 5 draws of training utterances"),
        ("speakers", "there are fewer than 4 test speakers"),
        ("units", "the two are scored on different units"),
    ],
)
def test_why_no_winner_is_named_is_told(unnamed, why):
    row = conclusion("", unnamed=unnamed, low=np.nan, high=np.nan, p=1, **BEST)
    assert answers.who_is_ahead(row) == f"not named: {why}"
    assert answers.about_primary(row) == (
        f"Nobody can tell, since {why}: with the SVM, codes (per speaker) score 0.04 "
        "higher than the best other set, on average over all numbers of labels."
    )


def test_whom_intervals_hold_for_is_told(fair):
    told = answers.how_sure(fair)
    assert "other training speakers" in told and "halving them 10 times" in told
    assert "best reference" not in told
    one = fair.statistics["30k"]
    few = one._replace(
        intervals=one.intervals.assign(halvings=0),
        conclusions=one.conclusions.assign(comparison="primary"),
    )
    told = answers.how_sure(fair, fair._replace(statistics={"30k": few}))
    assert "Some intervals and winners" in told
    assert "for these training speakers alone" in told
    assert "ahead only where it is ahead of every reference" in told
    assert "eGeMAPS (of openSMILE) is known as a strong reference" in told
    sets = {"feature_sets": ["midterm", "eGeMAPS"]}
    config = fair.config | {"experiment": fair.config["experiment"] | sets}
    told = answers.how_sure(fair._replace(statistics={"30k": few}, config=config))
    assert "openSMILE" not in told


# Autoencoders


def test_how_autoencoders_are_chosen_is_told(fair):
    assert answers.about_choice(fair) == (
        "Autoencoders are compared by instability under noise, without any label. "
        "Among those within 1 % of the best, the one with the smallest encoder is "
        "chosen, in each fold anew; figures show fold 1."
    )
    once = with_config(fair, "splits", method="given")
    told = answers.about_choice(
        with_config(once, "autoencoders", selection_tolerance=0)
    )
    assert "Among those as good as the best" in told and told.endswith("is chosen.")


def test_what_a_search_dropped_is_told():
    kept = {1: [True] * 2 + [False] * 3, 2: [True, False]}
    rungs = pd.concat(
        pd.DataFrame({"fold": fold, "rung": rung, "epochs": 5 * rung, "kept": of_rung})
        for fold in (1, 2)
        for rung, of_rung in kept.items()
    )
    assert answers.about_search(rungs) == (
        "Of 5 autoencoders, successive halving dropped 3 after epoch 5 and 1 after "
        "epoch 10, by loss on held-out speakers; 1 of them was trained to the end."
    )
    told = answers.about_search(rungs[rungs["rung"] == 1])
    assert told.endswith(
        "dropped 3 after epoch 5, by loss on held-out speakers; 2 of them were "
        "trained to the end."
    )


def criteria(values, scores, chosen="a", fold=1):
    """Criteria of a fold as `selection_check.table` gives them; 0.1 is added."""
    return pd.DataFrame(
        {
            "fold": fold,
            "name": list("abcdef")[: len(scores)],
            "chosen": [name == chosen for name in "abcdef"[: len(scores)]],
            **dict.fromkeys(CRITERIA, values),
            "speaker_share": None,
            "metric": "macro_f1",
            "score": scores,
        }
    )


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        # Of 0.2, 0.3, 0.4, 0.5, 0.6 and 0.7 with a mean of 0.45.
        (0.7, "chose well: by score, its choice is number 1 of 6"),
        (0.6, "chose well: by score, its choice is number 2 of 6"),
        (0.5, "chose no worse than chance would"),
        (0.4, "chose badly: its choice, number 4 of 6 by score"),
    ],
)
def test_the_verdict_on_a_criterion_follows_from_rank_and_mean(chosen, words):
    scores = [0.2, 0.3, 0.4, 0.5, 0.6, 0.7]
    name = "abcdef"[scores.index(chosen)]
    table = criteria([6, 5, 4, 3, 2, 1], scores, name)
    told = answers.about_criterion(table, "20k", "instability")
    assert told[0] == (
        "Segments 20k: of 6 autoencoders, the one chosen by instability under noise "
        f"scores {chosen:.3f} macro F1, as a mean over classifiers, percentages and "
        "draws; the best scores 0.700, the mean of all is 0.450."
    )
    assert words in told[1]
    assert "without labels" in told[2]


def test_choices_of_several_folds_are_judged_together():
    one = criteria([1, 2, 3], [0.5, 0.4, 0.3], "a", fold=1)
    other = criteria([1, 2, 3], [0.2, 0.4, 0.6], "a", fold=2)
    table = pd.concat([one, other])
    told = answers.about_criterion(table, "20k", "validation_loss")
    assert "scores 0.350 macro F1" in told[0] and "over 2 folds" in told[0]
    assert "the best scores 0.550, the mean of all is 0.400" in told[0]
    assert "chose badly: its choice, number 1 and 3 of 3 by score" in told[1]


def test_of_few_autoencoders_less_is_said_by_what_was_measured():
    table = criteria([1, 2], [0.3, 0.5])
    told = answers.about_criterion(table, "20k", "validation_loss")
    assert "scores 0.300" in told[0] and "too few" in told[1] and len(told) == 3
    assert answers.about_criterion(table[:1], "20k", "validation_loss") == []
    # Several loss functions are compared by squared error.
    table = table.rename(columns={"validation_loss": "validation_mse"})
    told = answers.about_criterion(table, "20k", "validation_loss")
    assert "chosen by validation squared error scores" in told[0]


# Scores


def test_what_was_resampled_and_how_much_was_used_is_told():
    table = run_folder.intervals()
    assert answers.about_scores(table) == (
        "Mean over 10 draws and 95 % interval, by resampling 12 test speakers and the "
        "draws and halving 18 training speakers; 100 % are 300 labelled utterances."
    )
    told = answers.about_scores(table.assign(halvings=0))
    assert "12 test speakers and the draws; 100 %" in told
    assert "all 4 folds count together" in answers.about_scores(table, folds=4)
    # What stands for speakers is told of every feature set; one draw is not resampled.
    utterances = "7 test utterances as if independent"
    resampled = np.where(table["feature_set"] == "code", utterances, "2 test speakers")
    told = answers.about_scores(table.assign(resampled=resampled, draws=1, halvings=0))
    assert f"by resampling 2 test speakers and {utterances};" in told


def test_normalisation_per_speaker_is_told_in_plain_words():
    told = answers.about_scores(run_folder.per_speaker(12))
    assert "Per speaker: features have zero mean" in told
    assert "or the test speech, without looking at labels" in told
    assert told.endswith("the speaker with the fewest has 12 utterances.")
    assert "Per speaker" not in answers.about_scores(run_folder.intervals())


@pytest.mark.parametrize(
    ("p", "above"),
    [([0.01, 0.049], "All"), ([0.01, 0.05], "1 of 2"), ([0.5, 0.05], "None of 2")],
)
def test_chance_is_quoted_as_it_was_measured(p, above):
    numbers = {"score": [0.3, 0.32, 0.9], "p": [*p, 0.9]}
    numbers |= {"metric": ["macro_f1", "macro_f1", "uar"]}
    told = answers.about_chance(pd.DataFrame(numbers), "macro_f1")
    # The mean of 0.3 and 0.32.
    assert f"score 0.310 on average. {above} scores are significantly above it" in told


def test_places_are_the_same_from_a_file_whose_percentages_are_numbers(tmp_path):
    write_run(tmp_path)
    path = tmp_path / "statistics" / "30k" / "conclusions.csv"
    table = read_scores(path).assign(percentages=["50", "100"], ahead="code")
    table.assign(least=0.01, most=0.01).to_csv(path, index=False)
    read = found.read(tmp_path, CONFIG).statistics["30k"].conclusions
    told = answers.who_is_ahead(next(read.itertuples()))
    assert told == "codes at 50 % of the labels, by 0.010"
