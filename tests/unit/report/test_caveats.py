"""Caveats name each kind of trouble once, with its numbers and advice that fits."""

import numpy as np
import pandas as pd
import pytest
import run_folder
from drawing import confound_table, validated

from speechcodes.report.caveats import caveats


def with_config(results, section, **changes):
    """The same results of a configuration with changes in a section."""
    changed = results.config[section] | changes
    return results._replace(config=results.config | {section: changed})


def found_in(results, *, intervals=None, **changed):
    """Caveats of the same results with other tables; intervals by variant."""
    if intervals:
        of_variant = results.statistics["30k"]
        changed["statistics"] = {
            segment: of_variant._replace(intervals=table)
            for segment, table in intervals.items()
        }
    # Of speech that nobody is known to speak, there is a test of its own.
    kinds = caveats(results._replace(**changed))
    return [one for one in kinds if "neither a known speaker" not in one.title]


def warnings(results, **changed):
    """The same in words."""
    return list(map(str, found_in(results, **changed)))


def rows(caveat):
    """The table of a caveat, as tuples."""
    return list(caveat.table.itertuples(index=False, name=None))


def test_audio_that_could_not_be_used_is_warned_of_once(fair):
    # Every stage that meets a file leaves it out.
    left_out = [
        ("corpus", "missing_file", 4),
        ("midterm", "silent", 2),
        ("spectrograms_30k", "silent", 2),
        ("spectrograms_30k", "too_short", 900),
    ]
    table = pd.DataFrame(left_out, columns=["stage", "reason", "count"])
    (told,) = warnings(fair, rejected=table)
    assert told.startswith(
        "6 audio files could not be used and are left out (4 missing_file, 2 silent)."
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
    told = found_in(fair, segments=moved)
    assert len(told) == is_warned_of
    for one in told:
        assert one.title.startswith("Leaving out short utterances changes")
        # 20 of 33 are 61 %; of equal changes the first is told.
        assert rows(one) == [("30k", 7, 40, "negative", "50 %", "61 %")]


def test_an_autoencoder_that_learned_nothing_is_warned_of_with_its_folds(fair):
    choice = fair.choices["30k"]
    useless = choice.assign(validation_loss=[0.3, 0.5], mean_spectrogram_loss=0.5)
    both = {"20k": choice, "30k": useless}
    statistics = dict.fromkeys(both, fair.statistics["30k"])
    (told,) = found_in(fair, choices=both, statistics=statistics)
    assert told.title == "An autoencoder learned nothing (segment variant 30k)."
    assert "no better than the mean spectrogram" in told.text
    assert rows(told) == [("30k", 2, "study1_latent8", 0.5, 0.5)]
    (told,) = found_in(fair, choices={"30k": useless})
    assert told.title == "An autoencoder learned nothing."


def test_what_features_may_not_be_used_for_is_told_once(fair):
    sets = {"feature_sets": ["egemaps", "compare2016@speaker", "code"]}
    config = fair.config | {"experiment": fair.config["experiment"] | sets}
    (told,) = warnings(fair, config=config)
    assert "openSMILE" in told and "research" in told


def test_speakers_who_say_little_are_warned_of_where_features_rest_on_them(fair):
    (told,) = warnings(fair, intervals={"30k": run_folder.per_speaker(9)})
    assert told.startswith("A speaker has only 9 utterances to normalise over.")
    plain = run_folder.intervals().assign(fewest_of_speaker=9)
    assert warnings(fair, intervals={"30k": plain}) == []
    assert warnings(fair, intervals={"30k": run_folder.per_speaker(10)}) == []


def test_different_units_are_warned_of(fair):
    table = run_folder.intervals()
    # As in the published study: mid-term features on utterances, codes on segments.
    is_code = table["feature_set"] == "code"
    table = table.assign(
        unit=np.where(is_code, "segment", "utterance"), n=np.where(is_code, 240, 60)
    )
    (told,) = found_in(fair, intervals={"30k": table})
    assert told.title == "Feature sets are scored on different units."
    assert rows(told) == [
        ("30k", "midterm", "60 test utterances"),
        ("30k", "code", "240 test segments"),
    ]


def test_few_draws_are_warned_of_once(fair):
    def told(*draws):
        table = run_folder.intervals()
        of = {str(i): table.assign(draws=n) for i, n in enumerate(draws)}
        return warnings(fair, intervals=of)

    (one,) = told(1, 9, 10)
    assert one.startswith("Labels are drawn once only.")
    (one,) = told(9, 10)
    assert one.startswith("Labels are drawn 9 times only.")
    assert told(10, 10) == []


def test_folds_are_recommended_where_far_more_are_tested_than_learned_from(fair):
    table = run_folder.intervals().assign(n_resampled=25, training_voices=12)
    assert not warnings(fair, intervals={"a": table}), "two folds"
    splits = {"splits": {"method": "balanced"}}
    one = fair._replace(config=fair.config | splits)
    utterances = table.assign(resampled="25 test utterances as if independent")
    assert not warnings(one, intervals={"a": utterances})
    (told,) = warnings(one, intervals={"a": table})
    assert told.startswith("There are 12 training speakers for 25 test speakers.")
    assert not warnings(one, intervals={"a": table.assign(n_resampled=24)})


def test_classifiers_that_leave_out_classes_are_told(fair):
    table = run_folder.intervals()
    few = (table["percentage"] == 5) & (table["classifier"] == "svm")
    lacking = table["draws_lacking_classes"].mask(few, 5)
    (told,) = found_in(
        fair, intervals={"a": table.assign(draws_lacking_classes=lacking)}
    )
    assert told.title == "With few labels, some class is never predicted (SVM)."
    assert rows(told) == [("a", "svm", "midterm", "5"), ("a", "svm", "code", "5")]
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
    return found_in(fair, statistics={"30k": one})


@pytest.mark.parametrize("is_first", [True, False])
@pytest.mark.parametrize(
    ("reference", "called"),
    [("pooled", "pooled spectra"), ("pca", "principal components")],
)
def test_codes_that_are_not_worth_their_training_are_warned_of(
    fair, reference, called, is_first
):
    (told,) = of_codes(fair, reference, 0.1, -0.1, 0.0, is_first=is_first)
    assert told.title == f"Codes score no higher than {called}."
    assert rows(told) == [("30k", "code", called, "2 of 3 classifiers")]
    assert of_codes(fair, reference, 0.1, -0.1, is_first=is_first) == []


# Warnings of the same audio under several names


def of_duplicates(fair, *groups):
    copies = [
        (*row, *["1"][len(row) - 3 :], number)
        for number, group in enumerate(groups, 1)
        for row in group
    ]
    columns = ["utterance", "label", "part", "speaker", "group"]
    return warnings(fair, duplicates=pd.DataFrame(copies, columns=columns))


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
            ["several names", "'b' (neutral, part p01, speaker '1')"],
        ),
        (
            [("b", "neutral", "p01", "2")],
            ["two speakers", "'b' (neutral, part p01, sp"],
        ),
        ([("b", "neutral", "p01", "")], ["several names", "unknown speaker"]),
        # Speech without a label is of no other class.
        (
            [("b", "", "p01")],
            ["several names", "'b' (no label, part p01, speaker '1')"],
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
    assert (
        "'a' (neutral, part p01, speaker '1') and" in told
        and "there is 1 case." in told
    )
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
    assert ["are 2 cases." in one for one in told] == [True, True, False]


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
    return found_in(with_config(fair, "splits", method=method), confounds=table)


@pytest.mark.parametrize(
    ("held_out", "words"),
    [
        ("speakers", "than with whole speakers held out"),
        ("contiguous blocks", "than with whole contiguous blocks of recordings held"),
        ("speakers and sessions", "speakers (sessions where unknown) held out"),
    ],
)
def test_a_large_gap_is_warned_of(fair, held_out, words):
    small, negative = validated(0.58, 0.5, name="pca"), validated(0.3, 0.6, name="code")
    large = validated(0.58, 0.28, held_out)
    (told,) = of_confounds(fair, *small, *large, *negative)
    assert told.title == (
        "Shuffled cross-validation would overstate mid-term features."
    )
    assert words in told.text and "score up to 0.30 higher" in told.text
    assert rows(told) == [("30k", "midterm", "0.580", "0.280")]


@pytest.mark.parametrize(
    ("alone", "others", "is_told"), [(0.99, 0.35, True), (0.6, 0.5, False)]
)
def test_a_column_that_knows_more_than_all_others_is_warned_of(
    fair, alone, others, is_told
):
    columns = [
        ("column_macro_f1", "training", "", "", "mine", alone, "x2"),
        ("others_macro_f1", "training", "", "", "mine", others, ""),
    ]
    words = [
        "The column `x2` of the feature table mine may be made from the labels.",
        f"macro F1 of {alone:.2f}",
        f"all others together with {others:.2f}",
    ]
    told = of_confounds(fair, *columns)
    assert len(told) == is_told
    assert all(word in str(one) for one in told for word in words)


def test_too_little_speech_to_tell_is_warned_of(fair):
    why = "the neutral class has 1 training utterance and 2 are needed"
    row = ("no_cross_validation", "training", "", "30k", "code", 1, why)
    (told,) = of_confounds(fair, row)
    assert told.title.startswith("Whether features recognise voices")
    assert rows(told) == [("30k", "code", why)]


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
    what = {"training": "training", "test": "testing"}[role]
    assert told.title == f"One speaker gives much of a class, for {what}."
    # A name of the user's makes no line of the summary.
    assert rows(told) == [
        (role, "negative", "'anna'", "26 %"),
        (role, "positive", r"'ben\n# Answer'", "50 %"),
    ]


def test_advice_on_who_speaks_is_given_where_classes_depend_on_it(fair):
    for nmi, advised in [(0.05, False), (0.2, True)]:
        depends = ("class_speaker_nmi", "training", "", "", "", nmi, "")
        (told,) = of_confounds(fair, *validated(0.58, 0.28), depends)
        assert ("label more classes of each speaker" in told.text) == advised


def test_advice_is_what_the_configuration_can_follow(fair):
    unfair = validated(0.58, 0.28)
    unfair.append(("class_speaker_nmi", "training", "", "", "", 0.2, ""))
    unfair.append(("largest_speaker_share", "test", "neutral", "", "", 0.9, "anna"))
    for method, limits in [("balanced", True), ("study", True), ("folds", False)]:
        told = of_confounds(fair, *unfair, method=method)
        assert [("max_speaker_share" in one.text) for one in told] == [limits] * 2


def speakers(fair, **roles):
    """Caveats of so many known speakers of each role."""
    counted = [
        (quantity, role, "", "", "", number, "")
        for role, n in roles.items()
        for quantity, number in (("speakers", n), ("utterances", 40))
    ]
    return list(map(str, of_confounds(fair, *counted)))


def test_few_or_no_known_speakers_are_warned_of(fair):
    (told,) = speakers(fair, training=9, unlabelled=2, test=6)
    assert told.startswith("There are few speakers: 9 for training and 6 for testing.")
    assert "Intervals over few test speakers are wide" in told
    (told,) = speakers(fair, training=10, test=9)
    assert told.startswith("There are few speakers: 9 for testing. Intervals")
    assert speakers(fair, training=10, unlabelled=2, test=10) == []
    (told,) = speakers(fair, training=0, test=0)
    assert told.startswith("None of 40 test utterances has a known speaker.")
    assert "independent" in told and "too narrow" in told
    # Intervals are those of test scores.
    assert speakers(fair, training=30, test=0) == [told]
    assert speakers(fair, training=0, test=30) == []


# Warnings of labels and folds


def test_a_class_that_one_speaker_has_alone_is_warned_of(fair):
    table = fair.utterances
    is_other = (table["label"] == "neutral") & (table["voice"] != "speaker s3")
    (told,) = warnings(fair, utterances=table[~is_other])
    assert told.startswith("Only one speaker has neutral utterances.")
    assert "zero by necessity" in told
    is_other |= (table["label"] == "negative") & (table["voice"] != "speaker s3")
    (told,) = warnings(fair, utterances=table[~is_other])
    assert told.startswith("Only one speaker has negative and neutral utterances, each")


def test_labels_that_no_fold_uses_are_warned_of(fair):
    # The part of speakers 5 and 11 is left over.
    left = fair.utterances.assign(part=fair.utterances["part"].replace("p06", ""))
    (told,) = warnings(fair, utterances=left)
    assert told.startswith("The labels of 6 of 36 labelled utterances are not used.")


def test_uneven_folds_are_warned_of(fair):
    def told(large):
        is_first = (fair.roles["role"] == "test") & (fair.roles["fold"] == 1)
        counts = fair.roles["utterances"].mask(is_first, large)
        return warnings(fair, roles=fair.roles.assign(utterances=counts))

    assert told(36) == []
    (one,) = told(37)
    assert one.startswith("Folds are uneven: they test 18 to 37 utterances.")


def test_unlabelled_speech_of_nobody_known_is_warned_of_where_it_is_learned_from(fair):
    told = list(map(str, caveats(fair)))
    assert told == [
        "4 of 12 utterances without a label have neither a known speaker nor a "
        "session. Voices that are tested may be among them, and features are learned "
        "from them. Name their speakers or sessions if you can."
    ]
    learned = fair.roles[fair.roles["role"] != "unlabelled"]
    assert caveats(fair._replace(roles=learned)) == []


def test_scores_no_better_than_chance_are_warned_of(fair):
    def told(p):
        one = fair.statistics["30k"]
        found = one._replace(chance=one.chance.assign(p=p))
        return found_in(fair, statistics={"30k": found})

    (one,) = told(0.05)
    assert one.title == "No features tell the classes apart better than chance."
    # 0.3, 0.004 per per cent, and 0.01 for codes.
    assert rows(one) == [("30k", "code", "svm", pytest.approx(0.71), 0.32, 0.05)]
    assert told(0.049) == []


def test_kinds_stand_in_the_order_of_harm(fair):
    few = confound_table(
        ("speakers", "test", "", "", "", 3, ""),
        ("utterances", "test", "", "", "", 40, ""),
    ).astype({"value": float})
    rejected = pd.DataFrame([("midterm", "silent", 2)])
    rejected.columns = ["stage", "reason", "count"]
    same = pd.DataFrame(
        {"utterance": ["a", "b"], "label": "neutral", "part": ["1", "2"]}
    )
    same = same.assign(speaker="x", group=1)
    told = warnings(fair, confounds=few, rejected=rejected, duplicates=same)
    starts = ["The same audio is in two parts", "There are few speakers", "2 audio"]
    assert all(one.startswith(start) for one, start in zip(told, starts, strict=True))
