"""Sentences say what the intervals support, and no more."""

import pandas as pd
import pytest

from speechcodes.experiment.conclusions import asked, conclusions

#: Percentage to difference and half of the interval that holds for all at once.
RUN = {100: (0.01, 0.03), 10: (0.05, 0.04), 40: (0.06, 0.05), 20: (0.08, 0.01)}
LEVEL = {10: (0.02, 0.03), 20: (-0.02, 0.03), 40: (0.02, 0.03), 100: (0.02, 0.03)}
#: Of the area: difference, low, high and p of the curve differing at all.
AREA = (0.04, 0.01, 0.07, 0.0123)


def tables(curve, area=AREA, **names):
    """Return differences and areas of one curve."""
    keys = {"baseline": "midterm", "feature_set": "code", "classifier": "svm"}
    keys |= {"metric": "macro_f1", **names}
    differences = [
        {
            **keys,
            "percentage": percentage,
            "difference": difference,
            # Of each point alone intervals are narrower, and say nothing here.
            "low": difference - reach / 10,
            "high": difference + reach / 10,
            "simultaneous_low": difference - reach,
            "simultaneous_high": difference + reach,
        }
        for percentage, (difference, reach) in curve.items()
    ]
    numbers = dict(zip(["difference", "low", "high", "p_ahead"], area, strict=True))
    # What is not corrected says nothing here either.
    areas = {**keys, **numbers, "p": 0.0001, "p_holm": 0.0001}
    return pd.DataFrame(differences), pd.DataFrame([areas])


def together(*pairs):
    """Put tables of several curves below each other."""
    return [pd.concat(of_one) for of_one in zip(*pairs, strict=True)]


def only(curve, area=AREA, **names):
    """Return who is ahead, and the sentence, of one curve."""
    (row,) = conclusions(*tables(curve, area, **names)).itertuples()
    return row.ahead, row.sentence


def test_ahead_in_a_run_of_percentages():
    assert only(RUN) == (
        "code",
        "SVM: codes are ahead of mid-term features from 10 to 40 % of the labels (by "
        "0.050 to 0.080) (corrected p = 0.012); over the whole curve codes score "
        "+0.040 macro F1 against mid-term features (95 % interval +0.010 to +0.070).",
    )


def test_the_baseline_can_be_ahead_too():
    curve = {p: (-difference, reach) for p, (difference, reach) in RUN.items()}
    ahead, sentence = only(curve, (-0.04, -0.07, -0.01, 0.0123))
    assert ahead == "midterm"
    assert (
        "mid-term features are ahead of codes from 10 to 40 % of the labels (by 0.050 "
        "to 0.080)"
    ) in sentence
    assert "codes score -0.040 macro F1 against mid-term features" in sentence
    assert "(95 % interval -0.070 to -0.010)" in sentence


def test_ahead_at_one_percentage():
    ahead, sentence = only({**LEVEL, 20: (0.07, 0.06)})
    assert ahead == "code"
    assert (
        "SVM: codes are ahead of mid-term features at 20 % of the labels (by 0.070) ("
        in sentence
    )


def test_runs_with_a_gap_are_told_apart_and_the_winner_named_once():
    ahead, sentence = only({**RUN, 20: (0.02, 0.03)})
    assert ahead == "code"
    assert (
        "codes are ahead of mid-term features at 10 and at 40 % of the labels (by "
        "0.050 to 0.060)"
    ) in sentence


def test_curves_that_cross_have_both_ahead():
    ahead, sentence = only({100: (0.05, 0.02), 10: (-0.09, 0.02), 20: (-0.06, 0.02)})
    assert ahead == "midterm code"
    assert (
        "mid-term features are ahead of codes from 10 to 20 % of the labels (by 0.060 "
        "to 0.090); codes are ahead of mid-term features at 100 % of the labels (by "
        "0.050)"
    ) in sentence


def test_one_right_after_the_other_is_no_single_run():
    ahead, sentence = only({10: (-0.05, 0.02), 20: (0.05, 0.02)})
    assert ahead == "midterm code"
    assert "at 10 %" in sentence and "at 20 %" in sentence


@pytest.mark.parametrize("sign, winner", [(1, "code"), (-1, "midterm")])
def test_ahead_on_average_only(sign, winner):
    ahead, sentence = only(LEVEL, (sign * 0.03, *sorted([sign * 0.01, sign * 0.05]), 0))
    words = {"code": "codes", "midterm": "mid-term features"}
    (loser,) = set(words) - {winner}
    assert ahead == winner
    assert (
        f"SVM: {words[winner]} are ahead of {words[loser]} on average, though at no "
        "single percentage for certain (corrected p < 0.001); over"
    ) in sentence


def test_without_any_difference_nobody_is_ahead():
    ahead, sentence = only(LEVEL, (0.01, -0.02, 0.04, 0.3456))
    assert ahead == ""
    assert sentence == (
        "SVM: no difference that is certain (corrected p = 0.346); over the whole "
        "curve codes score +0.010 macro F1 against mid-term features (95 % interval "
        "-0.020 to +0.040)."
    )


@pytest.mark.parametrize("p, ahead", [(0.0499, "code"), (0.05, ""), (1, "")])
def test_who_is_ahead_is_decided_by_the_corrected_p(p, ahead):
    found, sentence = only(RUN, (0.04, 0.01, 0.07, p))
    assert found == ahead
    assert ("are ahead" in sentence) == bool(ahead)


def test_an_interval_that_touches_zero_does_not_exclude_it():
    ahead, sentence = only({10: (0.5, 0.5), 20: (0.5, 0.25)})
    assert ahead == "code" and "at 20 %" in sentence


def test_each_classifier_and_feature_set_has_a_sentence_in_their_order():
    differences, areas = together(
        tables(RUN),
        tables(LEVEL, (0.01, -0.01, 0.03, 1.0), classifier="mine"),
        tables(LEVEL, (0.01, -0.01, 0.03, 1.0), feature_set="wav2vec"),
        tables(RUN, feature_set="wav2vec", classifier="mine"),
    )
    found = conclusions(differences, areas)
    assert list(found.columns) == [
        *("baseline", "feature_set", "classifier", "metric", "ahead", "sentence")
    ]
    assert set(found["baseline"]) == {"midterm"}
    assert list(found["feature_set"]) == ["code", "code", "wav2vec", "wav2vec"]
    assert list(found["classifier"]) == ["svm", "mine", "svm", "mine"]
    assert list(found["ahead"]) == ["code", "", "", "wav2vec"]
    # What has no word of its own keeps its name.
    assert found["sentence"][3].startswith("mine: wav2vec are ahead of mid-term")


@pytest.mark.parametrize(
    "classifier, word",
    [
        ("svm", "SVM"),
        ("knn", "k-NN"),
        ("decision_tree", "Decision tree"),
        ("random_forest", "Random forest"),
        ("adaboost", "AdaBoost"),
    ],
)
def test_classifiers_are_called_by_their_names(classifier, word):
    _, sentence = only(RUN, classifier=classifier)
    assert sentence.startswith(f"{word}: codes are ahead")


def test_the_metric_chosen_is_told_and_no_other():
    differences, areas = together(
        tables(RUN), tables(LEVEL, (0.02, -0.01, 0.05, 0.6), metric="uar")
    )
    (row,) = conclusions(differences, areas, metric="uar").itertuples()
    assert (row.metric, row.ahead) == ("uar", "")
    assert "codes score +0.020 UAR against" in row.sentence
    (row,) = conclusions(differences, areas).itertuples()
    assert (row.metric, row.ahead) == ("macro_f1", "code")


def test_a_single_feature_set_has_no_sentence():
    differences, areas = tables(RUN)
    found = conclusions(differences.iloc[:0], areas.iloc[:0])
    assert len(found) == 0 and "sentence" in found.columns


def test_the_answer_is_about_codes_against_what_is_normalised_alike():
    pairs = [
        ("midterm@speaker", "code@speaker"),
        ("midterm@speaker", "pooled@speaker"),
        ("midterm@speaker", "code"),
        ("midterm", "midterm+code"),
        ("code", "midterm+code"),
    ]
    table = pd.DataFrame(pairs, columns=["baseline", "feature_set"])
    found = asked(table)[["baseline", "feature_set"]]
    assert list(found.itertuples(index=False, name=None)) == [pairs[0], pairs[3]]
    # Where no codes are compared, all is asked.
    assert asked(table[1:2]).equals(table[1:2])
