"""What a minimum length keeps: utterances, segments and the balance of classes."""

from collections.abc import Mapping, Sequence

import pandas as pd

from speechcodes.features.audio import count_segments
from speechcodes.records import NO_LABEL

COLUMNS = ["utterance", "label", "samples", "seconds"]


def table(
    utterances: pd.DataFrame, lengths: pd.DataFrame, sampling_rate: int
) -> pd.DataFrame:
    """Return how long each utterance is that has features, in `COLUMNS`.

    `utterances` is `utterances.csv`, as text; `lengths` has the columns utterance and
    samples. The label is `records.NO_LABEL` where there is none.
    """
    labels = utterances[["utterance", "label"]].replace({"label": {"": NO_LABEL}})
    found = labels.merge(lengths, on="utterance")
    return found.assign(seconds=found["samples"] / sampling_rate)[COLUMNS]


def segment_counts(
    durations: pd.DataFrame, segments: Mapping[str, Mapping], classes: Sequence[str]
) -> pd.DataFrame:
    """Count what every segment variant keeps and drops, per class.

    `durations` is from `table`; `segments` maps a variant to its `samples` and
    `short_signals`. Speech without a label comes after the classes.

    Returns
    -------
    counts : pd.DataFrame
        Per variant and class: utterances kept and dropped, segments, the class' share
        of the labelled utterances before and after, in per cent, and the change, in
        percentage points; empty for speech without a label.
    """
    counts = {
        name: _counts(durations, variant["samples"], variant["short_signals"], classes)
        for name, variant in segments.items()
    }
    return pd.concat(counts, names=["segment"]).reset_index()


def _counts(durations, samples, short_signals, classes):
    segments = durations["samples"].map(
        lambda n: count_segments(n, samples, short_signals)
    )
    counts = (
        durations.assign(segments=segments, kept=segments > 0)
        .groupby("label")
        .agg(
            utterances=("utterance", "size"),
            kept=("kept", "sum"),
            segments=("segments", "sum"),
        )
    )
    counts.insert(2, "dropped", counts["utterances"] - counts["kept"])
    counts = counts.reindex([c for c in (*classes, NO_LABEL) if c in counts.index])
    labelled = counts.drop(index=NO_LABEL, errors="ignore")
    before = 100 * labelled["utterances"] / labelled["utterances"].sum()
    after = 100 * labelled["kept"] / labelled["kept"].sum()
    return counts.assign(
        class_share_before=before.round(2),
        class_share_after=after.round(2),
        class_share_change=(after - before).round(2),
    )
