"""All sentences about results, made from the tables that a run left.

The page, the summary and the comparison of runs say what stands here, and nothing else.
"""

import itertools
from typing import NamedTuple

import numpy as np
import pandas as pd

from speechcodes import names
from speechcodes.experiment import confounds, selection_check
from speechcodes.experiment.bootstrap import FEWEST
from speechcodes.experiment.comparison import EXPLORATORY, PRIMARY
from speechcodes.experiment.conclusions import FEWEST_DRAWS, SURE
from speechcodes.names import (
    BEST_REFERENCE,
    FEATURE_SETS,
    PER_SPEAKER,
    all_parts,
    feature_set,
    is_per_speaker,
    listed,
)
from speechcodes.records import NO_LABEL, UNUSABLE_AUDIO
from speechcodes.report.folders import TABLES
from speechcodes.report.results import ALL, Results

QUESTION = (
    "When only few utterances are labelled, are features learned from unlabelled "
    "speech better than hand-crafted ones?"
)
NOTHING_TO_COMPARE = "There is one feature set only, so there is nothing to compare."
SYNTHETIC = (
    "The speech of this corpus is synthetic: eSpeak NG spoke it, and its classes are "
    "settings of pitch, range, rate and loudness. Its scores show that the workflow "
    "works, and say nothing about people."
)

#: Features that need no training to speak of, which codes have to beat.
REFERENCES = ("pooled", "pca", "untrained")
#: Why no winner is named, by `conclusions.csv`.
NO_WINNER = {
    "units": "the two are scored on different units",
    "speakers": f"there are fewer than {FEWEST} test speakers",
    "draws": f"there are fewer than {FEWEST_DRAWS} draws of training utterances",
}
#: Loss of macro F1 to warn of when whole speakers are held out. Where speakers differ
#: in nothing, simulation gives a gap of 0 ± 0.05 (standard deviation) with 72
#: utterances of 6 speakers, and 0 ± 0.02 with 360.
LARGE_GAP = 0.10
#: By which one column alone tells classes better than all others together.
LARGE_LEAD = 0.20
#: Known speakers of a role below which a warning is due.
FEW_SPEAKERS = 10
#: Test speakers for each training speaker above which folds are recommended.
MANY_TESTED = 2
#: A hand-crafted set known to be strong, and what its name has in it.
STRONGER, STRONGER_NAME = "eGeMAPS (of openSMILE)", "gemaps"
#: Classes that a title names one by one.
MOST_NAMED = 6
#: Fewer draws give rough intervals.
FEW_DRAWS = 10
#: A speaker with fewer utterances has a mean that is theirs more than the speaker's.
FEW_OF_SPEAKER = 10
#: Percentage points by which leaving out short utterances may move a class.
LARGE_MOVE = 5


class Conclusion(NamedTuple):
    """Who is ahead where, with one classifier, and by how much over the whole curve."""

    classifier: str
    found: str
    measured: str
    is_ahead: bool

    def __str__(self) -> str:
        """Return it as one text."""
        return f"{self.classifier}: {self.found}. {self.measured}."


# The corpus


def title(results: Results) -> str:
    """Return what a report is about: its corpus and classes."""
    classes = results.classes
    which = (
        listed(classes)
        if len(classes) <= MOST_NAMED
        else f"{len(classes)} classes, from {classes[0]} to {classes[-1]}"
    )
    return f"{results.corpus}: {which}"


def synthetic(results: Results) -> str:
    """Return a sentence if nobody spoke what the results are about, else nothing."""
    return SYNTHETIC if results.config["corpus"]["reader"] == "demo" else ""


def facts(results: Results) -> list[str]:
    """Return what a run was about, in a few words each."""
    table, folds = results.utterances, len(results.folds)
    labelled = (table["label"] != "").sum()
    speakers = table["speaker"].replace("", None).nunique()
    without = len(table) - labelled
    return [
        f"{count(labelled, 'labelled utterance')} of {len(results.classes)} classes",
        *([f"{without} without a label"] if without else []),
        f"{count(speakers, 'known speaker')}",
        count(folds, "fold") if folds > 1 else "one division",
        f"scored by {names.metric(results.metric)}",
        f"protocol {results.config['experiment']['protocol']}",
    ]


def about_folds(results: Results) -> list[str]:
    """Say how speech is divided, and how much of it is used for what."""
    total = results.roles[results.roles["label"] == ALL]
    of_role = {
        role: rows["utterances"] for role, rows in total.groupby("role", sort=False)
    }
    each = "In each fold, classifiers" if len(results.folds) > 1 else "Classifiers"
    uses = (
        f"{each} are trained on {_range(of_role['training'])} labelled utterances and "
        f"tested on {_range(of_role['test'])}"
    )
    if "unlabelled" in of_role:
        who = "autoencoders are trained" if results.choices else "features learned"
        uses += (
            f"; {who} on {_range(of_role['unlabelled'])} utterances"
            f"{_also_training(total)}, without looking at labels"
        )
    return [_about_division(results), f"{uses}.", *_about_unused(results)]


def _also_training(total):
    """Tell if what trains classifiers trains autoencoders, too."""
    parts = total.set_index(["fold", "role"])["parts"].str.split()
    training, unlabelled = (set(parts[1, role]) for role in ("training", "unlabelled"))
    return ", training utterances among them" if training & unlabelled else ""


def _about_division(results):
    folds = len(results.folds)
    if folds == 1:
        roles = listed(results.roles["role"].unique())
        return f"The corpus is divided once, into {roles} speech."
    parts = set(" ".join(results.roles["parts"]).split()) - {"unlabelled"}
    repeats = results.config["splits"].get("repeats", 1)
    grouped = (
        f" They are grouped in {repeats} ways, which makes {folds} folds in all."
        if repeats > 1
        else ""
    )
    return (
        f"Whole voices are dealt into {count(len(parts), 'part')}, and the parts into "
        f"{count(folds // repeats, 'fold')}, each of which tests other voices.{grouped}"
    )


def _about_unused(results):
    """Labels that no fold uses, and speech without labels whose speaker is unknown."""
    table = results.utterances
    is_labelled = table["label"] != ""
    unused = (is_labelled & ~is_used(results, "training", "test")).sum()
    if unused:
        yield (
            f"The labels of {unused} of {is_labelled.sum()} labelled utterances are "
            "not used."
        )
    without = table[~is_labelled]
    if len(without):
        unknown = without["speaker"] == ""
        alone = without["voice"].str.startswith("utterance ").sum()
        told = f"{count(len(without), 'utterance')} {_have(len(without))} no label"
        if unknown.any():
            told += (
                f", and the speaker of {unknown.sum()} of them "
                f"({100 * unknown.mean():.0f} %) is unknown"
            )
        if alone:
            told += (
                f"; {alone} {_have(alone)} no known session either, so that voices of "
                "the test may be among them"
            )
        yield f"{told}."


def is_used(results: Results, *roles: str) -> pd.Series:
    """Tell of each utterance whether its part has one of some roles in any fold."""
    chosen = results.roles[results.roles["role"].isin(roles)]
    return results.utterances["part"].isin(" ".join(chosen["parts"]).split())


# The answer


def variant(segment: str) -> str:
    """Return what a segment variant is called in a heading."""
    return "Feature tables" if segment == TABLES else f"Segments {segment}"


def answers(results: Results) -> dict[str, list[Conclusion]]:
    """Return the conclusions of each segment variant, by what it is called."""
    found = {
        variant(segment): [conclude(row) for row in rows.itertuples()]
        for segment, statistics in results.statistics.items()
        for rows in [asked(statistics.conclusions)]
    }
    return {name: conclusions for name, conclusions in found.items() if conclusions}


def above_chance(results: Results) -> list[str]:
    """Say of each segment variant which features tell classes better than chance."""
    told = (
        "Better than chance for certain (p < 0.05, corrected for all; classes shuffled "
        "within speakers)"
    )
    is_one = len(results.statistics) == 1
    return [
        f"{told}{'' if is_one else f', {variant(segment).lower()}'}: "
        + _above_chance(found.chance[found.chance["metric"] == results.metric])
        for segment, found in results.statistics.items()
    ]


def _above_chance(chance):
    is_above = chance["p"] < SURE
    if is_above.all():
        return "all features, with every classifier and at every percentage."
    if not is_above.any():
        return "nothing."
    missing = [
        f"{feature_set(name)} with {names.classifier(classifier)} "
        f"at {listed(rows['percentage'])} %"
        for (name, classifier), rows in chance[~is_above].groupby(
            ["feature_set", "classifier"], sort=False
        )
    ]
    return f"all but {listed(missing)}."


def asked(conclusions: pd.DataFrame) -> pd.DataFrame:
    """Return the conclusions that answer what the workflow asks.

    Those that hold learned features against others; where there are none, all.
    """
    answering = conclusions["comparison"] != EXPLORATORY
    return conclusions[answering] if answering.any() else conclusions


def how_sure(*several: Results) -> str:
    """Say what it takes to be called ahead, and whom intervals hold for."""
    told = (
        "A feature set is called ahead only where intervals that hold for all "
        "comparisons of a report at once exclude zero, in this score and in UAR "
        "alike: if no two sets differed, at most about one report in twenty would name "
        "a winner."
    )
    statistics = [s for results in several for s in results.statistics.values()]
    found = pd.concat([of_variant.conclusions for of_variant in statistics])
    if (found["comparison"] == PRIMARY).any():
        told += (
            " The comparison with the best reference was fixed in the configuration, "
            "and is corrected for its own percentages alone: one more report in "
            "twenty, at most. There, a set is ahead only where it is ahead of every "
            "reference."
        )
        sets = [
            s
            for results in several
            for s in results.config["experiment"]["feature_sets"]
        ]
        if not any(STRONGER_NAME in name.lower() for name in sets):
            told += (
                f" {STRONGER} is known as a strong reference, but no set of this run "
                "is called so: add `egemaps` to the feature sets (docs/running.md)."
            )
    return f"{told} {_generalised(pd.concat([of.intervals for of in statistics]))}"


def _generalised(found):
    """Say which speakers intervals hold for."""
    if found["halvings"].min():
        return (
            "Intervals are for other test speakers and other training speakers: how "
            f"much these matter was told by halving them "
            f"{count(found['halvings'].max(), 'time')}."
        )
    return (
        f"{'Some intervals' if found['halvings'].max() else 'Intervals'} and winners "
        "are for other test speakers, but for these training speakers alone: how much "
        "these matter was not measured, for which they must be known, and "
        "`experiment.halvings` be above 0."
    )


def conclude(row) -> Conclusion:
    """Put one row of `conclusions.csv` into words."""
    one, other = feature_set(row.feature_set), feature_set(row.baseline)
    measured = (
        f"Over the whole curve, {one} score {abs(row.difference):.3f} "
        f"{'higher' if row.difference >= 0 else 'lower'} in {names.metric(row.metric)} "
        f"than {other}"
    )
    if not np.isnan(row.low):
        measured += f" (95 % interval {row.low:+.3f} to {row.high:+.3f})"
    if row.unnamed:
        found = f"no winner is named between {one} and {other}, since "
        found += NO_WINNER[row.unnamed]
    else:
        p = "< 0.001" if row.p < 0.001 else f"= {row.p:.3f}"
        found = _found(row) or f"no certain difference between {one} and {other}"
        found += f" (corrected p {p})"
    classifier = names.classifier(row.classifier)
    return Conclusion(classifier, found, measured, bool(row.ahead))


def _found(row):
    """Say who is ahead where, and by how much; empty if nobody is for certain."""
    sides = {
        row.feature_set: (row.percentages, row.least, row.most, row.baseline),
        row.baseline: (
            row.baseline_percentages,
            row.baseline_least,
            row.baseline_most,
            row.feature_set,
        ),
    }
    told = []
    for winner in row.ahead.split():
        percentages, least, most, loser = sides[winner]
        be = "is" if winner == BEST_REFERENCE else "are"
        who = f"{feature_set(winner)} {be} ahead of {feature_set(loser)}"
        if percentages:
            told.append(f"{who} {_where(percentages, least, most)}")
        else:
            told.append(f"{who} on average, but not for certain at any one percentage")
    return "; ".join(told)


def _where(percentages, least, most):
    """Write percentages such as ``5-20 50``, and the differences there, in words."""
    places = [
        f"from {first} to {last}" if last else f"at {first}"
        for first, _, last in (run.partition("-") for run in percentages.split())
    ]
    sizes = (f"{float(least):.3f}", f"{float(most):.3f}")
    is_one = len(places) == 1 and "-" not in percentages
    by = sizes[0] if is_one else " to ".join(sizes)
    return f"{listed(places)} % of the labels, by {by}"


def warnings(results: Results) -> list[str]:
    """Say what limits the answer: of the corpus first, then of each segment variant."""
    found = []
    if results.duplicates is not None:
        found += _of_duplicates(results.duplicates)
    found += _of_confounds(results.confounds, results.config.get("splits", {}))
    found += _of_rejected(results.rejected)
    if results.segments is not None:
        found += _of_short(results.segments)
    for segment, choice in results.choices.items():
        found += _of_useless(segment, choice)
    can_fold = (
        len(results.folds) == 1
        and "splits" in results.config
        and results.config["experiment"]["protocol"] == "robust"
    )
    for segment, statistics in results.statistics.items():
        main = statistics.intervals[statistics.intervals["main"]]
        areas = statistics.areas
        found += _of_codes(segment, areas[areas["metric"] == results.metric])
        found += _of_units(segment, main)
        found += _of_draws(segment, main)
        found += _of_few_trained(segment, main, can_fold)
        found += _of_lacking(segment, main)
        found += _of_normalised(segment, main)
    return found + _of_licences(results.config["experiment"]["feature_sets"])


def _of_licences(sets):
    """Say what features may not be used for."""
    known = [FEATURE_SETS[name] for name in all_parts(sets) if name in FEATURE_SETS]
    return sorted({one.licence for one in known if one.licence})


#: What the same audio under different names may do, the worst first.
_DUPLICATES = {
    "part": (
        "The same audio is in two parts, under different names: {example}. What is "
        "tested was learned from; leave all but one of the names out of the corpus"
    ),
    "label": (
        "The same audio has two classes, under different names: {example}. One of them "
        "is wrong; leave that name out of the corpus"
    ),
    "speaker": (
        "The same audio has two speakers, under different names: {example}. One of "
        "them is wrong, or both speak; leave all but one of the names out of the corpus"
    ),
    "": (
        "The same audio has several names, and counts as often: {example}. Leave all "
        "but one of the names out of the corpus"
    ),
}


def _of_duplicates(table):
    """Audio in two parts, with two classes or two speakers, and all else."""
    found = {kind: [] for kind in _DUPLICATES}
    for _, group in table.groupby("group"):
        labelled = group[group["label"] != ""]
        in_two_parts = group["part"].nunique() > 1
        of_two_classes = labelled["label"].nunique() > 1
        spoken = group[group["speaker"] != ""]
        of_two_speakers = spoken["speaker"].nunique() > 1
        if in_two_parts:
            found["part"].append(group)
        if of_two_classes:
            # An utterance without a label contradicts none.
            found["label"].append(labelled)
        if of_two_speakers and not in_two_parts:
            found["speaker"].append(spoken)
        if not (in_two_parts or of_two_classes or of_two_speakers):
            found[""].append(group)
    for kind, groups in found.items():
        if groups:
            yield (
                f"{_DUPLICATES[kind].format(example=_example(groups[0]))} (all such "
                f"audio stands in `duplicates.csv`; {len(groups)} in all)."
            )


def _example(group):
    """The first utterance of a group, and one of another part and class if any is."""
    one, *others = group.to_dict("records")
    other = max(
        others,
        key=lambda u: sum(u[key] != one[key] for key in ("part", "label", "speaker")),
    )
    return " and ".join(
        f"{u['utterance']!r} ({u['label'] or 'no label'}, part {u['part'] or 'none'}, "
        f"{'speaker ' + repr(u['speaker']) if u['speaker'] else 'unknown speaker'})"
        for u in (one, other)
    )


_GAP = (
    "Segments {segment}, {features}: cross-validation among training utterances scores "
    "{shuffled:.2f} when utterances are shuffled and {grouped:.2f} when {held_out} are "
    "held out. This suggests that {source} met in training are recognised, rather than "
    "classes, so that a shuffled validation tells nothing of others. Spread each class "
    "over more speakers and sessions{how}, and trust only scores on other speakers."
)
#: What is held out, and what is met again where it is not.
_HELD_OUT = {
    confounds.SPEAKERS: ("whole speakers", "speakers"),
    confounds.SPEAKERS_AND_SESSIONS: (
        "whole speakers (sessions where the speaker is unknown)",
        "speakers or sessions",
    ),
    confounds.BLOCKS: (confounds.BLOCKS, "recordings"),
}
_RESULT_OF_FEW = {
    "training": "what is learned from so few may hold for their voices only",
    "test": "intervals over so few test speakers are wide and rough",
}


def _of_confounds(table, splits):
    """Classes that are told apart by voice, and too few voices to tell."""
    limits = splits.get("method") in ("balanced", "study")
    how = " (lower splits.max_speaker_share, larger splits.sizes)" if limits else ""
    yield from _of_columns(table)
    yield from _of_gaps(table, how, limits)
    yield from _of_shares(table, limits)
    for role, result in _RESULT_OF_FEW.items():
        if 0 < (known := _total(table, "speakers", role)) < FEW_SPEAKERS:
            yield (
                f"Known speakers among {role} utterances: {known:.0f}. With fewer than "
                f"{FEW_SPEAKERS}, {result}. Take utterances of more speakers{how}."
            )
    yield from _of_unknown_speakers(table)


def _of_columns(table):
    """A column of a user's table that may be the label itself."""
    wanted = table[table["quantity"].isin(["column_macro_f1", "others_macro_f1"])]
    for name, rows in wanted.groupby("feature_set", sort=False):
        found = rows.set_index("quantity")
        alone, others = found["value"][["column_macro_f1", "others_macro_f1"]]
        if alone - others > LARGE_LEAD:
            yield (
                f"Feature table {name}: its column "
                f"`{found.at['column_macro_f1', 'detail']}` alone tells classes of "
                f"speakers held out with a macro F1 of {alone:.2f}, all others "
                f"together with {others:.2f}. If it was made from the labels, or "
                "numbers files that are in an order, drop it: all scores of this table "
                "are too good."
            )


def _of_gaps(table, how, limits):
    validations = table[table["segment"] != ""].groupby(
        ["segment", "feature_set"], sort=False
    )
    for (segment, name), rows in validations:
        found = rows.set_index("quantity")
        features = feature_set(name)
        if "no_cross_validation" in found.index:
            sizes = " (larger splits.sizes.training)" if limits else ""
            yield (
                f"Segments {segment}, {features}: no cross-validation among training "
                "utterances can tell whether classes are confounded with speakers, as "
                f"{found.at['no_cross_validation', 'detail']}. Take more utterances "
                f"and speakers{sizes} or shorter segments."
            )
        elif found.at["macro_f1_gap", "value"] > LARGE_GAP:
            held_out, source = _HELD_OUT[found.at["grouped_macro_f1", "detail"]]
            yield _GAP.format(
                segment=segment,
                features=features,
                shuffled=found.at["shuffled_macro_f1", "value"],
                grouped=found.at["grouped_macro_f1", "value"],
                held_out=held_out,
                source=source,
                how=how,
            )


def _of_shares(table, limits):
    large = table[
        (table["quantity"] == "largest_speaker_share")
        & (table["value"] > confounds.LARGE_SHARE)
        & (table["label"] != ALL)
    ]
    advice = "Lower splits.max_speaker_share, or add speakers" if limits else ""
    for role in _RESULT_OF_FEW:
        shares = [
            f"{100 * row.value:.0f} % of the {row.label} ones ({row.detail!r})"
            for row in large[large["role"] == role].itertuples()
        ]
        if shares:
            yield (
                f"Among {role} utterances a single speaker gives {', '.join(shares)}: "
                "what is learned or measured there may be a voice instead of a class. "
                f"{advice or 'Add speakers'}."
            )


def _of_unknown_speakers(table):
    utterances = _total(table, "utterances", "test")
    if utterances and not _total(table, "speakers", "test"):
        yield (
            f"None of {utterances:.0f} test utterances has a known speaker: "
            "intervals treat utterances as independent, and are too narrow if speakers "
            "repeat. Give the speakers if they can be found out, and doubt differences "
            "as small as an interval."
        )


def _total(table, quantity, role):
    """Return a quantity over all classes."""
    of_role = (table["role"] == role) & (table["label"] == ALL)
    return table.loc[of_role & (table["quantity"] == quantity), "value"].sum()


def _of_rejected(rejected):
    """Audio that no feature could be computed from; every stage counts it anew."""
    unusable = rejected[rejected["reason"].isin(UNUSABLE_AUDIO)]
    counts = unusable.groupby("reason")["count"].max()
    if len(counts):
        reasons = ", ".join(f"{n} {reason}" for reason, n in counts.items())
        yield (
            f"{count(counts.sum(), 'audio file')} could not be used ({reasons}) and "
            f"{'is' if counts.sum() == 1 else 'are'} left out: mend or remove what "
            "`rejected.csv` names."
        )


def _of_short(segments):
    """Classes that change their share, as short utterances are left out."""
    labelled = segments[~segments["label"].isin(["", NO_LABEL])]
    for segment, rows in labelled.groupby("segment", sort=False):
        kept = rows["utterances"] - rows["dropped"]
        before = 100 * rows["utterances"] / rows["utterances"].sum()
        after = 100 * kept / kept.sum()
        most = (after - before).abs().idxmax()
        if abs(after[most] - before[most]) > LARGE_MOVE:
            yield (
                f"Segments {segment} leave out {rows['dropped'].sum()} of "
                f"{rows['utterances'].sum()} labelled utterances as too short, and "
                f"{rows.at[most, 'label']} ones are {after[most]:.0f} % of those left, "
                f"{before[most]:.0f} % before: which utterances are long depends on "
                "their class. Shorter segments, or `short_signals: pad`, keep them."
            )


def _of_useless(segment, choice):
    """Autoencoders chosen that learned nothing."""
    is_useless = choice["validation_loss"] >= choice["mean_spectrogram_loss"]
    folds = choice.loc[is_useless, "fold"]
    if len(folds):
        where = (
            "" if len(choice) == 1 else f", in fold {listed(folds)} of {len(choice)}"
        )
        yield (
            f"Segments {segment}{where}: the autoencoder chosen reconstructs no better "
            "than the mean spectrogram of the unlabelled speech, so that its code says "
            "little. More epochs, smaller batches, more speech or "
            "`features.spectrogram.scale: log` may help."
        )


def _of_codes(segment, areas):
    """Features without training that codes do not beat with most classifiers."""
    for reference, suffix in itertools.product(REFERENCES, ("", PER_SPEAKER)):
        code, reference = f"code{suffix}", f"{reference}{suffix}"
        of_pair = areas[["baseline", "feature_set"]].isin([code, reference]).all(axis=1)
        pair = areas[of_pair]
        difference = pair["difference"]
        ahead = difference.where(pair["feature_set"] == code, -difference)
        n = (ahead <= 0).sum()
        if 2 * n > len(pair):
            yield (
                f"Segments {segment}: {feature_set(code)} score no higher than "
                f"{feature_set(reference)} with {n} of {len(pair)} classifiers, over "
                "the whole curve: they are not worth their training here."
            )


def _of_units(segment, main):
    cases = main.drop_duplicates("feature_set")
    if cases["unit"].nunique() > 1:
        units = listed(
            f"{feature_set(case.feature_set)} on {case.n} test {case.unit}s"
            for case in cases.itertuples()
        )
        yield (
            f"Segments {segment}: feature sets are scored on different units, {units}, "
            "so that their difference is one of units too."
        )


def _of_draws(segment, main):
    draws = main["draws"].max()
    if draws < FEW_DRAWS:
        yield (
            f"Segments {segment}: {count(draws, 'draw')} of training utterances, fewer "
            f"than {FEW_DRAWS}: intervals do not cover well, and with a single one not "
            "at all, which utterances were drawn (`experiment.draws`)."
        )


def _of_few_trained(segment, main, can_fold):
    """Far fewer speakers to learn from than to test, where folds would help."""
    tested, trained = main["n_resampled"].max(), main["training_voices"].min()
    are_known = main["resampled"].str.fullmatch(r"\d+ test speakers?").all()
    if can_fold and are_known and tested > MANY_TESTED * trained:
        yield (
            f"Segments {segment}: {count(trained, 'training speaker')} for {tested} "
            "test speakers: what holds for these few may not hold for others. With "
            "`splits.method: folds`, more are learned from and all are tested."
        )


def _of_lacking(segment, main):
    """Classifiers that do not use all classes where labels are few."""
    share = main["draws_lacking_classes"] / main["draws"]
    lacking = main[share >= 0.5].drop_duplicates(
        ["feature_set", "classifier", "percentage"]
    )
    told = [
        f"{names.classifier(classifier)} on {feature_set(name)} "
        f"at {listed(rows['percentage'])} %"
        for (classifier, name), rows in lacking.groupby(
            ["classifier", "feature_set"], sort=False
        )
    ]
    if told:
        yield (
            f"Segments {segment}: in half of the draws or more, some class is never "
            f"predicted by the {'; the '.join(told)}. Differences there may be the "
            "classifier's, not the features': compare a linear one "
            "(`logistic_regression`), or draw as many of each class "
            "(`experiment.balanced`)."
        )


def _of_normalised(segment, main):
    normalised = _per_speaker(main)
    if len(normalised) and normalised["fewest_of_speaker"].min() < FEW_OF_SPEAKER:
        fewest = count(normalised["fewest_of_speaker"].min(), "utterance")
        yield (
            f"Segments {segment}: features are normalised per speaker "
            f"({', '.join(normalised['feature_set'].unique())}), and a training or "
            f"test speaker has only {fewest}: the mean of so few takes away, with the "
            "voice, much of what is said."
        )


# Autoencoders


def about_choice(results: Results) -> str:
    """Say what autoencoders were chosen by."""
    settings, folds = results.config["autoencoders"], len(results.folds)
    within = settings.get("selection_tolerance")
    good = f"within {100 * within:g} % of the best" if within else "as good as the best"
    return (
        f"Autoencoders are compared by {names.criterion(settings['select_by'])}, "
        f"without any label. Among those {good}, the one with the smallest encoder is "
        "chosen" + (", in each fold anew; figures show fold 1." if folds > 1 else ".")
    )


def about_criterion(criteria: pd.DataFrame, segment: str, by: str) -> list[str]:
    """Say whether the criterion chose codes that score well.

    Of a single autoencoder nothing is said, as nothing was chosen.

    Parameters
    ----------
    criteria : pd.DataFrame
        Those of all folds; see `results.Results`.
    segment : str
        Name of the segment variant.
    by : str
        The criterion that was chosen by.
    """
    of_folds = [rows for _, rows in criteria.groupby("fold")]
    n = min(map(len, of_folds))
    if n < 2:
        return []
    chosen = [rows.loc[rows["chosen"], "score"].item() for rows in of_folds]
    ranks = [
        1 + int((rows["score"] > score).sum())
        for rows, score in zip(of_folds, chosen, strict=True)
    ]
    best, mean = ([getattr(r["score"], f)() for r in of_folds] for f in ("max", "mean"))
    by = by if by in criteria else by.replace("_loss", "_mse")
    over = "classifiers, percentages and draws"
    over += f", and over {len(of_folds)} folds" if len(of_folds) > 1 else ""
    told = (
        f"Segments {segment}: of {n} autoencoders, the one chosen by "
        f"{names.criterion(by)} scores {np.mean(chosen):.3f} "
        f"{names.metric(criteria['metric'].iloc[0])}, as a mean over {over}; the best "
        f"scores {np.mean(best):.3f}, the mean of all is {np.mean(mean):.3f}."
    )
    if n < selection_check.FEWEST:
        few = "These are too few to say whether the criterion chooses well."
        return [told, few, _AFTERWARDS]
    verdict = _verdict(ranks, n, np.mean(chosen), np.mean(mean))
    return [told, verdict, _AFTERWARDS]


_AFTERWARDS = (
    "Scores were looked at afterwards: the choice is made without labels. A few "
    "autoencoders on one corpus give a hint, no proof."
)


def _verdict(ranks, n, chosen, mean):
    """Say which of three verdicts on a criterion holds."""
    rank = f"number {listed(ranks)} of {n}"
    # What rounding makes of equal scores is no difference.
    if chosen < mean - 1e-9:
        return (
            f"Here the criterion chose badly: its choice, {rank} by score, is below "
            "the mean of all, which choosing at random gives."
        )
    if np.mean(ranks) <= max(1, n / 3):
        return (
            f"Here the criterion chose well: by score, its choice is {rank}, and at "
            "least as good as their mean."
        )
    return (
        "Here the criterion chose no worse than chance would: its choice is at least "
        f"as good as the mean of all, but as {rank} not among the best third."
    )


# Scores


def about_scores(intervals: pd.DataFrame, folds: int = 1) -> str:
    """Say what the scores of one segment variant are a mean of, and their intervals."""
    main = intervals[intervals["main"]]
    draws, used = main["draws"].max(), main["n_training_utterances"].max()
    over = [*main["resampled"].unique(), *(["the draws"] if draws > 1 else [])]
    halved = (
        f" and halving {count(main['training_voices'].min(), 'training speaker')}"
        if main["halvings"].min()
        else ""
    )
    pooled = (
        f" The predictions of all {folds} folds count together." if folds > 1 else ""
    )
    return (
        f"Mean over {count(draws, 'draw')} and 95 % interval, by resampling "
        f"{listed(over)}{halved}; {main['percentage'].max()} % are {used} labelled "
        "utterances." + pooled + _about_normalised(_per_speaker(main))
    )


def _about_normalised(normalised):
    """Say which features are normalised per speaker, and over how much; or nothing."""
    if normalised.empty:
        return ""
    fewest = count(normalised["fewest_of_speaker"].min(), "utterance")
    return (
        f" Per speaker ({', '.join(normalised['feature_set'].unique())}): features "
        "have zero mean and unit variance over all utterances of a speaker among the "
        "training or the test speech, without looking at labels; the speaker with the "
        f"fewest has {fewest}."
    )


def about_chance(chance: pd.DataFrame, metric: str) -> str:
    """Say at which level chance lies in one segment variant."""
    rows = chance[chance["metric"] == metric]
    return (
        "Chance, measured: against test classes shuffled within speakers, the same "
        "predictions score "
        f"{rows['score'].mean():.3f} on average, and within {rows['low'].min():.3f} to "
        f"{rows['high'].max():.3f} (95 % intervals of all classifiers and percentages)."
    )


def _per_speaker(main):
    """The rows of feature sets that are normalised per speaker."""
    return main[main["feature_set"].map(is_per_speaker).astype(bool)]


# Words


def count(n: int, noun: str) -> str:
    """Write a number with its noun.

    >>> count(1, "draw"), count(0, "draw"), count(12, "draw")
    ('1 draw', 'no draws', '12 draws')
    """
    return f"{n or 'no'} {noun}{'' if n == 1 else 's'}"


def _have(n):
    return "has" if n == 1 else "have"


def _range(numbers):
    """Write the least and the most of some numbers, or the one that they all are."""
    least, most = numbers.min(), numbers.max()
    return f"{least}" if least == most else f"{least} to {most}"
