"""The choice of one autoencoder among those trained."""

import math

from speechcodes.errors import InputError


def select(metrics, tolerance):
    """Choose the smallest encoder among those about as good as the best.

    Autoencoders are compared by `validation_loss` if all were trained on the same
    loss function, else by `validation_mse`: values of two loss functions say
    nothing about each other. Among those within `tolerance` of the lowest value,
    the encoder with the fewest parameters is chosen; of equal ones the one with
    the lower value, then the first by name. One that is no better than the mean
    spectrogram is chosen only if all of them are like that.

    Parameters
    ----------
    metrics : list of dict
        Per autoencoder `name`, `loss` (the function), `validation_loss`,
        `mean_spectrogram_loss`, `validation_mse` and `encoder_parameters`. Where the
        value compared is not finite the training diverged, and it is left out.
    tolerance : float
        Share of the lowest value by which another may be higher: 0.01 for 1 %.

    Returns
    -------
    dict
        The entry of `metrics` chosen.

    Raises
    ------
    InputError
        If no autoencoder is left to choose.
    """
    criterion = compared_by(metrics)
    finite = [entry for entry in metrics if math.isfinite(entry[criterion])]
    if not finite:
        raise InputError(
            f"none of {len(metrics)} autoencoders has a finite {criterion}; "
            "try a smaller learning rate"
        )
    limit = min(entry[criterion] for entry in finite) * (1 + tolerance)
    close = [entry for entry in finite if entry[criterion] <= limit]
    return min(
        [entry for entry in close if learned(entry)] or close,
        key=lambda entry: (
            entry["encoder_parameters"],
            entry[criterion],
            entry["name"],
        ),
    )


def learned(entry):
    """Tell whether an autoencoder beats saying the mean spectrogram of everything.

    Parameters
    ----------
    entry : dict
        As in `select`.
    """
    return entry["validation_loss"] < entry["mean_spectrogram_loss"]


def compared_by(metrics):
    """Name the measure that can be compared across all of these autoencoders.

    Parameters
    ----------
    metrics : list of dict
        As in `select`.

    Returns
    -------
    str
        ``validation_loss`` or ``validation_mse``.
    """
    functions = {entry["loss"] for entry in metrics}
    return "validation_loss" if len(functions) <= 1 else "validation_mse"
