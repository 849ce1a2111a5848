"""Counts of what was left out, and when it is too much."""

from collections.abc import Iterable

import pandas as pd

from speechcodes.errors import InputError
from speechcodes.records import UNUSABLE_AUDIO, Rejected
from speechcodes.storage import hdf5


def count(rejected: pd.DataFrame) -> pd.DataFrame:
    """Return how many rows each stage rejected for each reason; see `check`."""
    return rejected.groupby(["stage", "reason"]).size().reset_index(name="count")


def check_complete(
    stage: str,
    utterances: pd.DataFrame,
    kept: Iterable[str],
    left_out: Iterable[Rejected],
) -> None:
    """Raise InputError if features were computed of other utterances than planned.

    `stage` is what the features are called, `utterances` is `utterances.csv` as text,
    and `kept` are the ids that have features.
    """
    planned = set(utterances.loc[utterances["part"] != "", "utterance"])
    found = {*kept, *(row.utterance for row in left_out)}
    if odd := sorted(planned ^ found):
        raise InputError(
            f"{len(odd)} of the utterances that utterances.csv has in a part, and of "
            f"those that {stage} has, are not in both, such as {odd[0]!r}: the corpus "
            "changed while the run went on; run the same command again, and what has "
            "changed is made anew"
        )


def check_shards(paths: Iterable[str], max_unusable_share: float) -> None:
    """Raise InputError if too much of what some shards should hold is unusable."""
    left_out = [row for path in paths for row in hdf5.read_rejected(path)]
    used = len(set(hdf5.read(paths, "utterance")[0])) + len(left_out)
    table = pd.DataFrame(left_out, columns=Rejected._fields).assign(stage="features")
    check(table, used, used, max_unusable_share, "rejected.csv")


def check(
    rejected: pd.DataFrame,
    utterances: int,
    used: int,
    max_unusable_share: float,
    table: str,
) -> None:
    """Raise InputError if too large a share of the audio is missing or unusable.

    What the corpus' reader rejects is known of the whole corpus, and is held against
    it; audio is read only of the utterances used, and held against those.

    `rejected` has the columns of `records.Rejected`, and `stage`; it can be read in
    `table`. The corpus table has so many `utterances`, of which `used` are in a part.
    """
    unusable = rejected[rejected["reason"].isin(UNUSABLE_AUDIO)]
    unusable = unusable.drop_duplicates(["utterance", "path"])
    early = unusable["stage"] == "corpus"
    for rows, of in [
        (unusable[early], utterances + early.sum()),
        (unusable[~early], used),
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
