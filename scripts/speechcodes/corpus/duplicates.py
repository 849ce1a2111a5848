"""The same audio under several names: it leaks between parts, or counts twice."""

import numpy as np
import pandas as pd

COLUMNS = ["group", "utterance", "path", "speaker", "label", "part"]

#: Features are compared to so many decimals, since the last digits differ between
#: kinds of processors; those of two recordings do not agree in all 136.
DECIMALS = 6


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
