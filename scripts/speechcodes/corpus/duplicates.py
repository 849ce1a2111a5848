"""The same audio under several names: it leaks between parts, or counts twice."""

import numpy as np
import pandas as pd

COLUMNS = ["group", "utterance", "path", "speaker", "label", "part"]

#: Features are compared to so many decimals, since the last digits differ between
#: kinds of processors; those of two recordings do not agree in all 136.
DECIMALS = 6

_IN_TWO_PARTS = (
    "The same audio is in two parts, under different names: {example}. What is tested "
    "or held out was learned from; leave all but one of the names out of the corpus"
)
_OF_TWO_CLASSES = (
    "The same audio has two classes, under different names: {example}. One of them is "
    "wrong; leave that name out of the corpus"
)
_SEVERAL_TIMES = (
    "The same audio has several names, and counts as often: {example}. Leave all but "
    "one of the names out of the corpus"
)


def find(utterances, utterance, samples, features):
    """Find utterances that are the same audio: equally long, with equal features.

    That is audio which is the same once it is read, averaged over channels and
    resampled, whatever its files are.

    Parameters
    ----------
    utterances : pd.DataFrame
        `utterances.csv`, as text.
    utterance : np.ndarray of str, shape (n,)
        Those that have features.
    samples : np.ndarray, shape (n,)
        Length of each.
    features : np.ndarray, shape (n, 136)
        Mid-term features of each.

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


def warnings(table):
    """Say in plain words what there is several times, the worst first.

    Parameters
    ----------
    table : pd.DataFrame
        What `find` returned.

    Returns
    -------
    sentences : list of str
        Of audio in two parts, of audio with two classes, and of all other. A label
        and none is no contradiction.
    """
    groups = [group for _, group in table.groupby("group")]
    labelled = [group[group["label"] != ""] for group in groups]
    leaks = [group for group in groups if group["part"].nunique() > 1]
    clashes = [group for group in labelled if group["label"].nunique() > 1]
    others = [
        group
        for group, known in zip(groups, labelled, strict=True)
        if group["part"].nunique() == 1 and known["label"].nunique() < 2
    ]
    kinds = [
        (_IN_TWO_PARTS, leaks),
        (_OF_TWO_CLASSES, clashes),
        (_SEVERAL_TIMES, others),
    ]
    return [
        f"{sentence.format(example=_example(found[0]))} (all such audio stands in "
        f"`duplicates.csv`; {len(found)} in all)."
        for sentence, found in kinds
        if found
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
