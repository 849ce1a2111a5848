"""The first screen says what the tables support, and no more."""

import drawing
import numpy as np
import pandas as pd
import pytest
import run_folder

from speechcodes.report.verdict import answering, commands, verdict


def ranked(*rows):
    """A ranking by macro F1: feature set, classifier, score, and whether it is as good.

    Intervals reach 0.05 to both sides of what a row is behind.
    """
    names = ["feature_set", "classifier", "score", "as_good"]
    table = pd.DataFrame(rows, columns=names)
    behind = table["score"].max() - table["score"]
    return table.assign(
        metric="macro_f1",
        rank=range(1, len(table) + 1),
        percentage=100,
        n_training_utterances=300,
        low=table["score"] - 0.04,
        high=table["score"] + 0.04,
        behind=behind,
        behind_low=behind - 0.05,
        behind_high=behind + 0.05,
    )


CODE = ("code", "svm", 0.71, True)
MIDTERM = ("midterm", "svm", 0.70, True)
FAR = ("midterm", "knn", 0.50, False)


def told(fair, ranking=None, **changed):
    """The verdict, by question, where tables of the only variant are others."""
    if ranking is not None:
        changed["ranking"] = ranking
    statistics = {"30k": fair.statistics["30k"]._replace(**changed)}
    found = verdict(fair._replace(statistics=statistics))
    return found.headline, dict(found.lines)


def test_the_best_is_recommended_with_its_score_few_labels_and_chance(fair):
    headline, lines = told(fair, ranked(CODE, MIDTERM, FAR))
    assert headline == "Take codes with the SVM."
    # 0.3 and 0.004 per per cent, and 0.01 for codes: 0.33 at 5 %.
    assert lines["How good is that?"] == (
        "Macro F1 0.71 (0.67 to 0.75) on speakers never heard, with all 300 labels "
        "that a fold trains on; 0.33 with 15. Chance is 0.32."
    )


def test_what_per_speaker_features_take_is_told(fair):
    table = ranked(("code@speaker", *CODE[1:]), MIDTERM)
    chance = fair.statistics["30k"].chance.replace("code", "code@speaker")
    changed = {"intervals": run_folder.per_speaker(12), "chance": chance}
    headline, lines = told(fair, table, **changed)
    assert headline == "Take codes (per speaker) with the SVM."
    assert "ten utterances of each new speaker" in lines["How good is that?"]


@pytest.mark.parametrize(
    ("others", "answer"),
    [
        ([], None),
        (
            [FAR],
            "No: the other pair scores lower, of 2 pairs of features and classifier.",
        ),
        (
            [MIDTERM, FAR],
            "As far as these data tell: mid-term features with the SVM. The other "
            "pair scores lower.",
        ),
        (
            [MIDTERM, ("code", "knn", 0.7, True), ("pca", "knn", 0.6, True), FAR],
            "As far as these data tell: mid-term features with the SVM; codes with the "
            "k-NN; and 1 more. The other pair scores lower.",
        ),
        (
            [MIDTERM, ("code", "knn", 0.7, True), ("pca", "knn", 0.6, True)],
            "As far as these data tell, all 4 pairs of features and classifier.",
        ),
    ],
)
def test_what_is_as_good_is_named(fair, others, answer):
    assert told(fair, ranked(CODE, *others))[1].get("Is anything else as good?") == (
        answer
    )


@pytest.mark.parametrize(
    ("rows", "answer"),
    [
        (
            [CODE, ("code", "knn", 0.7, True), MIDTERM],
            "Neither for certain: the best references, mid-term features with the SVM, "
            "score 0.01 (-0.04 to 0.06) lower.",
        ),
        (
            [CODE, FAR],
            "Learned features: the best references, mid-term features with the k-NN, "
            "score 0.21 (0.16 to 0.26) lower.",
        ),
        (
            [MIDTERM, ("code", "knn", 0.5, False)],
            "References: the best learned features, codes with the k-NN, score 0.20 "
            "(0.15 to 0.25) lower.",
        ),
        ([MIDTERM, FAR], None),
    ],
)
def test_learned_features_are_held_against_references(fair, rows, answer):
    lines = told(fair, ranked(*rows))[1]
    assert lines.get("Learned features or references?") == answer


def test_the_comparison_fixed_before_the_run_comes_first(fair):
    table = fair.statistics["30k"].conclusions[:1]
    table = table.assign(comparison="primary", baseline="best_reference")
    lines = told(fair, conclusions=table)[1]
    answer = lines["Learned features or references?"]
    assert answer.startswith("Learned features: with the SVM, codes score 0.01 higher")
    assert answer.endswith("This comparison was fixed before the run.")


def test_more_labels_and_whose_are_told(fair):
    lines = told(fair, ranked(CODE, MIDTERM))[1]
    answer = lines["Would more labels help?"]
    assert answer.startswith("Another 150 labelled utterances of the same speakers")
    assert answer.endswith("label new speakers rather than more of the same ones.")
    none = fair.statistics["30k"].forecast[:0]
    changed = {"forecast": none, "speakers": fair.statistics["30k"].speakers[:0]}
    lines = told(fair, ranked(CODE), **changed)[1]
    assert "Would more labels help?" not in lines


def test_what_to_label_next_is_told_where_something_has_no_label(fair):
    assert "Which to label next?" not in told(fair)[1]
    lines = told(fair, next_to_label=drawing.next_to_label())[1]
    answer = lines["Which to label next?"]
    assert answer.startswith("Choosing what to label") and "next_to_label.csv" in answer


def test_commands_fit_the_run(fair):
    def offered(**changed):
        return " ".join(commands(fair._replace(**changed)).values())

    assert "scripts/label.py" in offered() and "all labelled" in offered()
    assert "all labelled" not in offered(labelled=fair.utterances)
    labelled = fair.utterances[fair.utterances["label"] != ""]
    assert "all labelled" not in offered(utterances=labelled)
    tables = {key: fair.config[key] for key in fair.config if key != "segments"}
    assert "predictor" not in offered(config=tables)


def test_what_intervals_allow_for_is_told(fair):
    assert told(fair, ranked(CODE, MIDTERM))[1]["How sure is that?"] == (
        "95 % intervals allow for others than these 12 test speakers, 18 training "
        "speakers and 10 draws of labels. The best of 2 was picked by its score: "
        "expect a little less."
    )
    table = fair.statistics["30k"].intervals.assign(halvings=0, draws=1)
    lines = told(fair, ranked(CODE), intervals=table)[1]
    assert lines["How sure is that?"] == (
        "95 % intervals allow for others than these 12 test speakers."
    )


def test_too_few_speakers_and_chance_take_the_place_of_a_recommendation(fair):
    table = fair.statistics["30k"].intervals.assign(n_resampled=3)
    few = ranked(CODE, MIDTERM).assign(low=np.nan, high=np.nan)
    few = few.assign(behind_low=np.nan, behind_high=np.nan)
    headline, lines = told(fair, few, intervals=table)
    assert headline == (
        "Your data cannot tell: with 3 test speakers, fewer than 4, no score has an "
        "interval."
    )
    assert lines["How good is that?"].startswith("Macro F1 0.71 on speakers")
    chance = fair.statistics["30k"].chance.assign(p=0.05)
    headline, _ = told(fair, chance=chance)
    assert headline == "No features tell your classes apart better than chance."


def test_the_answer_is_about_the_primary_variant_or_else_the_one_that_scores_highest(
    fair,
):
    low = fair.statistics["30k"]
    high = low._replace(ranking=low.ranking.assign(score=low.ranking["score"] + 0.1))
    several = fair._replace(statistics={"a": low, "b": high, "c": low})
    assert answering(several) == "b"
    statistics = fair.config["statistics"] | {"primary": {"segment": "c"}}
    config = fair.config | {"statistics": statistics}
    assert answering(several._replace(config=config)) == "c"
