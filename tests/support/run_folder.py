"""The folder of a run, written by hand, for tests of the pages about it."""

import json

import drawing
import h5py
import pandas as pd
import yaml
from drawing import confound_table

from speechcodes import names
from speechcodes.figures import registry

#: What no page may take for markup.
HOSTILE = "<script>document.title = 'taken over'</script>"
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 576 300" width="576pt" '
    'height="300pt"><rect width="576" height="300" fill="#eee"/></svg>'
)
#: Names of figures of the corpus, and of each segment variant.
OF_CORPUS = [name for name, one in registry.FIGURES.items() if one.per == "corpus"]
OF_VARIANT = [name for name, one in registry.FIGURES.items() if one.per == "segment"]
OF_VARIANT += ["learning_curve_svm", "learning_curve_knn"]
CLASSES = ("negative", "neutral", "positive")
CONFIG = {
    "corpus": {"name": "one", "reader": "ravdess", "path": HOSTILE}
    | {"classes": list(CLASSES)},
    "splits": {"method": "folds", "folds": 2, "repeats": 1},
    "segments": {"20k": {"samples": 20000}, "30k": {"samples": 30000}},
    "autoencoders": {"select_by": "instability", "selection_tolerance": 0.01}
    | {"trial": {"percentages": [100]}},
    "experiment": {"protocol": "robust", "feature_sets": ["midterm", "code"]},
    "statistics": {"metric": "macro_f1"},
}
CLASSIFIERS = ("svm", "knn")
PERCENTAGES = (5, 50, 100)


def intervals():
    """Scores of 0.3 and 0.004 more per per cent; of codes 0.01 more."""
    ahead = {"midterm": 0, "code": 0.01}
    return drawing.intervals(ahead, PERCENTAGES, ("macro_f1", "uar"))


def per_speaker(fewest):
    """The same where codes are normalised per speaker, of so many utterances."""
    table = intervals().assign(fewest_of_speaker=fewest)
    return table.replace("code", "code@speaker")


def areas():
    """Codes ahead of mid-term features by 0.0123456 with the SVM, else behind."""
    return pd.DataFrame(
        {"baseline": "midterm", "feature_set": "code", "classifier": classifier}
        | {"metric": metric, "difference": difference}
        | {"low": difference - 0.01, "high": difference + 0.01}
        | {"simultaneous_low": difference - 0.02, "p": p, "comparison": "secondary"}
        | {"simultaneous_high": difference + 0.02}
        for metric in ("macro_f1", "uar")
        for classifier, difference, p in [
            ("svm", 0.0123456, 0.0078),
            ("knn", -0.00456789, 0.4),
        ]
    )


def confusions(classes, segments):
    """Of 12 utterances of each class, 9 are right and 3 the next class."""
    following = dict(zip(classes, [*classes[1:], classes[0]], strict=True))
    return pd.DataFrame(
        {"segment": segment, "feature_set": name, "classifier": classifier}
        | {"percentage": percentage, "label": label, "predicted": predicted}
        | {"cases": cases}
        for segment in segments
        for name in ("midterm", "code", "code@speaker")
        for classifier in CLASSIFIERS
        for percentage in PERCENTAGES
        for label in classes
        for predicted, cases in [(label, 9.0), (following[label], 3.0)]
    )


def back_test():
    """Two forecasts that held, and one that did not."""
    return pd.DataFrame(
        {"metric": "macro_f1", "reason": "", "measured_gain": gain}
        | {"gain_low": 0.0, "gain_high": 0.02, "measured_score": 0.6}
        | {"score_low": 0.5, "score_high": 0.7}
        for gain in (0.01, 0.03, 0.02)
    )


#: With the SVM codes are ahead at 5 and from 50 to 100 % of the labels.
CONCLUSIONS = pd.DataFrame(
    {"baseline": "midterm", "feature_set": "code", "classifier": CLASSIFIERS}
    | {"metric": "macro_f1", "units": "utterance", "ahead": ["code", ""]}
    | {"comparison": "secondary", "unnamed": ""}
    | {"difference": [0.0123456, -0.00456789], "p": [0.0078, 0.4]}
    | {"low": [0.0023456, -0.01456789], "high": [0.0223456, 0.00543211]}
    | {"percentages": ["5 50-100", ""], "least": [0.01, None], "most": [0.03, None]}
    | dict.fromkeys(["baseline_percentages", "baseline_least", "baseline_most"], "")
)
CHANCE = pd.DataFrame(
    {"feature_set": feature_set, "classifier": classifier, "percentage": percentage}
    | {"metric": metric, "score": score, "low": 0.28, "high": 0.37, "p": 0.001}
    for feature_set in ("midterm", "code")
    for classifier in CLASSIFIERS
    for percentage in PERCENTAGES
    for metric, score in [("macro_f1", 0.32), ("uar", 0.33)]
)


def utterances(classes=CLASSES, speakers=12):
    """An utterance of each class of every speaker, and a dozen without a label.

    Speakers are dealt to six parts by turns, and are never heard without labels, but
    for one. Of the dozen, six are of no known speaker, and four of no session either.
    """
    rows = [
        (f"{label}/{speaker}", f"s{speaker}", "", label, f"p{1 + speaker % 6:02d}")
        for speaker in range(speakers)
        for label in classes
    ]
    rows += [(f"more/{i}", "s0", "", "", "p01") for i in range(6)]
    rows += [(f"radio/{i}", "", f"on air {i}", "", "unlabelled") for i in range(2)]
    rows += [(f"found/{i}", "", "", "", "unlabelled") for i in range(4)]
    columns = ["utterance", "speaker", "session", "label", "part"]
    return pd.DataFrame(rows, columns=columns)


def roles(table, fold, folds):
    """Who has which role where each fold tests every so many parts, `all_but_test`."""
    dealt = sorted(set(table["part"]) - {"unlabelled"})
    tested = dealt[fold - 1 :: folds]
    voice = "speaker " + table["speaker"]
    voice = voice.where(table["speaker"] != "", "session " + table["session"])
    is_alone = (table["speaker"] == "") & (table["session"] == "")
    voice = voice.where(~is_alone, "utterance " + table["utterance"])
    table = table.assign(voice=voice)
    is_tested, is_labelled = table["part"].isin(tested), table["label"] != ""
    return {
        "training": table[~is_tested & is_labelled],
        "unlabelled": table[~is_tested].assign(label=""),
        "test": table[is_tested & is_labelled],
    }


def segments(classes=CLASSES):
    """All is kept of segments 20k, and half of segments 30k."""
    return pd.DataFrame(
        {"segment": segment, "label": label, "utterances": 12}
        | {"kept": kept, "dropped": 12 - kept, "segments": 1234567}
        | {"class_share_before": 33.33, "class_share_after": 33.33}
        | {"class_share_change": 0.0}
        for segment, kept in [("20k", 12), ("30k", 6)]
        for label in classes
    )


LABELLED = pd.DataFrame(
    {"utterance": ["radio/0", "found/0"], "predicted": "neutral", "rejected": ""}
    | {"unlike_training": [True, False], "normalised_by": ""}
)
REJECTED = pd.DataFrame(
    {"stage": ["midterm"], "reason": ["not_finite"], "count": [678]}
)
TIMES = pd.DataFrame({"rule": ["train_autoencoder", "scores"], "seconds": [30, 10]})
AUTOENCODERS = [
    {"name": f"study1_latent{latent}", "latent": latent}
    | {"encoder_parameters": 1000 * latent + 1, "epochs": 17, "seconds": 12.345}
    | {"training_loss": 0.3123456, "validation_loss": 0.3 + latent / 1000}
    | {"mean_spectrogram_loss": 0.5, "restored_loss": 0.4}
    | {"instability": latent / 100, "speaker_share": None}
    | {"effective_dimensions": latent / 2}
    for latent in (8, 16)
]
#: The one chosen, with a latent size of 8, is behind by 0.125.
CRITERIA = pd.DataFrame(
    {"name": one["name"], "chosen": one["latent"] == 8}
    | {name: one[name] for name in names.CRITERIA}
    | {"metric": "macro_f1", "svm": svm, "score": score}
    for one, svm, score in zip(AUTOENCODERS, (0.25, 0.5), (0.25, 0.375), strict=True)
)


def confounded():
    """A fair corpus, but for a speaker whose name is no name."""
    return confound_table(
        ("speakers", "training", "", "", "", 12, HOSTILE),
        ("utterances", "training", "", "", "", 36, ""),
        ("speakers", "test", "", "", "", 12, ""),
        ("utterances", "test", "", "", "", 36, ""),
        ("macro_f1_gap", "", "", "20k", "midterm", 0.0625, ""),
    )


def ranking():
    """What the last of the intervals would be ranked as."""
    return drawing.ranking({"midterm": 0, "code": 0.01}, ("macro_f1", "uar"))


def numbers_behind(name):
    """What a figure shows, as its script writes it."""
    curves = intervals().assign(chance=0.32)
    curves = curves[curves["metric"] == "macro_f1"]
    if name.startswith("learning_curve_"):
        return curves[curves["classifier"] == name.removeprefix("learning_curve_")]
    trained = pd.DataFrame(AUTOENCODERS).assign(chosen=[True, False])
    labels = {"label": ["negative", "positive"]}
    return {
        "durations": pd.DataFrame({**labels, "utterances": 20, "median": [2.5, 3.0]}),
        "share_kept": pd.DataFrame(
            {"label": "all", "segment": ["20k", "30k"], "share": [100.0, 50.0]}
        ),
        "confounds": confounded(),
        "times": TIMES,
        "losses": trained.assign(autoencoder=trained["name"], epoch=17),
        "loss_against_parameters": trained,
        "criteria": CRITERIA,
        "reliability": drawing.reliability_table(),
        "reconstructions": pd.DataFrame({**labels, "example": "median", "error": 0.01}),
        "codes": pd.DataFrame(
            {"label": "negative", "speaker": "s1", "x": range(300), "y": 1 / 7}
        ),
        "answer": curves[curves["classifier"] == "svm"],
        "ranking": ranking().query("metric == 'macro_f1'").assign(chance=0.32),
        "learning_curves": curves,
        "differences": areas()
        .query("metric == 'macro_f1'")
        .assign(percentage=50, simultaneous_low=0.001, simultaneous_high=0.1),
        "next_to_label": drawing.next_to_label(),
        "confusions": pd.DataFrame(
            {**labels, "predicted": labels["label"], "percentage": 100, "share": 0.5}
        ),
        "study": pd.DataFrame({"recomputed": [0.5, 0.25], "published": [0.5, 0.375]}),
    }[name]


def write_run(folder, config=CONFIG, speakers=12):
    """Write all that a page about a run is made of; return the figures' files."""
    classes, folds = config["corpus"]["classes"], config["splits"]["folds"]
    corpus = utterances(classes, speakers)
    tables = {
        "utterances": corpus,
        "rejected_counts": REJECTED,
        "labelled": LABELLED,
        "confusions": confusions(classes, config["segments"]),
        "confounds": confounded(),
        "segments": segments(classes),
        "duplicates": pd.DataFrame(columns=["group", *corpus]),
    }
    figures = {f"figures/{name}": name for name in OF_CORPUS}
    for segment in config["segments"]:
        figures |= {f"figures/{segment}/{name}": name for name in OF_VARIANT}
        for name, table in [
            ("intervals", intervals()),
            ("areas", areas()),
            ("chance", CHANCE),
            ("ranking", ranking()),
            ("forecast", drawing.forecast({"midterm": 0, "code": 0.01})),
            ("back_test", back_test()),
            ("speakers", drawing.speakers(0.03)),
            ("conclusions", CONCLUSIONS),
        ]:
            tables[f"statistics/{segment}/{name}"] = table
    for fold in range(1, folds + 1):
        for role, table in roles(corpus, fold, folds).items():
            tables[f"fold{fold}/roles/{role}"] = table
        for segment in config["segments"]:
            trained = f"fold{fold}/autoencoders/{segment}"
            tables[f"{trained}/criteria"] = CRITERIA
            write(folder / trained / "choice.yaml", yaml.safe_dump(AUTOENCODERS[0]))
            for metrics in AUTOENCODERS:
                path = folder / trained / metrics["name"] / "metrics.json"
                write(path, json.dumps(metrics))
    for path, name in figures.items():
        write(folder / f"{path}.svg", SVG)
        tables[path] = numbers_behind(name)
    for name, table in tables.items():
        write(folder / f"{name}.csv", table.to_csv(index=False, float_format="%.6g"))
    write(folder / "config.yaml", yaml.safe_dump(config, sort_keys=False))
    return [
        str(folder / f"{path}{end}") for path in figures for end in (".svg", ".csv")
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
