"""The same audio under several names: it leaks between parts, or counts twice."""

import numpy as np
import pandas as pd

COLUMNS = ["group", "utterance", "path", "speaker", "label", "part"]

#: Features are compared to so many decimals, since the last digits differ between
#: kinds of processors; those of two recordings do not agree in all 136.
DECIMALS = 6

#: What to say of each kind, the worst first.
SENTENCES = {
    "two parts": "The same audio is in two parts, under different names: {example}. "
    "What is tested or held out was learned from; leave all but one of the names out "
    "of the corpus",
    "two classes": "The same audio has two classes, under different names: {example}. "
    "One of them is wrong; leave that name out of the corpus",
    "several names": "The same audio has several names, and counts as often: "
    "{example}. Leave all but one of the names out of the corpus",
}


def find(
    utterances: pd.DataFrame,
    utterance: np.ndarray,
    samples: np.ndarray,
    features: np.ndarray,
) -> pd.DataFrame:
    """Find utterances that are the same audio: equally long, with equal features.

    That is audio which is the same once it is read, averaged over channels and
    resampled, whatever its files are.

    Parameters
    ----------
    utterances
        `utterances.csv`, as text.
    utterance, samples, features
        Ids (n,) of those that have features, their lengths (n,), and their mid-term
        features (n, 136).

    Returns
    -------
    table : pd.DataFrame
        Columns `COLUMNS`: every utterance whose audio there is several times, and the
        number, from 1, of its audio in `group`.
    """
    rounded = np.round(features, DECIMALS) + 0.0  # -0.0 has other bytes
    rows = zip(utterance, samples, rounded, strict=True)
    audio = {name: (length, row.tobytes()) for name, length, row in rows}
    table = utterances.assign(audio=utterances["utterance"].map(audio))
    table = table[table["audio"].notna() & table["audio"].duplicated(keep=False)]
    table = table.assign(group=pd.factorize(table["audio"])[0] + 1)
    return table[COLUMNS].sort_values(["group", "utterance"])


def warnings(table: pd.DataFrame) -> list[str]:
    """Say in plain words what there is several times by `find`, the worst first.

    A label and none is no contradiction.
    """
    found = {kind: [] for kind in SENTENCES}
    for _, group in table.groupby("group"):
        labelled = group[group["label"] != ""]
        in_two_parts = group["part"].nunique() > 1
        of_two_classes = labelled["label"].nunique() > 1
        if in_two_parts:
            found["two parts"].append(group)
        if of_two_classes:
            found["two classes"].append(labelled)
        if not (in_two_parts or of_two_classes):
            found["several names"].append(group)
    return [
        f"{SENTENCES[kind].format(example=_example(groups[0]))} (all such audio stands "
        f"in `duplicates.csv`; {len(groups)} in all)."
        for kind, groups in found.items()
        if groups
    ]


def _example(group):
    """Name the first utterance of a group, and one that differs in part and class."""
    one, *others = group.to_dict("records")
    other = max(
        others, key=lambda u: sum(u[key] != one[key] for key in ("part", "label"))
    )
    return " and ".join(
        f"{u['utterance']!r} ({u['label'] or 'no label'}, part {u['part']})"
        for u in (one, other)
    )
