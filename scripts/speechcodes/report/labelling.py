"""What a predictor labelled, in sentences."""

from collections.abc import Sequence

import pandas as pd

from speechcodes.predictor import BY_FEW, BY_TYPICAL, FEW


def of_labelled(labelled: pd.DataFrame, classes: Sequence[str]) -> list[str]:
    """Tell what came of speech that was labelled.

    Parameters
    ----------
    labelled : pd.DataFrame
        Of `predictor.labelling.label_files`, or such a table as it was read.
    classes : sequence of str
    """
    rejected = labelled["rejected"].astype(str) != ""
    kept = labelled[~rejected]
    counts = kept["predicted"].value_counts()
    found = [f"{counts.get(label, 0)} {label}" for label in classes]
    lines = [f"Labelled {len(kept)} of {len(labelled)} utterances: {', '.join(found)}."]
    if rejected.any():
        reasons = labelled.loc[rejected, "rejected"].str.partition(":")[0]
        listed = [f"{n} {reason}" for reason, n in reasons.value_counts().items()]
        lines.append(f"{rejected.sum()} could not be used: {', '.join(listed)}.")
    if unlike := (kept["unlike_training"].astype(str) == "True").sum():
        lines.append(
            f"{unlike} {'is' if unlike == 1 else 'are'} unlike the speech that the "
            "predictor was trained on (unlike_training): do not trust these labels."
        )
    if typical := (kept["normalised_by"] == BY_TYPICAL).sum():
        whose = (
            "is of an unknown speaker, or of one"
            if typical == 1
            else "are of unknown speakers, or of speakers"
        )
        lines.append(
            f"{typical} {whose} with fewer than {FEW} files, and normalised as speech "
            "of a typical training speaker (normalised_by): for better labels, name "
            "who speaks, and label more files of each together."
        )
    if few := (kept["normalised_by"] == BY_FEW).sum():
        lines.append(
            f"{few} {'is' if few == 1 else 'are'} of unknown speakers, or of speakers "
            f"with fewer than {FEW} files. Their pitch is counted from the median of "
            "these few, so that high and low voices look alike, and many of these "
            "labels may be wrong (normalised_by). Name who speaks, and label more "
            "files of each together."
        )
    return lines
