"""Sentences about results say what the tables support, and no more."""

import numpy as np
import pandas as pd
import pytest
import run_folder
from drawing import confound_table, validated
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
        "12 known speakers",
        "2 folds",
    ]


def test_how_speech_is_divided_and_used_is_told(fair):
    division, uses, unknown = answers.about_folds(fair)
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
    assert unknown == (
        "12 utterances have no label, and the speaker of 6 of them (50 %) is unknown; "
        "4 have no known session either, so that voices of the test may be among them."
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
    division, uses, *_ = answers.about_folds(once)
    assert division == (
        "The corpus is divided once, into training, unlabelled and test speech."
    )
    assert uses.startswith("Classifiers are trained")
    assert "one division" in answers.facts(once)


def test_labels_that_no_fold_uses_are_told(fair):
    # The part of speakers 5 and 11 is left over.
    left = fair.utterances.assign(part=fair.utterances["part"].replace("p06", ""))
    told = answers.about_folds(fair._replace(utterances=left))
    assert "The labels of 6 of 36 labelled utterances are not used." in told


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
    return answers.conclude(pd.Series(row))


def test_a_conclusion_says_where_who_is_ahead_and_by_how_much():
    told = conclusion("code", "10-40")
    assert str(told) == (
        "SVM: codes are ahead of mid-term features from 10 to 40 % of the labels, by "
        "0.050 to 0.080 (corrected p = 0.012). Over the whole curve, codes score 0.040 "
        "higher in macro F1 than mid-term features (95 % interval +0.010 to +0.070)."
    )
    assert told.is_ahead
    numbers = {"difference": -0.04, "low": -0.07, "high": -0.01}
    told = str(conclusion("midterm", "", "10-40", **numbers))
    assert "codes score 0.040 lower in macro F1 than mid-term features" in told
    assert "(95 % interval -0.070 to -0.010)" in told


CODES = "codes are ahead of mid-term features"
MIDTERM = "mid-term features are ahead of codes"
ON_AVERAGE = "on average, but not for certain at any one percentage"


@pytest.mark.parametrize(
    ("ahead", "percentages", "found"),
    [
        ("code", ["20"], f"{CODES} at 20 % of the labels, by 0.050"),
        (
            "code",
            ["5 20-45 100"],
            f"{CODES} at 5, from 20 to 45 and at 100 % of the labels, by 0.050 to "
            "0.080",
        ),
        (
            "midterm",
            ["", "10-40"],
            f"{MIDTERM} from 10 to 40 % of the labels, by 0.060 to 0.090",
        ),
        (
            "midterm code",
            ["100", "10-20"],
            f"{MIDTERM} from 10 to 20 % of the labels, by 0.060 to 0.090; "
            f"{CODES} at 100 % of the labels, by 0.050",
        ),
        ("code", [], f"{CODES} {ON_AVERAGE}"),
        ("midterm", [], f"{MIDTERM} {ON_AVERAGE}"),
        ("", [], "no certain difference between codes and mid-term features"),
    ],
)
def test_what_is_found_is_told_by_places_or_on_average(ahead, percentages, found):
    told = conclusion(ahead, *percentages, p=0.0004)
    assert told.found == f"{found} (corrected p < 0.001)"
    assert told.is_ahead == bool(ahead)


def test_what_has_no_word_of_its_own_keeps_its_name():
    told = conclusion("wav2vec", "10", feature_set="wav2vec", classifier="mine")
    assert str(told).startswith("mine: wav2vec are ahead of mid-term features")
    assert "0.040 higher in UAR" in str(conclusion("", metric="uar"))


def test_the_answer_leaves_out_what_is_exploratory_unless_all_is():
    kinds = ["primary", "secondary", "exploratory"]
    table = pd.DataFrame({"comparison": kinds})
    assert list(answers.asked(table)["comparison"]) == kinds[:2]
    assert answers.asked(table[2:]).equals(table[2:])


def test_what_is_not_above_chance_is_named(fair):
    def told(p):
        one = fair.statistics["30k"]
        chance = one.chance.assign(p=one.chance["p"].mask(p(one.chance), 0.05))
        found = fair._replace(statistics={"30k": one._replace(chance=chance)})
        (sentence,) = answers.above_chance(found)
        return sentence.partition("): ")[2]

    assert told(lambda t: t["metric"] == "uar").startswith("all features, with every")
    assert told(lambda t: t["p"] > 0) == "nothing."
    is_knn = lambda t: (t["classifier"] == "knn") & (t["feature_set"] == "code")  # noqa: E731
    assert told(lambda t: is_knn(t) & (t["percentage"] < 100)) == (
        "all but codes with k-NN at 5 and 50 %."
    )


def test_the_best_reference_is_one():
    best = {"baseline": "best_reference"}
    told = str(conclusion("code", "20", **best))
    assert told.startswith("SVM: codes are ahead of the best reference at 20 %")
    assert "codes score 0.040 higher in macro F1 than the best reference" in told
    told = str(conclusion("best_reference", "", "20", **best))
    assert told.startswith("SVM: the best reference is ahead of codes at 20 %")


@pytest.mark.parametrize(
    ("unnamed", "why"),
    [
        ("draws", "there are fewer than 5 draws of training utterances"),
        ("speakers", "there are fewer than 4 test speakers"),
        ("units", "the two are scored on different units"),
    ],
)
def test_why_no_winner_is_named_is_told(unnamed, why):
    told = conclusion("", unnamed=unnamed, low=np.nan, high=np.nan, p=1)
    assert str(told) == (
        f"SVM: no winner is named between codes and mid-term features, since {why}. "
        "Over the whole curve, codes score 0.040 higher in macro F1 than mid-term "
        "features."
    )
    assert not told.is_ahead


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


# Warnings


def warnings(results, *, intervals=None, **changed):
    """Warnings of the same results with other tables; intervals by variant."""
    if intervals:
        of_variant = results.statistics["30k"]
        changed["statistics"] = {
            segment: of_variant._replace(intervals=table)
            for segment, table in intervals.items()
        }
    return answers.warnings(results._replace(**changed))


def test_audio_that_could_not_be_used_is_warned_of_once(fair):
    # Every stage that meets a file leaves it out.
    rows = [
        ("corpus", "missing_file", 4),
        ("midterm", "silent", 2),
        ("spectrograms_30k", "silent", 2),
        ("spectrograms_30k", "too_short", 900),
    ]
    table = pd.DataFrame(rows, columns=["stage", "reason", "count"])
    (told,) = warnings(fair, rejected=table)
    assert told.startswith(
        "6 audio files could not be used (4 missing_file, 2 silent) and are left out"
    )
    (told,) = warnings(fair, rejected=table[:1].assign(count=1))
    assert told.startswith("1 audio file could") and "is left out" in told


@pytest.mark.parametrize(("kept", "is_warned_of"), [(13, True), (19, False)])
def test_classes_that_leaving_out_the_short_moves_are_warned_of(
    fair, kept, is_warned_of
):
    # 20 utterances of each of two classes, of one of which some are too short.
    moved = pd.DataFrame(
        {"segment": "30k", "label": label, "utterances": 20, "dropped": 20 - left}
        for label, left in [("negative", 20), ("positive", kept), ("none", 1)]
    )
    told = warnings(fair, segments=moved)
    assert len(told) == is_warned_of
    for sentence in told:
        # 20 of 33 are 61 %; of equal changes the first is told.
        assert sentence.startswith(
            "Segments 30k leave out 7 of 40 labelled utterances as too short, and "
            "negative ones are 61 % of those left, 50 % before"
        )


def test_an_autoencoder_that_learned_nothing_is_warned_of_with_its_folds(fair):
    choice = fair.choices["30k"]
    useless = choice.assign(validation_loss=[0.3, 0.5], mean_spectrogram_loss=0.5)
    (told,) = warnings(fair, choices={"20k": choice, "30k": useless})
    assert told.startswith("Segments 30k, in fold 2 of 2: the autoencoder chosen")
    assert "no better than the mean spectrogram" in told
    (told,) = warnings(fair, choices={"30k": useless[1:]})
    assert told.startswith("Segments 30k: the autoencoder chosen")


def per_speaker(fewest):
    """Scores of codes that are normalised per speaker, of so many utterances."""
    table = run_folder.intervals().assign(fewest_of_speaker=fewest)
    return table.replace("code", "code@speaker")


def test_what_features_may_not_be_used_for_is_told_once(fair):
    sets = {"feature_sets": ["egemaps", "compare2016@speaker", "code"]}
    config = fair.config | {"experiment": fair.config["experiment"] | sets}
    (told,) = warnings(fair, config=config)
    assert "openSMILE" in told and "research" in told


def test_speakers_who_say_little_are_warned_of_where_features_rest_on_them(fair):
    (told,) = warnings(fair, intervals={"30k": per_speaker(9)})
    assert told.startswith("Segments 30k: features are normalised per speaker (code@")
    assert "9 utterances:" in told
    plain = run_folder.intervals().assign(fewest_of_speaker=9)
    assert warnings(fair, intervals={"30k": plain}) == []
    assert warnings(fair, intervals={"30k": per_speaker(10)}) == []


def test_different_units_are_warned_of(fair):
    table = run_folder.intervals()
    # As in the published study: mid-term features on utterances, codes on segments.
    is_code = table["feature_set"] == "code"
    table = table.assign(
        unit=np.where(is_code, "segment", "utterance"), n=np.where(is_code, 240, 60)
    )
    (told,) = warnings(fair, intervals={"30k": table})
    assert told.startswith("Segments 30k: feature sets are scored on different units")
    assert "mid-term features on 60 test utterances" in told
    assert "codes on 240 test segments" in told


def test_few_draws_are_warned_of_in_each_variant(fair):
    table = run_folder.intervals()
    draws = {"a": 1, "b": 9, "c": 10}
    told = warnings(
        fair, intervals={v: table.assign(draws=n) for v, n in draws.items()}
    )
    starts = [one.split(" of")[0] for one in told]
    assert starts == ["Segments a: 1 draw", "Segments b: 9 draws"]


def test_folds_are_recommended_where_far_more_are_tested_than_learned_from(fair):
    table = run_folder.intervals().assign(n_resampled=25, training_voices=12)
    assert not warnings(fair, intervals={"a": table}), "two folds"
    splits = {"splits": {"method": "balanced"}}
    one = fair._replace(config=fair.config | splits)
    utterances = table.assign(resampled="25 test utterances as if independent")
    assert not warnings(one, intervals={"a": utterances})
    (told,) = warnings(one, intervals={"a": table})
    assert told.startswith("Segments a: 12 training speakers for 25 test speakers:")
    assert not warnings(one, intervals={"a": table.assign(n_resampled=24)})


def test_classifiers_that_leave_out_classes_are_told(fair):
    table = run_folder.intervals()
    few = (table["percentage"] == 5) & (table["classifier"] == "svm")
    lacking = table["draws_lacking_classes"].mask(few, 5)
    told = warnings(fair, intervals={"a": table.assign(draws_lacking_classes=lacking)})
    (sentence,) = told
    assert "the SVM on mid-term features at 5 %; the SVM on codes at 5 %." in sentence
    assert sentence.startswith("Segments a: in half of the draws or more, some class")
    fewer = table.assign(draws_lacking_classes=lacking.mask(few, 4))
    assert not warnings(fair, intervals={"a": fewer})


def of_codes(fair, reference, *differences, is_first=False):
    """Warnings where codes are so much better than a reference with each classifier."""
    pair = {"baseline": reference, "feature_set": "code"}
    if is_first:
        pair = {"baseline": "code", "feature_set": reference}
        differences = [-difference for difference in differences]
    areas = pd.DataFrame({"difference": differences, "metric": "macro_f1", **pair})
    # Other metrics do not count.
    other = areas.assign(difference=-areas["difference"], metric="uar")
    one = fair.statistics["30k"]._replace(areas=pd.concat([areas, other]))
    return warnings(fair, statistics={"30k": one})


@pytest.mark.parametrize("is_first", [True, False])
@pytest.mark.parametrize(
    ("reference", "called"),
    [("pooled", "pooled spectra"), ("pca", "principal components")],
)
def test_codes_that_are_not_worth_their_training_are_warned_of(
    fair, reference, called, is_first
):
    (told,) = of_codes(fair, reference, 0.1, -0.1, 0.0, is_first=is_first)
    assert told == (
        f"Segments 30k: codes score no higher than {called} with 2 of 3 classifiers, "
        "over the whole curve: they are not worth their training here."
    )
    assert of_codes(fair, reference, 0.1, -0.1, is_first=is_first) == []


# Warnings of the same audio under several names


def of_duplicates(fair, *groups):
    rows = [
        (*row, *["1"][len(row) - 3 :], number)
        for number, group in enumerate(groups, 1)
        for row in group
    ]
    columns = ["utterance", "label", "part", "speaker", "group"]
    return warnings(fair, duplicates=pd.DataFrame(rows, columns=columns))


@pytest.mark.parametrize(
    ("others", "words"),
    [
        (
            [("b", "neutral", "p02")],
            ["in two parts", "'b' (neutral, part p02, speaker '1')"],
        ),
        (
            [("b", "positive", "p01")],
            ["two classes", "'b' (positive, part p01, speaker '1')"],
        ),
        (
            [("b", "neutral", "p01")],
            ["counts as often", "'b' (neutral, part p01, speaker '1')"],
        ),
        (
            [("b", "neutral", "p01", "2")],
            ["two speakers", "'b' (neutral, part p01, sp"],
        ),
        ([("b", "neutral", "p01", "")], ["counts as often", "unknown speaker"]),
        # Speech without a label is of no other class.
        (
            [("b", "", "p01")],
            ["counts as often", "'b' (no label, part p01, speaker '1')"],
        ),
        # The one that differs is told of.
        (
            [("b", "neutral", "p01"), ("c\n", "neutral", "p02")],
            ["in two parts", r"'c\n' (neutral, part p02, speaker '1')"],
        ),
    ],
)
def test_what_a_duplicate_does_is_told_by_an_example(fair, others, words):
    (told,) = of_duplicates(fair, [("a", "neutral", "p01"), *others])
    assert "'a' (neutral, part p01, speaker '1') and" in told and "; 1 in all)" in told
    assert all(word in told for word in words)
    assert "duplicates.csv" in told


def test_the_worst_duplicate_is_told_first_and_each_kind_once(fair):
    same = [("a", "neutral", "p01"), ("b", "neutral", "p01")]
    clash = [("c", "neutral", "p01"), ("d", "positive", "p01")]
    both = [("e", "neutral", "p01"), ("f", "positive", "p02")]
    leak = [("g", "neutral", "p01"), ("h", "", "unlabelled")]
    told = of_duplicates(fair, same, clash, both, leak)
    kinds = ["in two parts", "two classes", "several names"]
    assert [kind in one for kind, one in zip(kinds, told, strict=True)] == [True] * 3
    assert ["; 2 in all)" in one for one in told] == [True, True, False]


def test_a_copy_without_a_label_contradicts_none(fair):
    assert of_duplicates(fair) == []
    (told,) = of_duplicates(fair, [("a", "neutral", "p01"), ("b", "", "unlabelled")])
    assert (
        "in two parts" in told
        and "'b' (no label, part unlabelled, speaker '1')" in told
    )
    # The two that contradict each other are told of.
    same = [("a", "neutral", "p01"), ("b", "", "p01"), ("c", "positive", "p01")]
    (told,) = of_duplicates(fair, same)
    assert (
        "'a' (neutral, part p01, speaker '1') and 'c' (positive, part p01, speaker '1')"
        in told
    )


# Warnings of an unfair corpus


def of_confounds(fair, *rows, method="folds"):
    """Warnings of rows of confounds.csv."""
    table = confound_table(*rows).astype({"value": float})
    return warnings(with_config(fair, "splits", method=method), confounds=table)


@pytest.mark.parametrize(
    ("held_out", "words"),
    [
        ("speakers", "0.28 when whole speakers are held out"),
        ("contiguous blocks", "0.28 when contiguous blocks are held out"),
        ("speakers and sessions", "(sessions where the speaker is unknown)"),
    ],
)
def test_a_large_gap_is_warned_of(fair, held_out, words):
    small, negative = validated(0.58, 0.5, name="pca"), validated(0.3, 0.6, name="code")
    large = validated(0.58, 0.28, held_out)
    (told,) = of_confounds(fair, *small, *large, *negative)
    assert told.startswith("Segments 30k, mid-term features: cross-validation")
    assert "scores 0.58 when utterances are shuffled" in told
    assert words in told


@pytest.mark.parametrize(
    ("alone", "others", "is_told"), [(0.99, 0.35, True), (0.6, 0.5, False)]
)
def test_a_column_that_knows_more_than_all_others_is_warned_of(
    fair, alone, others, is_told
):
    rows = [
        ("column_macro_f1", "training", "", "", "mine", alone, "x2"),
        ("others_macro_f1", "training", "", "", "mine", others, ""),
    ]
    words = [
        "Feature table mine: its column `x2` alone",
        f"macro F1 of {alone:.2f}",
        f"all others together with {others:.2f}",
    ]
    told = of_confounds(fair, *rows)
    assert len(told) == is_told
    assert all(word in warning for warning in told for word in words)


def test_too_little_speech_to_tell_is_warned_of(fair):
    why = "the neutral class has 1 training utterance and 2 are needed"
    row = ("no_cross_validation", "training", "", "30k", "code", 1, why)
    (told,) = of_confounds(fair, row)
    assert told.startswith("Segments 30k, codes: no cross-validation") and why in told


@pytest.mark.parametrize("role", ["training", "test"])
def test_a_speaker_who_gives_much_of_a_class_is_warned_of(fair, role):
    quantity = "largest_speaker_share"
    (told,) = of_confounds(
        fair,
        (quantity, role, "negative", "", "", 0.26, "anna"),
        (quantity, role, "neutral", "", "", 0.25, "anna"),
        (quantity, role, "positive", "", "", 0.5, "ben\n# Answer"),
        (quantity, role, "", "", "", 0.3, "anna"),
        (quantity, "unlabelled", "neutral", "", "", 0.9, "cleo"),
    )
    assert told.startswith(f"Among {role} utterances a single speaker gives")
    assert "26 % of the negative ones ('anna')" in told
    # A name of the user's makes no line of the summary.
    assert r"50 % of the positive ones ('ben\n# Answer')" in told
    assert "neutral" not in told


def test_advice_is_what_the_configuration_can_follow(fair):
    rows = validated(0.58, 0.28)
    rows.append(("largest_speaker_share", "test", "neutral", "", "", 0.9, "anna"))
    for method, limits in [("balanced", True), ("study", True), ("folds", False)]:
        told = of_confounds(fair, *rows, method=method)
        assert [("splits.max_speaker_share" in one) for one in told] == [limits] * 2


def speakers(fair, **roles):
    rows = [
        (quantity, role, "", "", "", number, "")
        for role, n in roles.items()
        for quantity, number in (("speakers", n), ("utterances", 40))
    ]
    return of_confounds(fair, *rows)


def test_few_or_no_known_speakers_are_warned_of(fair):
    training, test = speakers(fair, training=9, unlabelled=2, test=6)
    assert training.startswith("Known speakers among training utterances: 9.")
    assert test.startswith("Known speakers among test utterances: 6.")
    assert "intervals" in test
    assert speakers(fair, training=10, unlabelled=2, test=10) == []
    (told,) = speakers(fair, training=0, test=0)
    assert "None of 40 test utterances" in told
    assert "independent" in told and "too narrow" in told
    # Intervals are those of test scores.
    assert speakers(fair, training=30, test=0) == [told]
    assert speakers(fair, training=0, test=30) == []


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
    told = answers.about_scores(per_speaker(12))
    assert "Per speaker (code@speaker): " in told
    assert "or the test speech, without looking at labels" in told
    assert told.endswith("the speaker with the fewest has 12 utterances.")
    assert "speaker (" not in answers.about_scores(run_folder.intervals())


def test_chance_is_quoted_as_it_was_measured():
    numbers = {"score": [0.3, 0.32, 0.9], "low": [0.25, 0.26, 0.8]}
    numbers |= {"high": [0.35, 0.36, 0.99], "metric": ["macro_f1", "macro_f1", "uar"]}
    # The mean of 0.3 and 0.32, the lowest low and the highest high.
    assert (
        "score 0.310 on average, and within 0.250 to 0.360 (95 % intervals"
        in answers.about_chance(pd.DataFrame(numbers), "macro_f1")
    )


def test_conclusions_are_the_same_from_a_file_whose_percentages_are_numbers(tmp_path):
    write_run(tmp_path)
    path = tmp_path / "statistics" / "30k" / "conclusions.csv"
    table = read_scores(path).assign(percentages=["50", "100"], ahead="code")
    table.assign(least=0.01, most=0.01).to_csv(path, index=False)
    (told, _) = answers.answers(found.read(tmp_path, CONFIG))["Segments 30k"]
    assert "at 50 % of the labels, by 0.010" in told.found
