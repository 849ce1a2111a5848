"""Counts of what was left out, and when it is too much."""

from speechcodes.errors import InputError
from speechcodes.records import UNUSABLE_AUDIO


def count(rejected):
    """Return how many rows each stage rejected for each reason.

    Parameters
    ----------
    rejected : pd.DataFrame
        Columns of `records.Rejected`, and `stage`.
    """
    return rejected.groupby(["stage", "reason"]).size().reset_index(name="count")


def check(rejected, used, max_unusable_share, table):
    """Raise InputError if too large a share of the audio is unusable.

    Parameters
    ----------
    rejected : pd.DataFrame
        Columns of `records.Rejected`, and `stage`.
    used : int
        Utterances that were to be used.
    max_unusable_share : float
    table : str
        Where `rejected` can be read, for the message.
    """
    unusable = rejected[rejected["reason"].isin(UNUSABLE_AUDIO)]
    unusable = unusable.drop_duplicates(["utterance", "path"])
    missing = (unusable["reason"] == "missing_file").sum()
    share = len(unusable) / max(1, used + missing)
    if share > max_unusable_share:
        reasons = unusable["reason"].value_counts()
        raise InputError(
            f"{len(unusable)} utterances ({share:.1%}) are unusable ("
            + ", ".join(f"{n} {reason}" for reason, n in reasons.items())
            + f"), more than audio.max_unusable_share ({max_unusable_share:.1%}) "
            f"allows; the first is {unusable['path'].iloc[0]}, all stand in {table}: "
            "mend or remove the files, or raise the limit"
        )
