"""Counts of what was left out, and when it is too much."""

import pandas as pd

from speechcodes import shards
from speechcodes.errors import InputError
from speechcodes.records import UNUSABLE_AUDIO, Rejected


def count(rejected):
    """Return how many rows each stage rejected for each reason.

    Parameters
    ----------
    rejected : pd.DataFrame
        Columns of `records.Rejected`, and `stage`.
    """
    return rejected.groupby(["stage", "reason"]).size().reset_index(name="count")


def check_shards(paths, max_unusable_share):
    """Raise InputError if too much of what some shards should hold is unusable.

    Parameters
    ----------
    paths : sequence of str
        Shards, at least one.
    max_unusable_share : float
    """
    left_out = [row for path in paths for row in shards.read_rejected(path)]
    kept = len(set(shards.read(paths, "utterance")[0]))
    check(
        pd.DataFrame(left_out, columns=Rejected._fields),
        utterances=kept + len(left_out),
        used=kept + len(left_out),
        max_unusable_share=max_unusable_share,
        table="rejected.csv",
    )


def check(rejected, utterances, used, max_unusable_share, table):
    """Raise InputError if too large a share of the audio is missing or unusable.

    Files that are missing are known of the whole corpus, and are held against it;
    audio is read only of the utterances used, and held against those.

    Parameters
    ----------
    rejected : pd.DataFrame
        Columns of `records.Rejected`, and `stage`.
    utterances, used : int
        Utterances of the corpus table, and of its splits.
    max_unusable_share : float
    table : str
        Where `rejected` can be read, for the message.
    """
    unusable = rejected[rejected["reason"].isin(UNUSABLE_AUDIO)]
    unusable = unusable.drop_duplicates(["utterance", "path"])
    missing = unusable["reason"] == "missing_file"
    for rows, of in [
        (unusable[missing], utterances + missing.sum()),
        (unusable[~missing], used),
    ]:
        if len(rows) > max_unusable_share * of:
            reasons = rows["reason"].value_counts()
            raise InputError(
                f"{len(rows)} of {of} utterances ({len(rows) / of:.1%}) are unusable ("
                + ", ".join(f"{n} {reason}" for reason, n in reasons.items())
                + f"), more than audio.max_unusable_share ({max_unusable_share:.1%}) "
                f"allows; the first is {rows['path'].iloc[0]}, all stand in {table}: "
                "mend or remove the files, or raise the limit"
            )
