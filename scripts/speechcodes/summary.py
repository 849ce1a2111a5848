"""The page that a run ends with: what went in, what was chosen, what came out."""

import pandas as pd

from speechcodes import statistics
from speechcodes.autoencoders import selection
from speechcodes.records import LABELS, SPLITS

SYNTHETIC = (
    "The speech of this corpus is synthetic: eSpeak NG spoke it, and its classes are "
    "settings of pitch, range, rate and loudness. Its scores show that the workflow "
    "works, and nothing about people."
)

NO_BETTER = (
    "**Segments {segment}: the autoencoder chosen reconstructs no better than the mean "
    "spectrogram of the unlabelled speech, so that its code says little. More epochs, "
    "smaller batches, more speech or `features.spectrogram.scale: log` may help.**"
)

#: Percentages to quote, as near as the experiment has them.
QUOTED = (10, 50, 100)


def page(name, reader, utterances, segments, rejected, choices, scores, chance):
    """Return the summary of a run as Markdown.

    Parameters
    ----------
    name, reader : str
        Of the corpus.
    utterances, segments, rejected, scores, chance : pd.DataFrame
        `utterances.csv`, `segments.csv`, `rejected_counts.csv`, `scores.csv` and
        `chance.csv`.
    choices : dict
        Segment variant to the metrics of the autoencoder chosen.
    """
    parts = [f"# {name}"]
    if reader == "demo":
        parts.append(f"**{SYNTHETIC}**")
    parts += ["## Utterances", _sizes(utterances)]
    parts += ["Segments per variant, and what is too short for any:", _table(segments)]
    parts += ["## Left out", _table(rejected) if len(rejected) else "Nothing."]
    parts += ["## Autoencoders chosen", _table(_chosen(choices))]
    parts += [
        NO_BETTER.format(segment=segment)
        for segment, choice in choices.items()
        if not selection.learned(choice)
    ]
    for segment, of_segment in scores.groupby("segment", sort=False):
        parts += [f"## Macro F1 of test utterances, segments {segment}"]
        parts += [_describe_draws(of_segment), _table(score_table(of_segment))]
        at = (chance["segment"] == segment) & (chance["unit"] == "utterance")
        parts.append(f"Guessing gives {chance.loc[at, 'macro_f1'].item():.3f}.")
    return "\n\n".join(parts) + "\n"


def score_table(scores, metric="macro_f1", quoted=QUOTED):
    """Return mean ± standard deviation over draws, per classifier and feature set.

    Parameters
    ----------
    scores : pd.DataFrame
        Rows of one segment variant of `scores.csv`.
    metric : str
    quoted : sequence of int
        Percentages, each replaced by the nearest that there is.
    """
    there = scores["percentage"].unique()
    columns = list(dict.fromkeys(min(there, key=lambda p: abs(p - q)) for q in quoted))
    rows = scores[(scores["unit"] == "utterance") & scores["percentage"].isin(columns)]
    spread = statistics.spread(rows, ["classifier", "feature_set", "percentage"])
    text = (
        spread[f"{metric}_mean"].map("{:.3f}".format)
        + " ± "
        + spread[f"{metric}_std"].fillna(0).map("{:.3f}".format)
    )
    table = text.unstack("percentage", sort=False)[columns]
    return table.rename(columns="{} %".format).reset_index()


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


def _describe_draws(scores):
    draws = scores["draw"].nunique()
    used = scores["n_training_utterances"].max()
    percentage = scores["percentage"].max()
    return (
        f"Mean ± standard deviation over {draws} draws; {percentage} % are {used} "
        "labelled utterances. At 100 % all draws are the same utterances: what varies "
        "there is the classifier's own chance, not the speech."
    )


def _table(table):
    return table.to_markdown(index=False)
