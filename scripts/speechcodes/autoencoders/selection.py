"""The choice of one autoencoder among those trained."""

import math

from speechcodes import names
from speechcodes.errors import InputError

_SAME = "their codes are the same for all segments: train for more epochs"
_REMEDIES = {
    "instability": _SAME,
    "effective_dimensions": _SAME,
    "speaker_share": (
        f"either {_SAME}, or one speaker alone is held out: raise "
        "autoencoders.training.validation_share"
    ),
}


def select(metrics: list[dict], tolerance: float, by: str) -> dict:
    """Choose the smallest encoder among those about as good as the best.

    Among those within `tolerance` of the best value, the encoder with the fewest
    parameters is chosen; of equal ones the one with the better value, then the first
    by name. One that is no better than the mean spectrogram is chosen only if all of
    them are like that.

    Parameters
    ----------
    metrics : list of dict
        Per autoencoder `name`, `loss` (the function), `validation_loss`,
        `mean_spectrogram_loss`, `encoder_parameters`, and what `compared_by` names.
        Where the value compared is not finite, or None, it is left out.
    tolerance : float
        Share of the best value by which another may be worse: 0.01 for 1 %.
    by : str
        One of `names.CRITERIA`.

    Raises
    ------
    InputError
        If no autoencoder is left to choose.
    """
    criterion = compared_by(metrics, by)
    # Turned so that less is better.
    sign = -1 if names.CRITERIA[by].more_is_better else 1
    values = {
        entry["name"]: sign * entry[criterion]
        for entry in metrics
        if entry[criterion] is not None and math.isfinite(entry[criterion])
    }
    if not values:
        raise InputError(
            f"none of {len(metrics)} autoencoders has a finite {criterion}; "
            f"{_REMEDIES.get(by, 'try a smaller learning rate')}"
        )
    finite = [entry for entry in metrics if entry["name"] in values]
    # First of all, since a code that says nothing may be the best by what is no loss.
    candidates = [entry for entry in finite if learned(entry)] or finite
    best = min(values[entry["name"]] for entry in candidates)
    limit = best + abs(best) * tolerance
    return min(
        [entry for entry in candidates if values[entry["name"]] <= limit],
        key=lambda entry: (
            entry["encoder_parameters"],
            values[entry["name"]],
            entry["name"],
        ),
    )


def learned(entry: dict) -> bool:
    """Tell whether an autoencoder beats saying the mean spectrogram of everything."""
    return entry["validation_loss"] < entry["mean_spectrogram_loss"]


def compared_by(metrics: list[dict], by: str) -> str:
    """Name the measure that can be compared across all of these autoencoders.

    That is the criterion, one of `names.CRITERIA`. Values of two loss functions say
    nothing about each other: where these differ, the mean squared error stands in its
    place, ``validation_mse`` or ``restored_mse``.
    """
    functions = {entry["loss"] for entry in metrics}
    return by if len(functions) <= 1 else by.replace("_loss", "_mse")
