"""Figures of lengths show quantiles and shares of every class."""

import pandas as pd
import pytest
from drawing import drawn, lines, settings, texts

from speechcodes.figures import durations
from speechcodes.records import NO_LABEL, VALENCE


def length_table(**seconds):
    """Make a table of lengths; seconds by class."""
    return pd.concat(
        pd.DataFrame({"label": label, "seconds": values})
        for label, values in seconds.items()
    ).assign(utterance=lambda table: [f"u{i}" for i in range(len(table))])


def wanted(classes=VALENCE, **seconds):
    """Return settings with segments of so many seconds."""
    segments = {name: {"samples": 8000 * length} for name, length in seconds.items()}
    return settings(classes=classes, segments=segments)


def share_kept(table, classes=VALENCE, **seconds):
    """Draw the shares of a table of lengths."""
    shares = durations.shares(table, classes, seconds)
    return drawn(durations.share_kept(shares, wanted(classes, **seconds)))


def box_plots(table, classes=VALENCE, **seconds):
    """Draw the quantiles of a table of lengths."""
    quantiles = durations.quantiles(table, classes)
    return drawn(durations.box_plots(quantiles, wanted(classes, **seconds)))


def test_share_kept_draws_and_marks_shares():
    table = length_table(negative=[1.0, 3.0], neutral=[2.0, 4.0])
    figure = share_kept(table, long=3.0, short=2.0)
    (axes,) = figure.axes
    x, y = lines(axes)["all (n = 4)"].get_data()
    assert y[x == 2.0] == 75
    assert y[x == 3.0] == 50
    marks = next(line for line in axes.lines if line.get_marker() == "o")
    assert marks.get_xydata().tolist() == [[3, 50], [2, 75]]
    x, y = lines(axes)["negative (n = 2)"].get_data()
    assert y[x == 2.0] == 50
    assert {"segments long: 3 s, 50 %", "segments short: 2 s, 75 %"} <= set(
        texts(figure)
    )
    # Of no utterance there is no share.
    assert not any("positive" in text for text in texts(figure))


def test_box_plots_show_quartiles_and_numbers():
    table = length_table(negative=[1.0, 2, 3, 4, 5], neutral=[2.0] * 1200)
    figure = box_plots(table, long=3.75)
    (axes,) = figure.axes
    labels = [tick.get_text() for tick in axes.get_yticklabels()]
    assert labels == [
        "negative (n = 5)",
        "neutral (n = 1\N{THIN SPACE}200)",
        "positive (n = 0)",
    ]
    # The first class is the upmost.
    assert axes.get_ylim()[0] > axes.get_ylim()[1]
    box = axes.patches[0].get_path().vertices[:, 0]
    assert (box.min(), box.max()) == (2, 4)
    assert any(set(line.get_xdata()) == {3.75} for line in axes.lines)
    assert "segments long: 3.75 s" in texts(figure)


def test_speech_without_a_label_stands_apart_where_there_is_some():
    table = length_table(negative=[1.0, 2.0], none=[3.0, 3.0])
    assert NO_LABEL == "none"
    labels = [tick.get_text() for tick in box_plots(table).axes[0].get_yticklabels()]
    assert labels[-1] == "no label (n = 2)" and len(labels) == 4
    shares = durations.shares(table, VALENCE, {"long": 2.5}).set_index("label")
    at = shares[shares["segment"] == "long"]["share"]
    assert at[["negative", "none", "all"]].tolist() == [0, 100, 50]


def test_no_segments():
    assert len(box_plots(length_table(negative=[1.0])).axes) == 1
    share_kept(length_table(negative=[1.0]))


def test_numbers_by_hand():
    # Quantiles lie between neighbours: 1 + 0.025 * 4 from the first to the last.
    table = length_table(negative=[1.0, 2, 3, 4, 5], neutral=[2.0, 2])
    boxes = durations.quantiles(table, VALENCE).set_index("label")
    numbers = boxes[["utterances", "low", "lower", "median", "upper", "high"]]
    assert numbers.loc["negative"].tolist() == pytest.approx([5, 1.1, 2, 3, 4, 4.9])
    assert numbers.loc["positive", "utterances"] == 0
    shares = durations.shares(table, VALENCE, {"long": 3.0})
    shares = shares.set_index(["label", "seconds"])
    assert shares.loc[("negative", 3.0), "share"] == 60
    assert shares.loc[("all", 3.0), "share"] == pytest.approx(300 / 7)
    assert shares.loc[("all", 3.0), "segment"] == "long"
