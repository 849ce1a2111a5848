"""What results are called, where they stand, and what their captions say.

The page and Snakemake's own report both take titles, stages and captions from here.
"""

import re
from pathlib import Path
from typing import NamedTuple

SPEECH, AUTOENCODERS, SCORES, RUN = STAGES = (
    "The speech",
    "The autoencoders",
    "The scores",
    "The run",
)
CAPTIONS = Path(__file__).parent / "captions"


class Result(NamedTuple):
    """How one kind of result is shown.

    Attributes
    ----------
    stage : str
        One of `STAGES`.
    title : str
    """

    stage: str
    title: str


#: In the order of the page; a figure is known by its file's name.
FIGURES = {
    "durations": Result(SPEECH, "Durations"),
    "share_kept": Result(SPEECH, "What a minimum length keeps"),
    "confounds": Result(SPEECH, "Confounds"),
    "losses": Result(AUTOENCODERS, "Losses over the epochs"),
    "loss_against_parameters": Result(AUTOENCODERS, "Loss against size"),
    "criteria": Result(AUTOENCODERS, "What tells a good code"),
    "reconstructions": Result(AUTOENCODERS, "Reconstructions"),
    "codes": Result(AUTOENCODERS, "Map of the codes"),
    "learning_curves": Result(SCORES, "Learning curves"),
    "learning_curve": Result(SCORES, "Learning curve"),
    "differences": Result(SCORES, "Differences between feature sets"),
    "confusions": Result(SCORES, "Who is taken for whom"),
    "study": Result(SCORES, "The published study's curves"),
    "times": Result(RUN, "What the time went into"),
}

#: All else that a run leaves to be looked at.
FILES = {
    "utterances": Result(SPEECH, "Utterances"),
    "rejected": Result(SPEECH, "What was left out"),
    "rejected_counts": Result(SPEECH, "What was left out, counted"),
    "durations": Result(SPEECH, "How long utterances are"),
    "repeats": Result(SPEECH, "The same audio under several names"),
    "segments": Result(SPEECH, "What each segment variant keeps"),
    "confounds": Result(SPEECH, "Confounds"),
    "choice": Result(AUTOENCODERS, "The autoencoder chosen"),
    "metrics": Result(AUTOENCODERS, "The autoencoders trained"),
    "criteria": Result(AUTOENCODERS, "Criteria, and scores looked at afterwards"),
    "conclusions": Result(SCORES, "Conclusions"),
    "intervals": Result(SCORES, "Scores with intervals"),
    "differences": Result(SCORES, "Differences at each percentage"),
    "areas": Result(SCORES, "Differences over the whole curve"),
    "chance": Result(SCORES, "The level of chance"),
    "scores": Result(SCORES, "Scores of every draw"),
    "confusions": Result(SCORES, "Confusions"),
    "summary": Result(RUN, "Summary"),
    "report": Result(RUN, "Report"),
    "config": Result(RUN, "The configuration as run"),
}


def name_of(path):
    """Return the name that a result is known by here.

    >>> name_of("results/demo/figures/30k/learning_curve_svm.svg")
    'learning_curve'
    """
    return re.sub(r"^learning_curve_.*", "learning_curve", Path(path).stem)


def is_figure(path):
    """Tell whether a path is that of a figure or of the numbers behind one."""
    return "figures" in Path(path).parts


def result_of(path):
    """Return the `Result` that a path is one of."""
    return (FIGURES if is_figure(path) else FILES)[name_of(path)]


def caption_of(path):
    """Return the file with the caption of a result, which is plain text."""
    kind = "figures" if is_figure(path) else "files"
    return CAPTIONS / kind / f"{name_of(path)}.rst"


def caption(path):
    """Return the caption of a result."""
    return " ".join(caption_of(path).read_text(encoding="utf-8").split())
