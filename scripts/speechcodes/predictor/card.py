"""The model card: what a predictor was trained on, what it is for, and its limits.

Sections after Mitchell et al. (2019), "Model cards for model reporting", FAT*.
"""

import math
from collections.abc import Mapping

from speechcodes import names
from speechcodes.predictor import FEW, novelty


def card(settings: Mapping) -> str:
    """Write the model card in Markdown, from the settings of `folder.write`."""
    sections = {
        f"Predictor of {names.listed(settings['classes'])}": _what(settings),
        "How to use it": _use(settings),
        "What it was trained on": _training(settings),
        "What to expect on new speakers": _scores(settings),
        "Known limits": _limits(settings),
    }
    marks = ["#", *["##"] * (len(sections) - 1)]
    blocks = [
        f"{mark} {title}\n\n{text}"
        for mark, (title, text) in zip(marks, sections.items(), strict=True)
        if text
    ]
    return "\n\n".join(blocks) + "\n"


def _what(settings):
    choice = settings["choice"]
    features = names.feature_set(settings["feature_set"])
    classifier = names.classifier(choice["classifier"])
    lines = [
        f"It gives an utterance one of {len(settings['classes'])} classes, and a "
        f"probability of each. Features: {features}. Classifier: {classifier}, "
        f"{_listed(settings['classifier_settings'])}."
    ]
    if choice["candidates"] > 1:
        lines.append(
            f"This was the best of {choice['candidates']} combinations of segments, "
            f"features and classifier, by {names.metric(choice['metric'])} at "
            f"{choice['percentage']} % of the labels; of equals, the first in the "
            "configuration."
        )
    if choice["better_unusable"]:
        lines.append(
            f"{choice['better_unusable']} scored higher, but new speech does not have "
            "it: it comes from a table, or is a control."
        )
    return " ".join(lines)


def _use(settings):
    return (
        "```\npython scripts/label.py THIS_FOLDER new_audio/ --output labelled.csv\n"
        "```\n\n"
        f"Audio is resampled to {settings['audio']['sampling_rate']} Hz. "
        "It is meant for speech that was recorded as the corpus was, by speakers of "
        "the same kind, and for counts over many utterances. It is not meant for "
        "decisions about a person."
    )


def _training(settings):
    trained = settings["trained_on"]
    return (
        f"The corpus {settings['corpus']}: {trained['utterances']} labelled utterances "
        f"of {trained['speakers']} speakers (or sessions, where nobody knows the "
        f"speaker): {_listed(trained['of_class'])}."
    )


def _scores(settings):
    choice, tried = settings["choice"], settings["tried"]
    # Missing with so few test speakers that they tell of no others.
    interval = (
        ""
        if math.isnan(choice["low"])
        else f" (95 % interval {choice['low']:.3f} to {choice['high']:.3f})"
    )
    lines = [
        f"{names.METRICS[choice['metric']]} {choice['score']:.3f}{interval}, from the "
        "experiment, in which each classifier learned from "
        f"{choice['n_training_utterances']} utterances and was tested on other "
        "speakers."
        + (
            " As the best of several it is a little too good."
            if choice["candidates"] > 1
            else ""
        )
    ]
    if not tried:
        lines.append(
            "Some class has too few speakers to hold any of them out: there are no "
            "scores of classes, and probabilities are not calibrated."
        )
        return "\n\n".join(lines)
    rows = [
        f"| {label} | {int(one['n'])} | {one['precision']:.2f} | {one['recall']:.2f} | "
        f"{one['f1']:.2f} |"
        for label, one in tried["of_class"].items()
    ]
    lines.append(
        "By class, of training speakers held out one group after the other:\n\n"
        "| class | utterances | precision | recall | F1 |\n"
        "| --- | ---: | ---: | ---: | ---: |\n" + "\n".join(rows)
    )
    of_speaker, error = tried["of_speaker"], tried["calibration_error"]
    lines.append(
        f"By speaker, {100 * of_speaker['min']:.0f} % to "
        f"{100 * of_speaker['max']:.0f} % of the utterances get the right class, in "
        f"the median {100 * of_speaker['median']:.0f} %."
    )
    if names.need_unlabelled(settings["parts"]):
        lines.append(
            "What the features learned from unlabelled speech had heard these "
            "speakers, without labels: expect a little less of speakers that nobody "
            "has heard."
        )
    lines.append(
        "Probabilities are calibrated by temperature scaling on speakers held out. The "
        f"expected calibration error is {error['after']:.3f} with it, and "
        f"{error['before']:.3f} without."
    )
    return "\n\n".join(lines)


def _limits(settings):
    lines = [
        "It knows no class but those above, and gives one of them to whatever it "
        "hears, music and noise included.",
    ]
    if settings["tried"]:
        lines.append(
            "`unlike_training` marks utterances whose features, and mid-term features "
            "beside them, lie as far from the "
            f"{novelty.NEIGHBOURS} nearest training utterances as fewer than "
            f"{100 * novelty.UNLIKE:.0f} % of those of speakers held out. It misses "
            "speech that is unlike in ways that these features do not show."
        )
    if names.is_per_speaker(settings["feature_set"]):
        lines.append(
            "Features are normalised per speaker, over all files of a speaker that are "
            f"labelled together. With fewer than {FEW}, or an unknown speaker, they "
            "are normalised as those of a typical training speaker, which is less "
            "good; `normalised_by` tells. A speaker of whom all utterances are of one "
            "class is labelled worse, too."
        )
    if "pitch" in settings["input"] and any(
        not names.FEATURE_SETS[part].columns for part in settings["parts"]
    ):
        lines.append(
            "The pitch is counted from the median of a speaker's files, so that a "
            "single file is heard otherwise than many."
        )
    lines.append(
        "The folder holds features of the training utterances: share it only as the "
        "corpus may be shared."
    )
    if licences := {names.FEATURE_SETS[p].licence for p in settings["parts"]} - {""}:
        lines.append(". ".join(sorted(licences)) + ".")
    return "\n".join(f"- {line}" for line in lines)


def _listed(settings):
    """Settings or counts as words."""
    return ", ".join(f"{key} {value}" for key, value in settings.items())
