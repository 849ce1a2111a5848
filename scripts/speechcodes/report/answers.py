"""All sentences about results, made from the tables that a run left.

The page, the summary and the comparison of runs say what stands here, and nothing else.
"""

import numpy as np
import pandas as pd

from speechcodes import names
from speechcodes.experiment import selection_check
from speechcodes.experiment.bootstrap import FEWEST
from speechcodes.experiment.comparison import PRIMARY
from speechcodes.experiment.conclusions import FEWEST_DRAWS, SURE
from speechcodes.names import feature_set, is_per_speaker, listed
from speechcodes.report.folders import TABLES
from speechcodes.report.results import ALL, Results
from speechcodes.report.words import count, interval, spread

NOTHING_TO_COMPARE = "There is one feature set only, so there is nothing to compare."
SYNTHETIC = (
    "The speech of this corpus is synthetic: eSpeak NG spoke it, and its classes are "
    "settings of pitch, range, rate and loudness. Its scores show that the workflow "
    "works, and say nothing about people."
)

#: Why no winner is named, by `conclusions.csv`.
NO_WINNER = {
    "units": "the two are scored on different units",
    "speakers": f"there are fewer than {FEWEST} test speakers",
    "draws": f"there are fewer than {FEWEST_DRAWS} draws of training utterances",
}
#: A hand-crafted set known to be strong, and what its name has in it.
STRONGER, STRONGER_NAME = "eGeMAPS (of openSMILE)", "gemaps"
#: Classes that a title names one by one.
MOST_NAMED = 6


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
        count(speakers, "speaker"),
        count(folds, "fold") if folds > 1 else "one division",
        f"scored by {names.metric(results.metric)}",
        *(["the study's protocol"] if results.is_study else []),
    ]


def about_folds(results: Results) -> list[str]:
    """Say how speech is divided, and how much of it is used for what."""
    total = results.roles[results.roles["label"] == ALL]
    of_role = {
        role: rows["utterances"] for role, rows in total.groupby("role", sort=False)
    }
    each = "In each fold, classifiers" if len(results.folds) > 1 else "Classifiers"
    uses = (
        f"{each} are trained on {spread(of_role['training'])} labelled utterances and "
        f"tested on {spread(of_role['test'])}"
    )
    if "unlabelled" in of_role:
        who = "autoencoders are trained" if results.choices else "features learned"
        uses += (
            f"; {who} on {spread(of_role['unlabelled'])} utterances"
            f"{_also_training(total)}, without looking at labels"
        )
    return [_about_division(results), f"{uses}."]


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


# The answer


def variant(segment: str) -> str:
    """Return what a segment variant is called in a heading."""
    return "Feature tables" if segment == TABLES else f"Segment variant {segment}"


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


def about_primary(row) -> str:
    """Say who won the comparison that the configuration names, and by how much."""
    classifier = names.classifier(row.classifier)
    is_higher = row.difference >= 0
    low, high = (row.low, row.high) if is_higher else (-row.high, -row.low)
    measured = (
        f"with the {classifier}, {feature_set(row.feature_set)} score "
        f"{abs(row.difference):.2f} {'higher' if is_higher else 'lower'}"
        f"{interval(low, high)} than the best other set, on average over all numbers "
        "of labels"
    )
    if row.unnamed:
        return f"Nobody can tell, since {NO_WINNER[row.unnamed]}: {measured}."
    if not row.ahead:
        return f"Not significantly: {measured}."
    verdict = "Yes" if row.ahead == row.feature_set else "No"
    if " " in row.ahead:
        verdict = "That depends on the number of labels"
    return f"{verdict}: {measured}. Significantly higher: {who_is_ahead(row)}."


def who_is_ahead(row) -> str:
    """Say who is ahead where and by how much, by a row of `conclusions.csv`."""
    if row.unnamed:
        return f"not named: {NO_WINNER[row.unnamed]}"
    sides = {
        row.feature_set: (row.percentages, row.least, row.most),
        row.baseline: (
            row.baseline_percentages,
            row.baseline_least,
            row.baseline_most,
        ),
    }
    told = []
    for winner in row.ahead.split():
        percentages, *sizes = sides[winner]
        where = "on average, at no percentage by itself"
        if percentages:
            where = _where(percentages, *sizes)
        told.append(f"{feature_set(winner)} {where}")
    return "; ".join(told) or "no significant difference"


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


def about_search(rungs: pd.DataFrame) -> str:
    """Say how many autoencoders were not trained to the end, and why.

    For the rungs see `results.Results`; all folds have as many.
    """
    of_fold = rungs[rungs["fold"] == rungs["fold"].min()]
    each = [rung for _, rung in of_fold.groupby("rung")]
    dropped = [f"{(~r['kept']).sum()} after epoch {r['epochs'].max()}" for r in each]
    left = each[-1]["kept"].sum()
    return (
        f"Of {len(each[0])} autoencoders, successive halving dropped "
        f"{listed(dropped)}, by loss on held-out speakers; {left} of them "
        f"{'was' if left == 1 else 'were'} trained to the end."
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
        " Per speaker: features have zero mean and unit variance over all utterances "
        "of a speaker among the training or the test speech, without looking at "
        f"labels; the speaker with the fewest has {fewest}."
    )


def about_chance(chance: pd.DataFrame, metric: str) -> str:
    """Say at which level chance lies in one segment variant, and what is above it."""
    rows = chance[chance["metric"] == metric]
    above = (rows["p"] < SURE).sum()
    n = "All" if above == len(rows) else f"{above or 'None'} of {len(rows)}"
    return (
        "Chance, measured: against test classes shuffled within speakers, the same "
        f"predictions score {rows['score'].mean():.3f} on average. {n} scores are "
        "significantly above it (p < 0.05, corrected for all; see `chance.csv`)."
    )


def _per_speaker(main):
    """The rows of feature sets that are normalised per speaker."""
    return main[main["feature_set"].map(is_per_speaker).astype(bool)]
