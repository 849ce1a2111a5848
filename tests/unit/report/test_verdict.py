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


def test_the_best_is_recommended_with_its_score_few_labels_chance_and_classes(fair):
    headline, lines = told(fair, ranked(CODE, MIDTERM, FAR))
    assert headline == "Take codes with the SVM; 1 of 2 others may be as good."
    assert lines["What is that?"].startswith("Codes: what an autoencoder, trained on")
    # 0.3 and 0.004 per per cent, and 0.01 for codes: 0.33 at 5 %. Of each class nine of
    # twelve are right, and three of another are taken for it: 18 of 24.
    assert lines["How good is that?"] == (
        "Macro F1 0.71 (0.67 to 0.75) on speakers never heard, with all labels that a "
        "fold trains on (300); 0.33 with 15. Chance is 0.32. F1 by class: negative "
        "0.75, neutral 0.75 and positive 0.75."
    )


def test_a_largest_percentage_below_100_is_told(fair):
    few = fair.statistics["30k"].intervals
    few = few[few["percentage"] < 100]
    best = ranked(CODE).assign(percentage=50)
    answer = told(fair, best, intervals=few)[1]["How good is that?"]
    assert "with 50 % of the labels that a fold trains on (150);" in answer


def test_what_per_speaker_features_take_is_told(fair):
    table = ranked(("code@speaker", *CODE[1:]), MIDTERM)
    chance = fair.statistics["30k"].chance.replace("code", "code@speaker")
    changed = {"intervals": run_folder.per_speaker(12), "chance": chance}
    headline, lines = told(fair, table, **changed)
    assert headline == (
        "Take codes (per speaker) with the SVM; 1 of 1 others may be as good."
    )
    assert lines["What is that?"].endswith("standardised within each speaker.")
    assert lines["How good is that?"].endswith(
        "It needs 10 or more utterances of each new speaker, without labels; the score "
        "is of speakers with 12 or more."
    )


def test_the_variant_is_named_where_there_are_several(fair):
    one = fair.statistics["30k"]
    low = one._replace(ranking=one.ranking.assign(score=0.1))
    confusions = fair.confusions.assign(segment="b")
    several = fair._replace(statistics={"a": low, "b": one}, confusions=confusions)
    assert verdict(several).headline.startswith(
        "Take codes with the SVM (segment variant `b`); "
    )


PAIRS = "other pairs of features and classifier"


@pytest.mark.parametrize(
    ("others", "answer"),
    [
        ([], None),
        ([FAR], f"No: all 1 {PAIRS} score significantly lower."),
        (
            [MIDTERM, FAR],
            f"Of the 2 {PAIRS}, 1 is not significantly lower: mid-term features with "
            "the SVM.",
        ),
        (
            [MIDTERM, ("code", "knn", 0.7, True), ("pca", "knn", 0.6, True), FAR],
            f"Of the 4 {PAIRS}, 3 are not significantly lower: mid-term features with "
            "the SVM; codes with the k-NN; and 1 more.",
        ),
        (
            [MIDTERM, ("code", "knn", 0.7, True), ("pca", "knn", 0.6, True)],
            f"Yes: none of the 3 {PAIRS} scores significantly lower.",
        ),
    ],
)
def test_what_could_be_as_good_is_named(fair, others, answer):
    lines = told(fair, ranked(CODE, *others))[1]
    assert lines.get("Could anything else be as good?") == answer


def test_the_comparison_that_the_configuration_names_answers_the_study(fair):
    table = fair.statistics["30k"].conclusions[:1]
    table = table.assign(comparison="primary", baseline="best_reference")
    lines = told(fair, conclusions=table)[1]
    answer = lines["Do features learned without labels beat the others?"]
    assert answer.startswith("Yes: with the SVM, codes score 0.01 higher (0.00 to")
    without = told(fair)[1]
    assert "Do features learned without labels beat the others?" not in without


def test_more_labels_and_whose_are_told(fair):
    lines = told(fair, ranked(CODE, MIDTERM))[1]
    answer = lines["Would more labels help?"]
    assert answer.startswith("150 more labelled utterances of the same speakers")
    assert answer.endswith("(not corrected): prefer new speakers.")
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

    assert "scripts/label.py" in offered() and "labelled next_to_label" in offered()
    made = fair.config | {"predictor": {"in_all": True}}
    assert "scripts/label.py" in offered(config=made)
    assert "all predictor" not in offered(config=made)
    labelled = fair.utterances[fair.utterances["label"] != ""]
    assert "labelled next_to_label" not in offered(utterances=labelled)
    tables = {key: fair.config[key] for key in fair.config if key != "segments"}
    assert "predictor" not in offered(config=tables)


def test_what_has_no_label_is_told_where_it_was_labelled(fair):
    lines = dict(verdict(fair._replace(labelled=run_folder.LABELLED)).lines)
    assert lines["And what has no label?"].startswith("Labelled 2 of 2 utterances: 0 n")
    assert "And what has no label?" not in dict(verdict(fair).lines)


def test_what_intervals_cover_is_told(fair):
    assert told(fair, ranked(CODE, MIDTERM))[1]["How sure is that?"] == (
        "95 % intervals cover the choice of test speakers (12 test speakers), training "
        "speakers (18 in a fold) and labelled utterances (10 draws). The best of 2 was "
        "picked by its score, so expect slightly less."
    )
    table = fair.statistics["30k"].intervals.assign(halvings=0, draws=1)
    lines = told(fair, ranked(CODE), intervals=table)[1]
    assert lines["How sure is that?"] == (
        "95 % intervals cover the choice of test speakers (12 test speakers)."
    )


def test_too_few_speakers_and_chance_take_the_place_of_a_recommendation(fair):
    table = fair.statistics["30k"].intervals.assign(resampled="3 test speakers")
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
