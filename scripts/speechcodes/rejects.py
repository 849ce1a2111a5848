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
