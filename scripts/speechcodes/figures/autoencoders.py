"""Figures of the autoencoders: how they learned, and which was chosen."""

import json
import math
import re
from pathlib import Path

import numpy as np
import pandas as pd
import yaml
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, NullLocator, ScalarFormatter

from speechcodes.autoencoders.selection import compared_by
from speechcodes.figures import style
from speechcodes.names import criterion

_LEGEND_COLUMNS = 3
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
def losses(histories, choice, settings):
    """Draw the loss after every epoch, one panel per architecture.

    Parameters
    ----------
    histories : dict of str to pd.DataFrame
        Per autoencoder the columns epoch, loss and validation_loss.
    choice : dict
        Metrics of the autoencoder to emphasise: name, loss (the function),
        training_segments and validation_segments.
    settings : dict
        Of `registry.FIGURES`.

    Returns
    -------
    matplotlib.figure.Figure
    """
    architecture_of = settings["architectures"]
    chosen, groups = choice["name"], {}
    for name in histories:
        groups.setdefault(architecture_of[name], []).append(name)
    rows, columns = math.ceil(len(groups) / 2), min(2, len(groups))
    labels = _labels(groups)
    looks = {
        label: style.series(i, label)
        for i, label in enumerate(dict.fromkeys(labels.values()))
    }
    low, high, scale = _loss_range(histories)
    legend_lines = _legend_lines(looks)
    figure = style.new_figure(
        f"Loss of the autoencoders, segment variant {settings['segment']}",
        1.3 + 2.7 * rows + 0.19 * legend_lines,
        (
            "Solid: validation; dashed: training. Thick: the one chosen",
            f"({architecture_of[chosen]}: {_unwrapped(labels[chosen])}).",
            _measured(choice),
            _above(histories, high),
            style.of_fold(settings["folds"]),
            style.sentence(settings["note"]),
        ),
    )
    body, foot = style.body_and_foot(figure, legend_lines)
    panels = body.subplots(rows, columns, sharey=True, squeeze=False)
    for axes, (architecture, names) in zip(panels.flat, groups.items(), strict=False):
        for i, name in enumerate(names):
            look = looks[labels[name]]
            _loss_curves(axes, histories[name], look, i / len(names), name == chosen)
        axes.set(title=architecture, xlabel="Epoch")
        axes.xaxis.get_major_locator().set_params(integer=True)
    for axes in panels.flat[len(groups) :]:
        axes.remove()
    _scale(panels[0, 0], "y", scale)
    panels[0, 0].set_ylim(low, high)
    for axes in panels[:, 0]:
        axes.set_ylabel("Loss")
    foot.legend(handles=_handles(looks), loc="center", ncols=_LEGEND_COLUMNS)
    return figure


@style.styled
def loss_against_parameters(metrics, settings):
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
    settings : dict
        Of `registry.FIGURES`.

    Returns
    -------
    matplotlib.figure.Figure
    """
    by = settings["select_by"]
    measure = compared_by(metrics.to_dict("records"), "validation_loss")
    finite = metrics[np.isfinite(metrics[measure].astype(float))]
    diverged = len(metrics) - len(finite)
    figure = style.new_figure(
        f"Loss against size of the encoder, segment variant {settings['segment']}",
        4.8,
        (
            f"n: {_sizes(metrics)} segments to validate on.",
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
        _tolerance_band(axes, finite[measure].min(), settings["tolerance"])
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
    _ring(axes, finite, measure)
    _scale(axes, "y", _span(finite[measure].to_numpy(float)))
    _scale(axes, "x", "log")
    axes.margins(x=0.08, y=0.2)
    axes.set_xlabel("Parameters of the encoder")
    axes.set_ylabel(_measure_label(metrics, measure))
    axes.grid(visible=True, axis="both")
    figure.legend(loc="outside right upper")
    return figure


def short_names(names):
    """Shorten names of autoencoders to what differs among them.

    A single name, and names that would no longer differ, stay whole. Names and
    numbers are held together by no-break spaces.

    Parameters
    ----------
    names : list of str
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
    if len({len(w) for w in words.values()}) == 1:
        differ = [len(set(column)) > 1 for column in zip(*words.values(), strict=True)]
        kept = {
            name: [word for word, d in zip(w, differ, strict=True) if d]
            for name, w in words.items()
        }
    else:
        common = set.intersection(*(set(w) for w in words.values()))
        kept = {
            name: [word for word in w if word not in common]
            for name, w in words.items()
        }
    short = {name: ", ".join(map(_spaced, kept[name])) for name in names}
    if "" in short.values() or len(set(short.values())) < len(words):
        return {name: name for name in names}
    return short


def _spaced(word):
    return re.sub(r"^(latent|lr|batch)(?=\d)", "\\1\N{NO-BREAK SPACE}", word)


def _unwrapped(text):
    return text.replace(",\n", ", ").replace("\n", "")


def _labels(groups):
    """Shorten names to what a panel titled with their architecture does not tell.

    One that is alone in its panel is told from those of all panels.
    """
    among_all = short_names([name for names in groups.values() for name in names])
    labels = {}
    for architecture, names in groups.items():
        short = among_all if len(names) == 1 else short_names(names)
        for name in names:
            label = re.sub(f"^{re.escape(architecture)}(_|, )", "", short[name])
            labels[name] = style.wrapped(label)
    return labels


def _loss_curves(axes, history, look, start, emphasised):
    # Markers start at different epochs, so that close curves stay apart.
    every = max(1, len(history) // 6)
    axes.plot(
        history["epoch"],
        history["validation_loss"],
        color=look.colour,
        marker=look.marker,
        markevery=(int(start * every), every),
        linewidth=1.1,
        label=look.label,
        zorder=3,
    )
    axes.plot(
        history["epoch"],
        history["loss"],
        color=look.colour,
        linestyle=(0, (4, 2)),
        linewidth=0.7,
        zorder=2,
    )
    if emphasised:
        for line in axes.lines[-2:]:
            line.set(linewidth=2.6 * line.get_linewidth(), markersize=7)
            line.set_zorder(line.get_zorder() + 2)


def _handles(looks):
    return [
        Line2D([], [], color=look.colour, marker=look.marker, label=look.label)
        for look in looks.values()
    ]


def _legend_lines(looks):
    """Count the lines of text of a legend of so many columns."""
    rows = math.ceil(len(looks) / _LEGEND_COLUMNS)
    return rows * max(1 + label.count("\n") for label in looks)


def _loss_range(histories):
    """Return limits and scale that show where the curves settle.

    The first epochs and a diverging run would flatten all else, so the axis ends
    above 95 % of the later values where the rest lies far away.
    """
    late = np.concatenate(
        [
            history.iloc[len(history) // 10 :][["loss", "validation_loss"]]
            .to_numpy(float)
            .ravel()
            for history in histories.values()
        ]
    )
    late = late[np.isfinite(late)]
    if not len(late):
        return 0, 1, "linear"
    low, high = late.min(), np.quantile(late, 0.95)
    if late.max() - low < 3 * (high - low):
        high = late.max()
    if _span(late[late <= high]) == "log":
        return low / 1.2, high * 1.2, "log"
    margin = 0.06 * (high - low) or 0.1 * abs(high) or 1
    return low - margin, high + margin, "linear"


def _span(values):
    """Return the scale for values: logarithmic where they differ tenfold."""
    spread = len(values) and values.min() > 0 and values.max() > 10 * values.min()
    return "log" if spread else "linear"


def _measured(choice):
    """Say what the loss is, and on how many segments."""
    return (
        f"Loss: {_function(choice['loss'])}, mean over "
        f"{style.number(choice['training_segments'])} segments to train on and "
        f"{style.number(choice['validation_segments'])} of other speakers to "
        "validate on."
    )


def _function(loss):
    return str(loss).replace("_", " ")


def _above(histories, high):
    above = any(
        (history[["loss", "validation_loss"]] > high).any(axis=None)
        for history in histories.values()
    )
    return "Higher losses lie above the axis." if above else ""


def _scale(axes, which, scale):
    """Scale the x or y axis, with plain numbers as ticks, few enough to be read."""
    axes.set(**{f"{which}scale": scale})
    axis = getattr(axes, f"{which}axis")
    if scale == "log":
        low, high = axis.get_view_interval()
        steps = (1, 2, 5) if high < 50 * low else (1, 3) if high < 1000 * low else (1,)
        axis.set_major_locator(LogLocator(subs=steps))
        axis.set_major_formatter(lambda value, _: _plain(value))
        axis.set_minor_locator(NullLocator())
    else:
        axis.set_major_formatter(ScalarFormatter(useOffset=False))


def _plain(value):
    return style.number(value) if value >= 1000 else f"{value:g}"


def _sizes(metrics):
    sizes = sorted(set(metrics["validation_segments"]))
    return " or ".join(map(style.number, sizes))


def _tolerance_band(axes, lowest, tolerance):
    axes.axhspan(
        lowest,
        lowest * (1 + tolerance),
        color=style.LIGHT_GREY,
        alpha=0.5,
        linewidth=0,
        label=f"within {100 * tolerance:g} %\nof the lowest",
    )


def _ring(axes, metrics, measure):
    rows = metrics[metrics["chosen"]]
    if not len(rows):
        return
    row = rows.iloc[0]
    axes.plot(
        row["encoder_parameters"],
        row[measure],
        "o",
        markersize=15,
        markerfacecolor="none",
        markeredgecolor=style.CHOSEN,
        markeredgewidth=1.8,
        zorder=4,
    )
    # Chosen as the smallest of the best, it has hardly any others below.
    sizes = np.log(metrics["encoder_parameters"].astype(float))
    left = np.log(row["encoder_parameters"]) <= (sizes.min() + sizes.max()) / 2
    axes.annotate(
        style.wrapped(f"chosen: {short_names(list(metrics['name']))[row['name']]}", 32),
        (row["encoder_parameters"], row[measure]),
        xytext=(-8 if left else 8, -13),
        textcoords="offset points",
        ha="left" if left else "right",
        va="top",
        fontsize=style.SMALL,
        color=style.CHOSEN,
        bbox={"facecolor": "white", "alpha": 0.8, "linewidth": 0, "pad": 1},
        zorder=2.5,
    )


def _measure_label(metrics, measure):
    if measure == "validation_mse":
        return "Mean squared error (validation)"
    return f"Validation loss ({_function(metrics['loss'].iloc[0])})"
