"""The page that a run ends with: the answer, what went in, and what came out."""

import pandas as pd

from speechcodes import confounds, repeats
from speechcodes.autoencoders import selection
from speechcodes.records import LABELS, SPLITS
from speechcodes.words import METRICS, feature_set

SYNTHETIC = (
    "The speech of this corpus is synthetic: eSpeak NG spoke it, and its classes are "
    "settings of pitch, range, rate and loudness. Its scores show that the workflow "
    "works, and nothing about people."
)

NO_BETTER = (
    "Segments {segment}: the autoencoder chosen reconstructs no better than the mean "
    "spectrogram of the unlabelled speech, so that its code says little. More epochs, "
    "smaller batches, more speech or `features.spectrogram.scale: log` may help."
)

HOW_SURE = (
    "A feature set is called ahead only if the whole curve or its largest difference "
    "is certain, in this score and in UAR (p < 0.05, corrected for both and for the "
    "number of classifiers): of pairs of feature sets without any difference, at most "
    "about one in twenty has a winner named. The percentages named are those where an "
    "interval that covers all of a classifier's percentages at once excludes zero."
)

#: Percentages to quote, as near as the experiment has them.
QUOTED = (10, 50, 100)
#: Fewer draws give rough intervals.
FEW_DRAWS = 10


def page(
    corpus,
    metric,
    *,
    intervals,
    chance,
    conclusions,
    confounded,
    utterances,
    rejected,
    segments=None,
    repeated=None,
    choices=None,
):
    """Return the summary of a run as Markdown.

    Parameters
    ----------
    corpus : dict
        The section of the configuration.
    metric : str
        What to quote.
    intervals, chance, conclusions : dict of str to pd.DataFrame
        Segment variant to its tables of the statistics.
    confounded, utterances, rejected : pd.DataFrame
        `confounds.csv`, `utterances.csv` and `rejected_counts.csv`.
    segments : pd.DataFrame, optional
        `segments.csv`, where there is audio.
    repeated : pd.DataFrame, optional
        `repeats.csv`, where there is audio.
    choices : dict, optional
        Segment variant to the metrics of the autoencoder chosen.
    """
    choices = choices or {}
    parts = [f"# {corpus['name']}"]
    if corpus["reader"] == "demo":
        parts.append(f"**{SYNTHETIC}**")
    parts += ["## Answer", *_answers(conclusions)]
    # What is wrong with the corpus itself comes first.
    warnings = [] if repeated is None else repeats.warnings(repeated)
    warnings += _warnings(confounded, choices, intervals)
    parts += ["## Warnings", _list(warnings) if warnings else "None."]
    parts += ["## Utterances", _sizes(utterances)]
    if segments is not None:
        parts += ["Segments per variant, and what is too short for any:"]
        parts += [_table(segments)]
    parts += ["## Left out", _table(rejected) if len(rejected) else "Nothing."]
    if choices:
        parts += ["## Autoencoders chosen", _table(_chosen(choices))]
    for segment, of_segment in intervals.items():
        parts += [f"## {METRICS[metric]}, segments {segment}"]
        parts += [_describe(of_segment), _table(score_table(of_segment, metric))]
        parts += [_describe_chance(chance[segment], metric)]
    return "\n\n".join(parts) + "\n"


def score_table(intervals, metric="macro_f1", quoted=QUOTED):
    """Return score and interval, per classifier, feature set and percentage.

    Parameters
    ----------
    intervals : pd.DataFrame
        Of one segment variant.
    metric : str
    quoted : sequence of int
        Percentages, each replaced by the nearest that there is.
    """
    rows = intervals[intervals["main"] & (intervals["metric"] == metric)]
    there = rows["percentage"].unique()
    columns = list(dict.fromkeys(min(there, key=lambda p: abs(p - q)) for q in quoted))
    rows = rows[rows["percentage"].isin(columns)]
    text = rows.apply("{score:.3f} ({low:.3f} to {high:.3f})".format_map, axis=1)
    table = rows.assign(text=text).pivot_table(
        "text",
        ["classifier", "feature_set"],
        "percentage",
        aggfunc="first",
        sort=False,
    )
    return table[columns].rename(columns="{} %".format).reset_index()


def _answers(conclusions):
    """Sentences per variant, and how sure they are."""
    found = {s: list(table["sentence"]) for s, table in conclusions.items()}
    if not any(found.values()):
        return ["One feature set alone: there is nothing to compare."]
    several = len(found) > 1
    lines = []
    for segment, sentences in found.items():
        lines += [f"Segments {segment}:"] if several else []
        lines.append(_list(sentences))
    return [*lines, HOW_SURE]


def _warnings(confounded, choices, intervals):
    warnings = confounds.warnings(confounded)
    warnings += [
        NO_BETTER.format(segment=segment)
        for segment, choice in choices.items()
        if not selection.learned(choice)
    ]
    return warnings + [
        warning
        for segment, table in intervals.items()
        for warning in _warnings_of_variant(segment, table[table["main"]])
    ]


def _warnings_of_variant(segment, main):
    """What limits the comparison of one segment variant."""
    cases = main.drop_duplicates("feature_set")
    if cases["unit"].nunique() > 1:
        units = " and ".join(
            f"{feature_set(case.feature_set)} on {case.n} test {case.unit}s"
            for case in cases.itertuples()
        )
        yield (
            f"Segments {segment}: feature sets are scored on different units, {units}, "
            "so that their difference is one of units too."
        )
    draws = main["draws"].max()
    if draws < FEW_DRAWS:
        yield (
            f"Segments {segment}: {_draws(draws)} of training "
            "utterances, fewer than 10: intervals do not cover well, and with a single "
            "one not at all, which utterances were drawn (`experiment.draws`)."
        )


def _draws(n):
    return "1 draw" if n == 1 else f"{n} draws"


def _sizes(utterances):
    split = utterances["split"].replace("", "in no split")
    table = pd.crosstab(split, utterances["label"])
    table = table.reindex([s for s in (*SPLITS, "in no split") if s in table.index])
    # Unknown speakers, whose name is empty, are not one speaker.
    speakers = utterances["speaker"].replace("", pd.NA).groupby(split)
    return _table(
        table.reindex(columns=LABELS, fill_value=0)
        .assign(speakers=speakers.nunique())
        .reset_index()
    )


def _chosen(choices):
    keys = ["name", "encoder_parameters", "training_loss", "validation_loss"]
    keys += ["mean_spectrogram_loss", "epochs"]
    rows = [{"segment": s, **{k: c[k] for k in keys}} for s, c in choices.items()]
    return pd.DataFrame(rows).round(5)


def _describe(intervals):
    main = intervals[intervals["main"]]
    draws, used = main["draws"].max(), main["n_training_utterances"].max()
    resampled = " and ".join(main["resampled"].unique())
    resampled += " and the draws" if draws > 1 else ""
    return (
        f"Mean over {_draws(draws)} and 95 % interval, by resampling {resampled}; "
        f"{main['percentage'].max()} % are {used} labelled utterances."
    )


def _describe_chance(chance, metric):
    rows = chance[chance["metric"] == metric]
    return (
        "Chance, measured: against shuffled test classes the same predictions score "
        f"{rows['score'].mean():.3f} on average, and within {rows['low'].min():.3f} to "
        f"{rows['high'].max():.3f} (95 % intervals of all classifiers and percentages)."
    )


def _list(sentences):
    return "\n".join(f"- {sentence}" for sentence in sentences)


def _table(table):
    return table.to_markdown(index=False)
