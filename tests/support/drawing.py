"""What figures are drawn from in tests, and what they show."""

import itertools
import json

import numpy as np
import pandas as pd
import pytest
import yaml
from matplotlib.colors import to_hex

from speechcodes.records import NO_LABEL, VALENCE
from speechcodes.storage import hdf5

#: Classes of corpora of several sizes; names may look like numbers or nothing.
CLASSES = {
    2: ("1", "NA"),
    3: VALENCE,
    7: ("angry", "bored", "disgusted", "fearful", "happy", "neutral", "sad"),
    20: tuple(f"a_long_name_{i}" if i % 5 == 0 else f"class{i}" for i in range(20)),
}
SETTINGS = {
    "classes": VALENCE,
    "segment": "long",
    "classifier": "svm",
    "metric": "macro_f1",
    "segments": {
        "long": {"samples": 30_000, "short_signals": "drop"},
        "short": {"samples": 20_000, "short_signals": "drop"},
        "all": {"samples": "whole", "short_signals": "pad"},
    },
    "sampling_rate": 8000,
    "select_by": "validation_loss",
    "tolerance": 0.01,
    "architectures": {"small_latent8": "small", "large_latent8": "large"},
    "protocol": "study",
    "published": ["svm"],
    "folds": 1,
    "note": "",
}
PERCENTAGES = (5, 20, 100)
CLASSIFIERS = ("svm", "knn")
#: Their pairs have several baselines.
SETS = ("midterm", "pooled", "code", "own")
PAIRS = [("midterm", other) for other in SETS[1:]] + [("pooled", "code")]


def settings(**changes):
    """Return the settings of figures, with some changed."""
    return SETTINGS | changes


def write_tables(folder, classes):
    """Write all tables that figures are drawn from; return their paths by name."""
    rng = np.random.default_rng(0)
    every = {
        "durations": _durations(rng, classes),
        "confounds": _confounds(classes),
        "criteria": _criteria(),
        "reliability": reliability_table(),
        "intervals": intervals(dict.fromkeys(SETS, 0)),
        "chance": _chance(),
        "ranking": ranking(dict.fromkeys(SETS, 0)),
        "differences": _differences(),
        "forecast": forecast(dict.fromkeys(SETS, 0)),
        "scores": _scores(rng),
        "confusions": _confusions(rng, classes),
        "next_to_label": next_to_label(),
    }
    paths = {}
    for name, table in every.items():
        paths[name] = str(folder / f"{name}.csv")
        table.to_csv(paths[name], index=False)
    paths |= {"histories": [], "metrics": []}
    for i, name in enumerate(SETTINGS["architectures"]):
        (folder / name).mkdir()
        paths["histories"].append(str(folder / name / "history.csv"))
        loss = 0.3 / np.arange(1, 11)
        history = {"epoch": np.arange(1, 11), "loss": loss, "validation_loss": loss + i}
        pd.DataFrame(history).to_csv(paths["histories"][-1], index=False)
        paths["metrics"].append(str(folder / name / "metrics.json"))
        (folder / name / "metrics.json").write_text(json.dumps(_metrics(name, i)))
    paths["choice"] = str(folder / "choice.yaml")
    (folder / "choice.yaml").write_text(yaml.safe_dump(_metrics("small_latent8", 0)))
    paths["published"] = [str(folder / "svm.json")]
    curve = {"percent": [5, 100], "midterm_published": [0.4, 0.5]}
    (folder / "svm.json").write_text(json.dumps(curve))
    paths |= {"codes": [], "roles": []}
    for role in ("training", "test"):
        ids = [f"{role}{i}" for i in range(40)]
        codes = {"codes": rng.normal(size=(40, 8)), "utterance": ids}
        paths["codes"].append(str(folder / f"{role}.h5"))
        made = {"parameters": {}, "libraries": [], "description": ""}
        hdf5.write(paths["codes"][-1], codes | {"segment": np.zeros(40)}, **made)
        paths["roles"].append(str(folder / f"{role}.csv"))
        who = {"utterance": ids, "label": rng.choice(classes, 40), "speaker": "anna"}
        pd.DataFrame(who).to_csv(paths["roles"][-1], index=False)
    return paths


def _durations(rng, classes):
    rows = [
        {"utterance": f"u{i}", "label": label, "seconds": rng.gamma(6, 0.5) + j / 10}
        for j, label in enumerate([*classes, NO_LABEL])
        for i in range(40)
    ]
    return pd.DataFrame(rows).assign(samples=lambda t: (8000 * t["seconds"]).round())


def validated(shuffled, grouped, held_out="speakers", name="midterm", segment="30k"):
    """Make the rows of confounds of a cross-validation of 60 utterances."""
    where = ("training", "", segment, name)
    return [
        ("shuffled_macro_f1", *where, shuffled, ""),
        ("grouped_macro_f1", *where, grouped, held_out),
        ("macro_f1_gap", *where, shuffled - grouped, ""),
        ("cross_validated", *where, 60, "5 folds"),
    ]


def counted(role, speakers, share, classes=VALENCE):
    """Make the rows of confounds of a role of 1200 utterances per class."""
    counts = {"utterances": 1200, "speakers": speakers, "sessions": 7}
    counts["unknown_speaker"] = 0 if speakers else 1200
    if speakers:
        counts["largest_speaker_share"] = share
    return [
        (quantity, role, label, "", "", n, "")
        for label in classes
        for quantity, n in counts.items()
    ]


def confound_table(*rows):
    """Make a table of confounds."""
    columns = ["quantity", "role", "label", "segment", "feature_set", "value", "detail"]
    return pd.DataFrame(rows, columns=columns)


def _confounds(classes):
    rows = [
        row
        for role in ("training", "unlabelled", "test")
        for row in counted(role, 12, 0.3, classes)
    ]
    for name in SETS:
        rows += validated(0.6, 0.4, name=name, segment="long")
    return confound_table(*rows)


def reliability_table():
    """Make the bins of 100 utterances, before and after calibration."""
    rows = [
        (0.3, 0.4, 20, 0.35, 0.55, "before"),
        (0.5, 0.6, 80, 0.55, 0.85, "before"),
        (0.5, 0.6, 20, 0.56, 0.55, "after"),
        (0.8, 0.9, 80, 0.84, 0.85, "after"),
    ]
    columns = ["low", "high", "n", "confidence", "accuracy", "calibrated"]
    return pd.DataFrame(rows, columns=columns)


def _criteria():
    n = np.arange(5.0)
    known = {"validation_loss": n, "restored_loss": np.roll(n, 1)}
    known |= {"instability": np.roll(n, 2), "speaker_share": np.nan}
    return pd.DataFrame(
        {"name": [f"small_latent{i + 1}" for i in range(5)], "chosen": n == 2}
        | known
        | {"effective_dimensions": n, "metric": "macro_f1"}
        | {"svm": n / 10, "score": n / 10}
    )


def _metrics(name, i):
    return (
        {"name": name, "architecture": name.split("_")[0], "epochs": 10}
        | {"encoder_parameters": 1000 * 10**i, "loss": "mse"}
        | {"training_segments": 1200, "validation_segments": 300}
        | {"validation_loss": 0.03 + i / 100, "validation_mse": 0.03}
    )


def _points():
    for classifier in CLASSIFIERS:
        for i, percentage in enumerate(PERCENTAGES):
            yield {"classifier": classifier, "percentage": percentage}, i


def intervals(ahead, percentages=PERCENTAGES, metrics=("macro_f1",)):
    """Make scores of 0.3, 0.004 more per per cent, and more by feature set."""
    return pd.DataFrame(
        {"feature_set": feature_set, "classifier": classifier}
        | {"percentage": percentage, "n_training_utterances": 3 * percentage}
        | {"unit": "utterance", "n": 60, "main": True, "draws": 10}
        | {"resampled": "12 test speakers", "n_resampled": 12, "metric": metric}
        | {"training_voices": 18, "halvings": 10, "draws_lacking_classes": 0}
        | {"score": score, "low": score - 0.05, "high": score + 0.05}
        for metric in metrics
        for feature_set, more in ahead.items()
        for classifier, behind in [("svm", 0), ("knn", 0.1)]
        for percentage in percentages
        for score in [0.3 + 0.004 * percentage + more - behind]
    )


def ranking(ahead, metrics=("macro_f1",)):
    """Rank the last of the `intervals`; those at most 0.05 behind are as good."""
    last = intervals(ahead, PERCENTAGES[-1:], metrics)
    ranked = [
        rows.sort_values("score", ascending=False, kind="stable").assign(
            rank=range(1, len(rows) + 1), behind=rows["score"].max() - rows["score"]
        )
        for _, rows in last.groupby("metric", sort=False)
    ]
    rows = pd.concat(ranked, ignore_index=True)
    first = rows["rank"] == 1
    rows["behind_low"] = (rows["behind"] - 0.05).mask(first, 0)
    rows["behind_high"] = (rows["behind"] + 0.05).mask(first, 0)
    columns = ["metric", "rank", "feature_set", "classifier", "percentage"]
    columns += ["n_training_utterances", "score", "low", "high"]
    columns += ["behind", "behind_low", "behind_high"]
    return rows[columns].assign(as_good=~(rows["behind_low"] > 1e-9))


def _chance():
    return pd.DataFrame(
        {"feature_set": name, **point, "unit": "utterance", "metric": "macro_f1"}
        | {"n": 60, "score": 0.33, "low": 0.3, "high": 0.36}
        for name in SETS
        for point, _ in _points()
    )


def forecast(ahead, metrics=("macro_f1",), reasons=None):
    """Make forecasts of what `intervals` makes: 0.02 more for each doubling."""
    rows = []
    for metric, (name, more), (classifier, behind), times in itertools.product(
        metrics, ahead.items(), [("svm", 0), ("knn", 0.1)], (1.5, 2, 5, 10)
    ):
        row = {"feature_set": name, "classifier": classifier, "metric": metric}
        row |= {"times": times, "utterances": round(300 * times)}
        row["reason"] = (reasons or {}).get(name, "")
        gain = 0.02 * np.log2(times)
        found = {"score": 0.7 + more - behind + gain, "gain": gain}
        if times <= 2:
            found["gain_new_speakers"] = 2 * gain
        for number in ("score", "gain", "gain_new_speakers"):
            value = np.nan if row["reason"] else found.get(number, np.nan)
            row |= {number: value, f"{number}_low": value / 2}
            row[f"{number}_high"] = 2 * value
        rows.append(row)
    return pd.DataFrame(rows)


def speakers(difference, reach=0.02):
    """Make what 18 speakers score more than 9, of the codes and the SVM."""
    return pd.DataFrame(
        {"feature_set": "code", "classifier": "svm", "metric": "macro_f1"}
        | {"percentage": percentage, "utterances": 3 * percentage, "speakers": 18}
        | {"speakers_of_half": 9, "difference": difference - 0.1 * (percentage < 50)}
        | {"difference_low": difference - reach, "difference_high": difference + reach}
        for percentage in (50, 20)
    )


def _differences():
    return pd.DataFrame(
        {"baseline": baseline, "feature_set": name, **point, "metric": "macro_f1"}
        | {"difference": difference, "low": difference - 0.03}
        | {"high": difference + 0.03, "simultaneous_low": difference - 0.05}
        | {"simultaneous_high": difference + 0.05}
        for j, (baseline, name) in enumerate(PAIRS)
        for point, i in _points()
        for difference in [0.1 - 0.06 * i - 0.02 * j]
    )


def next_to_label(differences=(0.05, 0.01), mean=0.03, reach=0.02):
    """Make what choosing labels adds, from 5 to 10 % and so on, and the mean."""
    steps = {5: 10, 10: 20, 20: 50}
    points = [*zip(steps.items(), differences, strict=False), ((0, 0), mean)]
    return pd.DataFrame(
        {"feature_set": "midterm", "classifier": "svm", "labelled": labelled}
        | {"percentage": percentage, "n_training_utterances": 9 * percentage}
        | {"metric": "macro_f1", "random": 0.5, "chosen": 0.5 + difference}
        | {"difference": difference, "low": difference - reach}
        | {"high": difference + reach, "p": 0.01}
        for (labelled, percentage), difference in points
    )


def _scores(rng):
    return pd.DataFrame(
        {"segment": "long", "feature_set": name, **point, "unit": "utterance"}
        | {"draw": draw, "weighted_f1": score, "f1_weighted_by_predictions": score}
        for name in SETS
        for point, _ in _points()
        for draw in range(3)
        for score in [rng.uniform(0.3, 0.6)]
    )


def _confusions(rng, classes):
    return pd.DataFrame(
        {"segment": "long", "feature_set": name, **point, "unit": "utterance"}
        | {"n_training_utterances": 9 * point["percentage"]}
        | {"label": label, "predicted": predicted}
        | {"cases": rng.uniform(0, 9) + 40 * (label == predicted)}
        for name in SETS
        for point, _ in _points()
        for label in classes
        for predicted in classes
    )


def drawn(figure):
    """Lay the figure out, as saving it would."""
    figure.draw_without_rendering()
    return figure


def texts(figure):
    """Return all texts of a figure, of its parts and legends too."""
    return [t.get_text() for t in figure.findobj(lambda a: hasattr(a, "get_text"))]


def lines(axes):
    """Return the labelled lines of axes."""
    return {
        line.get_label(): line
        for line in axes.lines
        if not line.get_label().startswith("_")
    }


def bands(axes):
    """Return {colour: {x: (low, high)}} of the bands of axes."""
    found = {}
    for collection in axes.collections:
        points = collection.get_paths()[0].vertices
        found[to_hex(collection.get_facecolor()[0]).upper()] = {
            float(x): pytest.approx(
                [points[points[:, 0] == x, 1].min(), points[points[:, 0] == x, 1].max()]
            )
            for x in np.unique(points[:, 0])
        }
    return found


def caption(figure):
    """Return the text below a figure, in one line of ordinary spaces."""
    return " ".join(figure.get_supxlabel().split())


def legend_labels(figure):
    """Return the labels of the only legend of a figure."""
    (legend,) = figure.findobj(lambda a: type(a).__name__ == "Legend")
    return [text.get_text() for text in legend.get_texts()]


def assert_ticks_stay_apart(figure):
    """Check that no labels of the ticks of an x axis that are shown touch."""
    for axes in figure.axes:
        low, high = axes.get_xlim()
        boxes = [
            label.get_window_extent()
            for label in axes.get_xticklabels()
            if label.get_text() and low <= label.get_position()[0] <= high
        ]
        for left, right in zip(boxes, boxes[1:], strict=False):
            assert left.x1 + 3 < right.x0


def assert_nothing_is_cut(figure):
    """Check that all texts of a figure that are shown lie within it."""
    width, height = figure.bbox.size
    # Those of ticks beyond the ends of an axis are not.
    unseen = [
        label
        for axes in figure.axes
        for axis in (axes.xaxis, axes.yaxis)
        for tick in axis.get_major_ticks()
        if not min(axis.get_view_interval())
        <= tick.get_loc()
        <= max(axis.get_view_interval())
        for label in (tick.label1, tick.label2)
    ]
    for text in figure.findobj(lambda a: hasattr(a, "get_text")):
        if text.get_visible() and text.get_text() and text not in unseen:
            box = text.get_window_extent()
            assert -1 <= box.x0 <= box.x1 <= width + 1, text
            assert -1 <= box.y0 <= box.y1 <= height + 1, text
