"""What a minimum length keeps: utterances, segments and the balance of classes."""

import pandas as pd

from speechcodes.features.audio import count_segments

COLUMNS = ["utterance", "split", "label", "samples", "seconds"]


def segment_counts(durations, segments):
    """Count what every segment variant keeps and drops, per split and class.

    Parameters
    ----------
    durations : pd.DataFrame
        Columns `COLUMNS`; samples at the target sampling rate.
    segments : dict
        Variant to its settings, `samples` and `short_signals`.

    Returns
    -------
    counts : pd.DataFrame
        Per variant, split and class: utterances kept and dropped, segments, the
        class' share of the split's utterances before and after, in per cent, and
        the change, in percentage points.
    """
    tables = [
        _counts(durations, settings).assign(segment=name)
        for name, settings in segments.items()
    ]
    first = ["segment", "split", "label"]
    table = pd.concat(tables, ignore_index=True)
    return table[first + [c for c in table.columns if c not in first]]


def _counts(durations, settings):
    segments = durations["samples"].map(
        lambda n: count_segments(n, settings["samples"], settings["short_signals"])
    )
    table = (
        durations.assign(segments=segments, kept=segments > 0)
        .groupby(["split", "label"])
        .agg(
            utterances=("utterance", "size"),
            kept=("kept", "sum"),
            segments=("segments", "sum"),
        )
        .reset_index()
    )
    table.insert(4, "dropped", table["utterances"] - table["kept"])
    per_split = table.groupby("split")
    before = 100 * table["utterances"] / per_split["utterances"].transform("sum")
    after = 100 * table["kept"] / per_split["kept"].transform("sum")
    return table.assign(
        class_share_before=before.round(2),
        class_share_after=after.round(2),
        class_share_change=(after - before).round(2),
    )
