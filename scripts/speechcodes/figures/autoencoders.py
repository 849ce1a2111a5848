"""Figures of the autoencoders: how they learned, and which was chosen."""

import json
import math
import re
from pathlib import Path

import numpy as np
import pandas as pd
import yaml
from matplotlib.figure import Figure
from matplotlib.ticker import EngFormatter, LogLocator, NullLocator

from speechcodes.autoencoders.selection import compared_by
from speechcodes.figures import style
from speechcodes.names import criterion

#: How the one chosen among several points is ringed.
RING = {
    "linestyle": "",
    "marker": "o",
    "markersize": 15,
    "markerfacecolor": "none",
    "markeredgecolor": style.CHOSEN,
    "markeredgewidth": 1.8,
    "zorder": 4,
}
#: Of the metrics of an autoencoder, what `loss_against_parameters` is about.
COMPARED = ["name", "architecture", "encoder_parameters", "validation_segments"]
COMPARED += ["loss", "validation_loss", "validation_mse"]


def draw_losses(inputs: dict, settings: dict):
    """Draw the losses over the epochs; see `registry.draw` and `losses`."""
    histories = {
        Path(path).parent.name: pd.read_csv(path) for path in inputs["histories"]
    }
    choice = _read_choice(inputs)
    numbers = loss_table(histories, settings["architectures"], choice["name"])
    return losses(histories, choice, settings), numbers


def draw_loss_against_parameters(inputs: dict, settings: dict):
    """Draw loss against size; see `registry.draw` and `loss_against_parameters`."""
    entries = [json.loads(Path(path).read_text()) for path in inputs["metrics"]]
    metrics = pd.DataFrame(entries)[COMPARED]
    chosen = _read_choice(inputs)["name"]
    numbers = metrics.assign(chosen=metrics["name"] == chosen)
    return loss_against_parameters(numbers, settings), numbers


def alt_losses(numbers, settings: dict) -> str:
    """Tell how the training of the chosen autoencoder ended."""
    last = numbers[numbers["chosen"]].sort_values("epoch").iloc[-1]
    return (
        f"Loss of {numbers['autoencoder'].nunique()} autoencoders over their epochs, "
        f"segments {settings['segment']}. The one chosen, {last['autoencoder']}, has a "
        f"validation loss of {last['validation_loss']:.4f} after its last epoch, "
        f"number {last['epoch']}."
    )


def alt_loss_against_parameters(numbers, settings: dict) -> str:
    """Tell the range of the losses, and size and loss of the one chosen."""
    chosen, losses = numbers[numbers["chosen"]].iloc[0], numbers["validation_loss"]
    losses = pd.to_numeric(losses)
    return (
        f"Validation loss of {len(losses)} autoencoders, {losses.min():.4f} to "
        f"{losses.max():.4f}, against the size of their encoders, segments "
        f"{settings['segment']}. The one chosen, {chosen['name']}, has "
        f"{chosen['encoder_parameters']} parameters and a loss of "
        f"{losses[chosen.name]:.4f}."
    )


def _read_choice(inputs):
    return yaml.safe_load(Path(inputs["choice"]).read_text())


def loss_table(histories, architecture_of, chosen):
    """Return the losses of all epochs of all autoencoders in one table.

    Parameters
    ----------
    histories : dict of str to pd.DataFrame
        As in `losses`.
    architecture_of : dict of str to str
        Architecture of each autoencoder.
    chosen : str
        Name of the autoencoder chosen.

    Returns
    -------
    pd.DataFrame
        Columns architecture, autoencoder, chosen (whether it is the one), epoch, loss
        and validation_loss.
    """
    tables = [
        history[["epoch", "loss", "validation_loss"]].assign(
            architecture=architecture_of[name], autoencoder=name, chosen=name == chosen
        )
        for name, history in histories.items()
    ]
    first = ["architecture", "autoencoder", "chosen"]
    table = pd.concat(tables, ignore_index=True)
    return table[first + [column for column in table if column not in first]]


@style.styled
def losses(histories, choice, settings: dict) -> Figure:
    """Draw the loss after every epoch, one panel per architecture.

    Parameters
    ----------
    histories : dict of str to pd.DataFrame
        Per autoencoder the columns epoch, loss and validation_loss.
    choice : dict
        Metrics of the autoencoder to emphasise: name, loss (the function),
        training_segments and validation_segments.
    """
    architecture_of, chosen = settings["architectures"], choice["name"]
    # Titles of panels tell the architecture.
    rests = {name: name.removeprefix(f"{architecture_of[name]}_") for name in histories}
    short = short_names(dict.fromkeys(rests.values()))
    looks = {rest: style.series(i, short[rest]) for i, rest in enumerate(short)}
    names = dict.fromkeys(architecture_of[name] for name in histories)
    shape = math.ceil(len(names) / 2), min(2, len(names))
    every = pd.concat(histories.values())[["loss", "validation_loss"]].to_numpy(float)
    # A diverging run would flatten all others.
    finite = every[np.isfinite(every)]
    low, top = finite.min() / 1.1, 1.1 * np.quantile(finite, 0.97)
    figure = style.new_figure(
        f"Loss of the autoencoders, segment variant {settings['segment']}",
        1.4 + 2.6 * shape[0] + 0.1 * len(looks),
        (
            "Solid: validation; dashed: training. Thick: the one chosen",
            f"({architecture_of[chosen]}: {short[rests[chosen]]}).",
            f"Loss: {_function(choice['loss'])}, mean over",
            f"{style.number(choice['training_segments'])} segments to train on and",
            f"{style.number(choice['validation_segments'])} of other speakers to "
            "validate on.",
            "Higher losses lie above the axis." if np.nanmax(every) > top else "",
            style.of_fold(settings["folds"]),
            style.sentence(settings["note"]),
        ),
    )
    body = figure.subfigures()
    panels = style.panels(body, len(names), *shape, sharey=True)
    for architecture, axes in zip(names, panels, strict=True):
        axes.set(title=architecture, xlabel="Epoch")
        axes.xaxis.get_major_locator().set_params(integer=True)
    by_architecture = dict(zip(names, panels, strict=True))
    for name, history in histories.items():
        axes, look = by_architecture[architecture_of[name]], looks[rests[name]]
        width = 2.6 if name == chosen else 1
        colour = {"color": look.colour, "zorder": 1 + width}
        step = max(1, len(history) // 6)
        axes.plot(
            history["epoch"],
            history["validation_loss"],
            marker=look.marker,
            markevery=step,
            linewidth=1.1 * width,
            label=look.label,
            **colour,
        )
        dashed = {"linestyle": (0, (4, 2)), "linewidth": 0.7 * width}
        axes.plot(history["epoch"], history["loss"], **dashed, **colour)
    axes.set_yscale("log")
    axes.set_ylim(low, top)
    _plain_numbers(axes.yaxis)
    body.supylabel("Loss", fontsize="medium")
    style.legend_below(body)
    return figure


@style.styled
def loss_against_parameters(metrics, settings: dict) -> Figure:
    """Draw the validation loss of every autoencoder against its encoder's size.

    If the loss was the criterion of the choice, a band shows how much higher that of
    another may be for it to be chosen for its size.

    Parameters
    ----------
    metrics : pd.DataFrame
        Columns name, chosen, architecture, encoder_parameters, validation_segments,
        loss (the function), validation_loss and, where loss functions differ,
        validation_mse, which is then drawn instead. Those whose value is not finite
        are counted only.
    """
    by = settings["select_by"]
    measure = compared_by(metrics.to_dict("records"), "validation_loss")
    finite = metrics[np.isfinite(metrics[measure].astype(float))]
    diverged = len(metrics) - len(finite)
    sizes = " or ".join(map(style.number, sorted(set(metrics["validation_segments"]))))
    figure = style.new_figure(
        f"Loss against size of the encoder, segment variant {settings['segment']}",
        4.8,
        (
            f"n: {sizes} segments to validate on.",
            f"Chosen by {criterion(by)}.",
            f"{diverged} of {len(metrics)} diverged and are not shown."
            if diverged
            else "",
            style.of_fold(settings["folds"]),
            style.sentence(settings["note"]),
        ),
    )
    axes = figure.subplots()
    if by == "validation_loss" and len(finite):
        lowest, tolerance = finite[measure].min(), settings["tolerance"]
        axes.axhspan(
            lowest,
            lowest * (1 + tolerance),
            color=style.LIGHT_GREY,
            alpha=0.5,
            linewidth=0,
            label=f"within {100 * tolerance:g} %\nof the lowest",
        )
    for i, (architecture, rows) in enumerate(finite.groupby("architecture")):
        look = style.series(i, architecture)
        axes.scatter(
            rows["encoder_parameters"],
            rows[measure],
            s=45,
            color=look.colour,
            marker=look.marker,
            edgecolor="white",
            linewidth=0.6,
            label=look.label,
            zorder=3,
        )
    for row in finite[finite["chosen"]].to_dict("records"):
        label = f"chosen: {short_names(list(metrics['name']))[row['name']]}"
        label = style.wrapped(label, 24)
        axes.plot(row["encoder_parameters"], row[measure], label=label, **RING)
    axes.set(xscale="log", yscale="log")
    axes.margins(x=0.08, y=0.2)
    _plain_numbers(axes.xaxis)
    _plain_numbers(axes.yaxis)
    axes.set_xlabel("Parameters of the encoder")
    axes.set_ylabel(
        "Mean squared error (validation)"
        if measure == "validation_mse"
        else f"Validation loss ({_function(metrics['loss'].iloc[0])})"
    )
    axes.grid(visible=True, axis="both")
    figure.legend(loc="outside right upper")
    return figure


def short_names(names):
    """Shorten names of autoencoders to what differs among them.

    A single name, and names that would no longer differ, stay whole. Names and
    numbers are held together by no-break spaces.

    Parameters
    ----------
    names : iterable of str
        Words joined by underscores.

    Returns
    -------
    dict of str to str

    Examples
    --------
    >>> short_names(["a_lr0.1_adam_mse", "a_lr0.1_sgd_mse"])
    {'a_lr0.1_adam_mse': 'adam', 'a_lr0.1_sgd_mse': 'sgd'}
    """
    words = {name: name.split("_") for name in names}
    common = set.intersection(*map(set, words.values()))
    short = {
        name: ", ".join(_spaced(word) for word in of_name if word not in common)
        for name, of_name in words.items()
    }
    if "" in short.values() or len(set(short.values())) < len(words):
        return {name: name for name in names}
    return short


def _spaced(word):
    return re.sub(r"^(latent|lr|batch)(?=\d)", "\\1\N{NO-BREAK SPACE}", word)


def _function(loss):
    return str(loss).replace("_", " ")


def _plain_numbers(axis):
    """Tick a logarithmic axis with plain numbers, few enough to be read."""
    low, high = axis.get_view_interval()
    steps = (1, 2, 5) if high < 50 * low else (1,)
    axis.set_major_locator(LogLocator(subs=steps))
    axis.set_major_formatter(
        EngFormatter(sep="") if high > 1000 else lambda value, _: f"{value:g}"
    )
    axis.set_minor_locator(NullLocator())
