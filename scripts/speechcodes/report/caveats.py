"""What limits the answer: one caveat for each kind of trouble, the worst first."""

import itertools
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from speechcodes import names
from speechcodes.experiment import confounds
from speechcodes.experiment.conclusions import SURE
from speechcodes.names import (
    FEATURE_SETS,
    PER_SPEAKER,
    all_parts,
    feature_set,
    is_per_speaker,
    listed,
)
from speechcodes.records import NO_LABEL, UNUSABLE_AUDIO
from speechcodes.report.results import ALL, Results, is_used
from speechcodes.report.verdict import answering
from speechcodes.report.words import count, have

#: Features that need no training to speak of, which codes have to beat.
REFERENCES = ("pooled", "pca", "untrained")
#: Loss of macro F1 to warn of when whole speakers are held out. Where speakers differ
#: in nothing, simulation gives a gap of 0 ± 0.05 (standard deviation) with 72
#: utterances of 6 speakers, and 0 ± 0.02 with 360.
LARGE_GAP = 0.10
#: Normalised mutual information of class and speaker above which they are entangled.
LARGE_NMI = 0.1
#: By which one column alone tells classes better than all others together.
LARGE_LEAD = 0.20
#: Known speakers of a role below which a warning is due.
FEW_SPEAKERS = 10
#: Test speakers for each training speaker above which folds are recommended.
MANY_TESTED = 2
#: Fewer draws give rough intervals.
FEW_DRAWS = 10
#: A speaker with fewer utterances has a mean that is theirs more than the speaker's.
FEW_OF_SPEAKER = 10
#: Percentage points by which leaving out short utterances may move a class.
LARGE_MOVE = 5
#: Feature sets that a title names one by one.
MOST_NAMED = 3
#: Test utterances of the largest fold for each of the smallest.
UNEVEN = 2


class Caveat(NamedTuple):
    """Something that limits the answer.

    Attributes
    ----------
    title : str
        What is the matter, in one sentence.
    text : str
        What that means, and what to do about it.
    table : pd.DataFrame or None
        Where it was found, if in several places.
    """

    title: str
    text: str
    table: pd.DataFrame | None = None

    def __str__(self) -> str:
        """Return it as one text."""
        return f"{self.title} {self.text}"


def caveats(results: Results) -> list[Caveat]:
    """Return what limits the answer, the worst first, each kind once."""
    kinds = [
        _duplicates,
        _columns,
        _no_better_than_chance,
        _classes_of_one_speaker,
        _unknown_test_speakers,
        _units,
        _few_speakers,
        _shares,
        _gaps,
        _groups_served_worse,
        _groups_of_few,
        _groups_without_classes,
        _untold_gaps,
        _few_trained,
        _few_draws,
        _uneven_folds,
        _unused_labels,
        _unknown_unlabelled,
        _lacking_classes,
        _useless_autoencoders,
        _useless_codes,
        _few_of_speaker,
        _short_utterances,
        _rejected_audio,
        _licences,
    ]
    return list(itertools.chain.from_iterable(kind(results) for kind in kinds))


# The corpus

#: What the same audio under different names may do, the worst first.
_DUPLICATES = {
    "part": (
        "The same audio is in two parts, under different names",
        "What is tested was learned from. Leave all but one of the names out of the "
        "corpus",
    ),
    "label": (
        "The same audio has two classes, under different names",
        "One of them is wrong. Leave that name out of the corpus",
    ),
    "speaker": (
        "The same audio has two speakers, under different names",
        "One of them is wrong, or both speak. Leave all but one of the names out of "
        "the corpus",
    ),
    "": (
        "One recording has several names",
        "It counts as often as it has names. Keep one",
    ),
}


def _duplicates(results: Results) -> Iterator[Caveat]:
    """Audio in two parts, with two classes or two speakers, and all else."""
    if results.duplicates is None:
        return
    found = {kind: [] for kind in _DUPLICATES}
    for _, group in results.duplicates.groupby("group"):
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
            title, text = _DUPLICATES[kind]
            yield Caveat(
                f"{title}.",
                f"{text}: {_example(groups[0])}. `duplicates.csv` lists all such "
                f"audio; there {'is' if len(groups) == 1 else 'are'} "
                f"{count(len(groups), 'case')}.",
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


def _columns(results):
    """A column of a user's table that may be the label itself."""
    table = results.confounds
    wanted = table[table["quantity"].isin(["column_macro_f1", "others_macro_f1"])]
    for name, rows in wanted.groupby("feature_set", sort=False):
        found = rows.set_index("quantity")
        alone, others = found["value"][["column_macro_f1", "others_macro_f1"]]
        if alone - others > LARGE_LEAD:
            column = found.at["column_macro_f1", "detail"]
            yield Caveat(
                f"The column `{column}` of the feature table {name} may be made from "
                "the labels.",
                "It alone tells classes of speakers held out with a macro F1 of "
                f"{alone:.2f}, all others together with {others:.2f}. If it was made "
                "from the labels, or numbers files that are in an order, drop it: all "
                "scores of this table are too good.",
            )


def _no_better_than_chance(results):
    """Variants whose best features are not above chance."""
    rows = []
    for segment, found in results.statistics.items():
        first = found.best(results.metric)
        level = found.chance_of(first)
        if level["p"] >= SURE:
            rows.append(
                {"segment": segment, **first[["feature_set", "classifier", "score"]]}
                | {"chance": level["score"], "p": level["p"]}
            )
    if len(rows) == len(results.statistics):
        yield Caveat(
            "No features tell the classes apart better than chance.",
            "Nothing here can be recommended. Look at the labels first: do listeners "
            "agree on them? Then label more utterances of more speakers.",
            pd.DataFrame(rows),
        )


def _classes_of_one_speaker(results):
    """Classes that nobody else teaches when their only speaker is tested."""
    labelled = results.utterances[results.utterances["label"] != ""]
    voices = labelled.groupby("label")["voice"].nunique()
    alone = [label for label in results.classes if voices.get(label) == 1]
    if alone:
        yield Caveat(
            f"Only one speaker has {listed(alone)} utterances"
            f"{', each' if len(alone) > 1 else ''}.",
            "When that speaker is tested, no classifier has learned the class, so that "
            "its score is zero by necessity. Add utterances of other speakers, or "
            "leave the class out.",
        )


def _unknown_test_speakers(results):
    utterances = _total(results.confounds, "utterances", "test")
    if utterances and not _total(results.confounds, "speakers", "test"):
        yield Caveat(
            f"None of {utterances:.0f} test utterances has a known speaker.",
            "Intervals treat utterances as independent, and are too narrow if speakers "
            "repeat; a voice that is tested may have been learned from. Name the "
            "speakers if they can be found out.",
        )


_OF_FEW = {
    "training": "What is learned from few may hold for their voices only.",
    "test": "Intervals over few test speakers are wide and rough.",
}


def _few_speakers(results):
    known = {role: _total(results.confounds, "speakers", role) for role in _OF_FEW}
    few = {role: n for role, n in known.items() if 0 < n < FEW_SPEAKERS}
    if few:
        told = listed(f"{n:.0f} for {_DOING[role]}" for role, n in few.items())
        yield Caveat(
            f"There are few speakers: {told}.",
            f"{' '.join(_OF_FEW[role] for role in few)} Label utterances of more "
            f"speakers{_lower_limit(results)}.",
        )


_DOING = {"training": "training", "test": "testing"}


def _lower_limit(results):
    """Advice that only divisions with a limit of speakers can follow."""
    if results.has_limits:
        return ", or lower splits.max_speaker_share or raise splits.sizes"
    return ""


def _shares(results):
    table = results.confounds
    large = table[
        (table["quantity"] == "largest_speaker_share")
        & (table["value"] > confounds.LARGE_SHARE)
        & (table["label"] != ALL)
        & table["role"].isin(_OF_FEW)
    ]
    if len(large):
        rows = large.assign(
            share=[f"{100 * value:.0f} %" for value in large["value"]],
            # A name of the user's makes no line of the summary.
            speaker=large["detail"].map(repr),
        )
        roles = listed(_DOING[role] for role in dict.fromkeys(large["role"]))
        yield Caveat(
            f"One speaker gives much of a class, for {roles}.",
            "What is learned or measured there may be a voice instead of a class. "
            f"Label utterances of other speakers{_lower_limit(results)}.",
            rows[["role", "label", "speaker", "share"]].rename(
                columns={"label": "class"}
            ),
        )


#: What is held out, and what is met again where it is not.
_HELD_OUT = {
    confounds.SPEAKERS: "speakers",
    confounds.SPEAKERS_AND_SESSIONS: "speakers (sessions where unknown)",
    confounds.BLOCKS: "contiguous blocks of recordings",
}


def _gaps(results):
    """Features that tell voices or recordings better than classes."""
    rows = []
    for (segment, name), found in _validations(results):
        if "macro_f1_gap" not in found.index:
            continue
        if found.at["macro_f1_gap", "value"] > LARGE_GAP:
            rows.append(
                {"segment": segment, "feature_set": name}
                | {"shuffled": f"{found.at['shuffled_macro_f1', 'value']:.3f}"}
                | {"held_out": f"{found.at['grouped_macro_f1', 'value']:.3f}"}
                | {"what": _HELD_OUT[found.at["grouped_macro_f1", "detail"]]}
            )
    if rows:
        table = pd.DataFrame(rows)
        sets = list(dict.fromkeys(map(feature_set, table["feature_set"])))
        who = listed(sets) if len(sets) <= MOST_NAMED else f"{len(sets)} feature sets"
        held_out = listed(table["what"].unique())
        gap = (table["shuffled"].astype(float) - table["held_out"].astype(float)).max()
        yield Caveat(
            f"Shuffled cross-validation would overstate {who}.",
            f"With utterances shuffled, they score up to {gap:.2f} higher among "
            f"training utterances than with whole {held_out} held out: they carry "
            "the voice, too. This report holds speakers out, so its scores are not "
            f"affected.{_spread(results)}",
            table.drop(columns="what"),
        )


def _spread(results):
    """Advice for where classes depend on who speaks."""
    table = results.confounds
    depends = table[table["quantity"] == "class_speaker_nmi"]["value"].max() > LARGE_NMI
    if not depends:
        return ""
    return (
        " Here classes depend on who speaks: label more classes of each speaker"
        f"{_lower_limit(results)}."
    )


def _untold_gaps(results):
    rows = [
        {"segment": segment, "feature_set": name}
        | {"why": found.at["no_cross_validation", "detail"]}
        for (segment, name), found in _validations(results)
        if "no_cross_validation" in found.index
    ]
    if rows:
        larger = " (larger splits.sizes.training)" if results.has_limits else ""
        yield Caveat(
            "Whether features recognise voices instead of classes cannot be told.",
            "There is too little speech for a cross-validation among training "
            f"utterances. Label more utterances of more speakers{larger}, or take "
            "shorter segments.",
            pd.DataFrame(rows),
        )


def _validations(results):
    """Segment and feature set, and what cross-validation found, by quantity."""
    table = results.confounds
    of_sets = table[table["segment"] != ""].groupby(
        ["segment", "feature_set"], sort=False
    )
    return ((keys, rows.set_index("quantity")) for keys, rows in of_sets)


def _total(table, quantity, role):
    """Return a quantity over all classes."""
    of_role = (table["role"] == role) & (table["label"] == ALL)
    return table.loc[of_role & (table["quantity"] == quantity), "value"].sum()


# How labels are used


def _uneven_folds(results):
    total = results.roles[results.roles["label"] == ALL]
    tested = total[total["role"] == "test"].set_index("fold")["utterances"]
    if len(tested) > 1 and tested.max() > UNEVEN * tested.min():
        yield Caveat(
            f"Folds are uneven: they test {tested.min()} to {tested.max()} utterances.",
            "All folds count together, so that large ones decide the score. Few "
            "speakers with very many utterances are the usual reason; fewer "
            "`splits.folds` even it out.",
        )


def _unused_labels(results):
    is_labelled = results.utterances["label"] != ""
    unused = (is_labelled & ~is_used(results, "training", "test")).sum()
    if unused:
        yield Caveat(
            f"The labels of {unused} of {is_labelled.sum()} labelled utterances are "
            "not used.",
            "`splits` leaves them out; `splits.method: folds` uses every label.",
        )


def _unknown_unlabelled(results):
    table = results.utterances
    without = table[table["label"] == ""]
    alone = without["voice"].str.startswith("utterance ").sum()
    learns = "unlabelled" in set(results.roles["role"])
    if alone and learns:
        yield Caveat(
            f"{alone} of {count(len(without), 'utterance')} without a label "
            f"{have(alone)} neither a known speaker nor a session.",
            "Voices that are tested may be among them, and features are learned from "
            "them. Name their speakers or sessions if you can.",
        )


# Scores


def _units(results):
    rows = [
        {"segment": segment, "feature_set": case.feature_set}
        | {"scored_on": f"{case.n} test {case.unit}s"}
        for segment, found in results.statistics.items()
        for cases in [found.main.drop_duplicates("feature_set")]
        if cases["unit"].nunique() > 1
        for case in cases.itertuples()
    ]
    if rows:
        yield Caveat(
            "Feature sets are scored on different units.",
            "Their difference is one of units, too, and no winner is named.",
            pd.DataFrame(rows),
        )


def _few_draws(results):
    fewest = min(one.main["draws"].max() for one in results.statistics.values())
    if fewest < FEW_DRAWS:
        yield Caveat(
            f"Labels are drawn {'once' if fewest == 1 else f'{fewest} times'} only.",
            f"From fewer than {FEW_DRAWS} draws intervals do not cover well, and from "
            "a single one they say nothing of which utterances were drawn. Raise "
            "`experiment.draws`.",
        )


def _few_trained(results):
    """Far fewer speakers to learn from than to test, where folds would help."""
    can_fold = (
        len(results.folds) == 1
        and "splits" in results.config
        and results.config["experiment"]["protocol"] == "robust"
    )
    for found in results.statistics.values() if can_fold else ():
        main = found.main
        tested, trained = main["n_resampled"].max(), main["training_voices"].min()
        are_known = main["resampled"].str.fullmatch(r"\d+ test speakers?").all()
        if are_known and tested > MANY_TESTED * trained:
            yield Caveat(
                f"There are {count(trained, 'training speaker')} for {tested} test "
                "speakers.",
                "What holds for so few may not hold for others. With `splits.method: "
                "folds`, more are learned from and all are tested.",
            )
            return


def _lacking_classes(results):
    rows = []
    for segment, statistics in results.statistics.items():
        main = statistics.main
        lacking = main[main["draws_lacking_classes"] / main["draws"] >= 0.5]
        lacking = lacking.drop_duplicates(["feature_set", "classifier", "percentage"])
        rows += [
            {"segment": segment, "classifier": classifier, "feature_set": name}
            | {"percentages": listed(found["percentage"])}
            for (classifier, name), found in lacking.groupby(
                ["classifier", "feature_set"], sort=False
            )
        ]
    if rows:
        table = pd.DataFrame(rows)
        who = listed(map(names.classifier, dict.fromkeys(table["classifier"])))
        yield Caveat(
            f"With few labels, some class is never predicted ({who}).",
            "In half of the draws or more, a class is missing from the predictions. "
            "Differences there may be the classifier's, not the features'. Compare "
            "`logistic_regression`, or draw as many utterances of each class "
            "(`experiment.balanced`).",
            table,
        )


def _few_of_speaker(results):
    sets, fewest = {}, []
    for found in results.statistics.values():
        main = found.main
        normalised = main[main["feature_set"].map(is_per_speaker).astype(bool)]
        if len(normalised):
            sets |= dict.fromkeys(normalised["feature_set"])
            fewest.append(normalised["fewest_of_speaker"].min())
    if fewest and min(fewest) < FEW_OF_SPEAKER:
        yield Caveat(
            f"A speaker has only {count(min(fewest), 'utterance')} to normalise over.",
            f"{len(sets)} feature sets are normalised per speaker; the mean of so few "
            "utterances takes away, with the voice, much of what is said. Compare the "
            f"sets without `{PER_SPEAKER}`, too.",
        )


# Groups


def _groups(results):
    """Each row of the groups that are told apart, of the variant that answers."""
    table = results.statistics[answering(results)].groups
    if table is None:
        return []
    return list(table[table["metric"] == results.metric].itertuples())


def _named(rows):
    return listed(f"{row.group} ({row.column})" for row in rows)


def _groups_served_worse(results):
    if worse := [row for row in _groups(results) if row.worse]:
        yield Caveat(
            f"Some speakers are served worse: {_named(worse)}.",
            "The best features and classifier score significantly lower on them than "
            "on all other speech. More labelled speech of these groups may help, or "
            "other features.",
            pd.DataFrame(
                {"group": row.group, "utterances": row.utterances}
                | {"speakers": row.speakers, "score": row.score}
                | {"behind_others": f"{-row.difference:.3f}"}
                | {"low": -row.difference_high, "high": -row.difference_low}
                for row in worse
            ),
        )


def _groups_of_few(results):
    if few := [row for row in _groups(results) if np.isnan(row.low)]:
        yield Caveat(
            f"Nobody knows how well some groups are served: {_named(few)}.",
            "Their test speakers are too few for an interval.",
        )


def _groups_without_classes(results):
    if lacking := [row for row in _groups(results) if row.lacking]:
        yield Caveat(
            f"Some classes are missing in the speech of {_named(lacking)}.",
            "The score there is over other classes than elsewhere, and is not held "
            "against that of other groups.",
            pd.DataFrame(
                {"group": row.group, "missing": ", ".join(row.lacking.split())}
                for row in lacking
            ),
        )


# Autoencoders


def _useless_autoencoders(results):
    rows = [
        {"segment": segment, "fold": one.fold, "name": one.name_}
        | {"validation_loss": one.validation_loss}
        | {"of_the_mean_spectrogram": one.mean_spectrogram_loss}
        for segment, choice in results.choices.items()
        for one in choice.rename(columns={"name": "name_"}).itertuples()
        if one.validation_loss >= one.mean_spectrogram_loss
    ]
    if rows:
        table = pd.DataFrame(rows)
        yield Caveat(
            f"An autoencoder learned nothing{_where(table, results)}.",
            "It reconstructs no better than the mean spectrogram of the unlabelled "
            "speech, so that its code says little. More epochs, smaller batches, more "
            "speech or `features.spectrogram.scale: log` may help.",
            table,
        )


def _useless_codes(results):
    """Features without training that codes do not beat with most classifiers."""
    rows = []
    for segment, found in results.statistics.items():
        areas = found.areas[found.areas["metric"] == results.metric]
        for reference, suffix in itertools.product(REFERENCES, ("", PER_SPEAKER)):
            code, other = f"code{suffix}", f"{reference}{suffix}"
            is_pair = areas[["baseline", "feature_set"]].isin([code, other]).all(axis=1)
            pair = areas[is_pair]
            difference = pair["difference"]
            ahead = difference.where(pair["feature_set"] == code, -difference)
            n = (ahead <= 0).sum()
            if 2 * n > len(pair):
                rows.append(
                    {"segment": segment, "feature_set": code, "against": other}
                    | {"no_higher_with": f"{n} of {len(pair)} classifiers"}
                )
    if rows:
        table = pd.DataFrame(rows)
        than = listed(dict.fromkeys(map(feature_set, table["against"])))
        yield Caveat(
            f"Codes score no higher than {than}{_where(table, results)}.",
            "Over the whole curve and with most classifiers, codes are not worth their "
            "training here.",
            table.assign(against=table["against"].map(feature_set)),
        )


def _where(table, results):
    """Name the segment variants of a table, if they are not all."""
    of_table = dict.fromkeys(table["segment"])
    if len(of_table) == len(results.statistics):
        return ""
    return f" (segment variant {listed(of_table)})"


# Audio


def _short_utterances(results):
    """Classes that change their share, as short utterances are left out."""
    if results.segments is None:
        return
    labelled = results.segments[~results.segments["label"].isin(["", NO_LABEL])]
    rows = []
    for segment, found in labelled.groupby("segment", sort=False):
        kept = found["utterances"] - found["dropped"]
        before = 100 * found["utterances"] / found["utterances"].sum()
        after = 100 * kept / kept.sum()
        most = (after - before).abs().idxmax()
        if abs(after[most] - before[most]) > LARGE_MOVE:
            rows.append(
                {"segment": segment, "left_out": found["dropped"].sum()}
                | {"of": found["utterances"].sum(), "class": found.at[most, "label"]}
                | {"share_before": f"{before[most]:.0f} %"}
                | {"share_after": f"{after[most]:.0f} %"}
            )
    if rows:
        yield Caveat(
            "Leaving out short utterances changes the balance of classes.",
            "Which utterances are long depends on their class. Shorter segments, "
            "`samples: whole` or `short_signals: pad` keep them.",
            pd.DataFrame(rows),
        )


def _rejected_audio(results):
    """Audio that no feature could be computed from; every stage counts it anew."""
    rejected = results.rejected
    unusable = rejected[rejected["reason"].isin(UNUSABLE_AUDIO)]
    counts = unusable.groupby("reason")["count"].max()
    if len(counts):
        reasons = ", ".join(f"{n} {reason}" for reason, n in counts.items())
        yield Caveat(
            f"{count(counts.sum(), 'audio file')} could not be used and "
            f"{'is' if counts.sum() == 1 else 'are'} left out ({reasons}).",
            "Mend or remove what `rejected.csv` names.",
        )


def _licences(results):
    """What features may not be used for."""
    sets = all_parts(results.config["experiment"]["feature_sets"])
    known = [FEATURE_SETS[name].licence for name in sets if name in FEATURE_SETS]
    for licence in sorted(set(filter(None, known))):
        yield Caveat("Some features have a licence of their own.", f"{licence}.")
