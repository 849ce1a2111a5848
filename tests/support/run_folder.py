"""The folder of a run, written by hand, for tests of the pages about it."""

import json

import h5py
import pandas as pd
import yaml

from speechcodes.corpus import duplicates
from speechcodes.experiment import confounds

#: What no page may take for markup.
HOSTILE = "<script>document.title = 'taken over'</script>"
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 576 300" width="576pt" '
    'height="300pt"><rect width="576" height="300" fill="#eee"/></svg>'
)
OF_CORPUS = ("durations", "share_kept", "confounds", "times")
OF_VARIANT = (
    "losses",
    "loss_against_parameters",
    "criteria",
    "reconstructions",
    "codes",
    "learning_curves",
    "learning_curve_svm",
    "learning_curve_knn",
    "differences",
    "confusions",
    "study",
)
CONFIG = {
    "corpus": {"name": "one", "reader": "ravdess", "path": HOSTILE},
    "segments": {"20k": {"samples": 20000}, "30k": {"samples": 30000}},
    "autoencoders": {"select_by": "instability", "trial": {"percentages": [100]}},
    "experiment": {"protocol": "robust", "feature_sets": ["midterm", "code"]},
    "statistics": {"metric": "macro_f1"},
}
CLASSIFIERS = ("svm", "knn")
PERCENTAGES = (5, 50, 100)


def intervals():
    """Scores of 0.3 and 0.004 more per per cent; of codes 0.01 more."""
    return pd.DataFrame(
        {
            "feature_set": feature_set,
            "classifier": classifier,
            "percentage": percentage,
            "n_training_utterances": 3 * percentage,
            "unit": "utterance",
            "n": 60,
            "main": True,
            "draws": 10,
            "resampled": "12 test speakers",
            "metric": metric,
            "score": score,
            "low": score - 0.05,
            "high": score + 0.05,
        }
        for metric in ("macro_f1", "uar")
        for feature_set in ("midterm", "code")
        for classifier in CLASSIFIERS
        for percentage in PERCENTAGES
        for score in [
            0.3
            + 0.004 * percentage
            + 0.01 * (feature_set == "code")
            - 0.1 * (classifier == "knn")
        ]
    )


def areas():
    """Codes ahead of mid-term features by 0.0123456 with the SVM, else behind."""
    return pd.DataFrame(
        {
            "baseline": "midterm",
            "feature_set": "code",
            "classifier": classifier,
            "metric": metric,
            "difference": difference,
            "low": difference - 0.01,
            "high": difference + 0.01,
            "p": 0.002,
            "p_holm": 0.004,
            "p_ahead": p_ahead,
        }
        for metric in ("macro_f1", "uar")
        for classifier, difference, p_ahead in [
            ("svm", 0.0123456, 0.0078),
            ("knn", -0.00456789, 0.4),
        ]
    )


CONCLUSIONS = pd.DataFrame(
    {
        "baseline": "midterm",
        "feature_set": "code",
        "classifier": CLASSIFIERS,
        "metric": "macro_f1",
        "ahead": ["code", ""],
        "sentence": [
            "SVM: codes are ahead of mid-term features from 5 to 100 % of the labels.",
            f"k-NN: no difference that is certain {HOSTILE}.",
        ],
    }
)
CHANCE = pd.DataFrame(
    {"metric": ["macro_f1", "uar"], "score": [0.32, 0.33], "low": 0.28, "high": 0.37}
)
UTTERANCES = pd.DataFrame(
    [
        (f"u{i}", f"{split}{i % speakers}", label, split)
        for split, speakers in [("training", 12), ("unlabelled", 12), ("test", 12)]
        for i, label in enumerate(["negative", "neutral", "positive"] * 12)
    ],
    columns=["utterance", "speaker", "label", "split"],
)
SEGMENTS = pd.DataFrame(
    {
        "segment": segment,
        "split": split,
        "label": label,
        "utterances": 12,
        "kept": kept,
        "dropped": 12 - kept,
        "segments": 1234567,
        "class_share_before": 33.33,
        "class_share_after": 33.33,
        "class_share_change": 0.0,
    }
    for segment, kept in [("20k", 12), ("30k", 6)]
    for split in ("training", "test")
    for label in ("negative", "neutral", "positive")
)
REJECTED = pd.DataFrame(
    {"stage": ["midterm"], "reason": ["not_finite"], "count": [678]}
)
TIMES = pd.DataFrame({"rule": ["train_autoencoder", "scores"], "seconds": [30, 10]})
AUTOENCODERS = [
    {
        "name": f"study1_latent{latent}",
        "latent": latent,
        "encoder_parameters": 1000 * latent + 1,
        "training_loss": 0.3123456,
        "validation_loss": 0.3 + latent / 1000,
        "mean_spectrogram_loss": 0.5,
        "restored_loss": 0.4,
        "instability": latent / 100,
        "speaker_share": None,
        "effective_dimensions": latent / 2,
        "epochs": 17,
        "seconds": 12.345,
    }
    for latent in (8, 16)
]
#: The one chosen, with a latent size of 8, is behind by 0.125.
CRITERIA = pd.DataFrame(
    {
        "name": [metrics["name"] for metrics in AUTOENCODERS],
        "chosen": [True, False],
        **{
            name: [metrics[name] for metrics in AUTOENCODERS]
            for name in (
                "validation_loss",
                "restored_loss",
                "instability",
                "speaker_share",
                "effective_dimensions",
            )
        },
        "metric": "macro_f1",
        "svm": [0.25, 0.5],
        "score": [0.25, 0.375],
    }
)


def confounded():
    """A fair corpus, but for a speaker whose name is no name."""
    rows = [
        dict.fromkeys(confounds.COLUMNS, "")
        | {"quantity": quantity, "split": split, "label": "all", "value": value}
        for split in ("training", "test")
        for quantity, value in [("speakers", 12), ("utterances", 36)]
    ]
    rows[0]["detail"] = HOSTILE
    gap = {"quantity": "macro_f1_gap", "segment": "20k", "feature_set": "midterm"}
    rows.append(dict.fromkeys(confounds.COLUMNS, "") | gap | {"value": 0.0625})
    return pd.DataFrame(rows)


def write_run(folder, config=CONFIG):
    """Write all that a page about a run is made of; return the figures' files."""
    tables = {
        "utterances": UTTERANCES,
        "rejected_counts": REJECTED,
        "confounds": confounded(),
        "segments": SEGMENTS,
        "durations": UTTERANCES.assign(samples=24000, seconds=3.0),
        "repeats": pd.DataFrame(columns=duplicates.COLUMNS),
    }
    figures = [f"figures/{name}" for name in OF_CORPUS]
    for segment in config["segments"]:
        figures += [f"figures/{segment}/{name}" for name in OF_VARIANT]
        for name, table in [
            ("intervals", intervals()),
            ("areas", areas()),
            ("chance", CHANCE),
            ("conclusions", CONCLUSIONS),
        ]:
            tables[f"statistics/{segment}/{name}"] = table
        tables[f"autoencoders/{segment}/criteria"] = CRITERIA
        for metrics in AUTOENCODERS:
            write(
                folder / "autoencoders" / segment / metrics["name"] / "metrics.json",
                json.dumps(metrics),
            )
        write(
            folder / "autoencoders" / segment / "choice.yaml",
            yaml.safe_dump(AUTOENCODERS[0]),
        )
    for name, table in tables.items():
        write(folder / f"{name}.csv", table.to_csv(index=False, float_format="%.6g"))
    for name in figures:
        write(folder / f"{name}.svg", SVG)
        numbers = pd.DataFrame({"x": range(300), "y": [i / 7 for i in range(300)]})
        if name == "figures/times":
            numbers = TIMES
        write(folder / f"{name}.csv", numbers.to_csv(index=False))
    write(folder / "config.yaml", yaml.safe_dump(config, sort_keys=False))
    return [
        str(folder / f"{name}{end}") for name in figures for end in (".svg", ".csv")
    ]


def write_features(path, versions):
    """Write a file with nothing but the versions of what made it."""
    with h5py.File(path, "w") as file:
        file.attrs["versions"] = json.dumps(versions)
    return str(path)


def write(path, text):
    """Write text, in folders that may be new."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
