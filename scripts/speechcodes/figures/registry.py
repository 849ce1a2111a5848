"""The figures: what each is called, where it belongs, and what it is drawn from.

To add one, write its module with `draw` and `alt`, and its record here. A module of
several figures has `draw_NAME` and `alt_NAME` for each.
"""

from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    # Read by what tells which code and libraries a script needs. Matplotlib is
    # loaded only to draw, and only the module that is asked for.
    from speechcodes.figures import (  # noqa: F401
        answer,
        autoencoders,
        codes,
        confounds,
        confusions,
        criteria,
        differences,
        durations,
        forecast,
        learning_curves,
        next_to_label,
        ranking,
        reconstructions,
        reliability,
        study,
        times,
    )

#: The stages of the report, in its order, and what they are called.
STAGES = {
    "speech": "The speech",
    "autoencoders": "The autoencoders",
    "scores": "The scores",
    "run": "The run",
}


class Figure(NamedTuple):
    """A kind of figure.

    Attributes
    ----------
    title : str
    stage : str
        One of `STAGES`.
    module : str
        In this package.
    per : str
        Whether there is one for each `corpus`, each `segment` variant, or each
        `classifier` of a variant.
    needs : tuple of str
        Names of the inputs that it is drawn from; none if a script of its own draws
        it, from more than tables.
    settings : tuple of str
        Keys of the settings that it reads.
    caption : str
        What to look for, in the report.
    """

    title: str
    stage: str
    module: str
    per: str
    needs: tuple[str, ...]
    settings: tuple[str, ...]
    caption: str


#: In the order of the report.
FIGURES = {
    "durations": Figure(
        title="Durations",
        stage="speech",
        module="durations",
        per="corpus",
        needs=("durations",),
        settings=("classes", "segments", "sampling_rate", "note"),
        caption=(
            "How long the utterances of each class are, with the length of each "
            "segment variant. Where classes differ in length, leaving out short "
            "utterances changes their balance."
        ),
    ),
    "share_kept": Figure(
        title="What a minimum length keeps",
        stage="speech",
        module="durations",
        per="corpus",
        needs=("durations",),
        settings=("classes", "segments", "sampling_rate", "note"),
        caption=(
            "The share of the utterances of each class that are at least so long. "
            "Where the curves of two classes part, leaving out short utterances "
            "changes their balance."
        ),
    ),
    "confounds": Figure(
        title="Confounds",
        stage="speech",
        module="confounds",
        per="corpus",
        needs=("confounds",),
        settings=("classes", "note"),
        caption=(
            "The largest share of a class that one speaker gives, and how much better "
            "an SVM looks when training utterances are shuffled than when whole "
            "speakers are held out. A wide gap means that it recognises voices or "
            "recordings rather than classes; trust only scores on other speakers then."
        ),
    ),
    "losses": Figure(
        title="Losses over the epochs",
        stage="autoencoders",
        module="autoencoders",
        per="segment",
        needs=("histories", "choice"),
        settings=("segment", "architectures", "folds", "note"),
        caption=(
            "Training and validation loss of every autoencoder over its epochs, by "
            "architecture. A validation loss that rises while the training loss falls "
            "is overfitting; if both still fall, more epochs would help."
        ),
    ),
    "loss_against_parameters": Figure(
        title="Loss against size",
        stage="autoencoders",
        module="autoencoders",
        per="segment",
        needs=("metrics", "choice"),
        settings=("segment", "select_by", "tolerance", "folds", "note"),
        caption=(
            "Validation loss of every autoencoder against the size of its encoder. Of "
            "those about as good as the best by the criterion, the one with the "
            "smallest encoder is chosen."
        ),
    ),
    "criteria": Figure(
        title="What tells a good code",
        stage="autoencoders",
        module="criteria",
        per="segment",
        needs=("criteria",),
        settings=("segment", "select_by", "folds", "note"),
        caption=(
            "What is known of each autoencoder without labels, against the mean score "
            "of its code. A criterion chooses well if codes that it calls better score "
            "higher; the scores are looked at afterwards and never decide the choice."
        ),
    ),
    "reconstructions": Figure(
        title="Reconstructions",
        stage="autoencoders",
        module="reconstructions",
        per="segment",
        needs=(),
        settings=(
            "classes",
            "segment",
            "spectrogram",
            "sampling_rate",
            "folds",
            "note",
        ),
        caption=(
            "Test segments of each class, and what the chosen autoencoder makes of "
            "them. What is missing in the reconstruction is not in the code."
        ),
    ),
    "codes": Figure(
        title="Map of the codes",
        stage="autoencoders",
        module="codes",
        per="segment",
        needs=("codes", "roles"),
        settings=("classes", "segment", "folds", "note"),
        caption=(
            "The codes of segments in two dimensions, coloured once by class and once "
            "by speaker. Clusters of one speaker mean that codes tell voices apart; "
            "clusters of one class would mean that they tell classes apart."
        ),
    ),
    "answer": Figure(
        title="The answer",
        stage="scores",
        module="answer",
        per="segment",
        needs=("intervals", "chance", "ranking"),
        settings=("segment", "metric", "folds", "note"),
        caption=(
            "The best classifier with the best feature set that has learned features "
            "and the best without: score on test utterances against how many labels "
            "are used. Overlapping whiskers do not mean equal: the ranking tests the "
            "difference."
        ),
    ),
    "ranking": Figure(
        title="Ranking",
        stage="scores",
        module="ranking",
        per="segment",
        needs=("ranking", "chance"),
        settings=("segment", "metric", "folds", "note"),
        caption=(
            "Every feature set with every classifier when all labels are used, with "
            "95 % intervals. Filled points cannot be told from the best: choose among "
            "these by what costs least."
        ),
    ),
    "learning_curves": Figure(
        title="Learning curves",
        stage="scores",
        module="learning_curves",
        per="segment",
        needs=("intervals", "chance"),
        settings=("segment", "metric", "folds", "note"),
        caption=(
            "Score on test utterances against the share of labelled training "
            "utterances used, one panel per classifier. Bands, of up to three feature "
            "sets, are 95 % intervals; the dotted line is the measured level of chance."
        ),
    ),
    "learning_curve": Figure(
        title="Learning curve",
        stage="scores",
        module="learning_curves",
        per="classifier",
        needs=("intervals", "chance"),
        settings=("segment", "classifier", "metric", "folds", "note"),
        caption=(
            "Score on test utterances against the share of labelled training "
            "utterances used, for one classifier; more than three feature sets have a "
            "panel each. Bands are 95 % intervals; the dotted line is the measured "
            "level of chance."
        ),
    ),
    "forecast": Figure(
        title="What more labels would bring",
        stage="scores",
        module="forecast",
        per="classifier",
        needs=("intervals", "forecast"),
        settings=("segment", "classifier", "metric", "folds", "note"),
        caption=(
            "The learning curves of the best feature sets, drawn out beyond today's "
            "labels. The further out, the less is known: a band that reaches down to "
            "today's score promises nothing."
        ),
    ),
    "differences": Figure(
        title="Differences between feature sets",
        stage="scores",
        module="differences",
        per="segment",
        needs=("differences", "intervals", "scores"),
        settings=("segment", "metric", "protocol", "folds", "note"),
        caption=(
            "How far one feature set is ahead of another on the same test utterances "
            "and draws, with 95 % intervals, from few labels (light) to all (dark). "
            "Where a point is filled, the set on its side of zero is ahead whatever "
            "else was compared."
        ),
    ),
    "next_to_label": Figure(
        title="What to label next",
        stage="scores",
        module="next_to_label",
        per="segment",
        needs=("next_to_label",),
        settings=("segment", "metric", "note"),
        caption=(
            "How much better a classifier is if uncertain and unlike utterances are "
            "labelled, instead of as many at random, tried on speech whose labels are "
            "known. Where the interval of the mean reaches zero, label at random."
        ),
    ),
    "confusions": Figure(
        title="Confusions",
        stage="scores",
        module="confusions",
        per="segment",
        needs=("confusions", "intervals"),
        settings=("classes", "segment", "folds", "note"),
        caption=(
            "Which class test utterances are taken for, with few labels and with all. "
            "Rows are true classes; a column that is dark throughout is a class that "
            "is guessed too often."
        ),
    ),
    "study": Figure(
        title="The published study's curves",
        stage="scores",
        module="study",
        per="segment",
        needs=("scores", "intervals", "published"),
        settings=("segment", "published", "folds", "note"),
        caption=(
            "The published curves, the same protocol recomputed, and recomputed with "
            "truth and prediction in their right places in the F1 score."
        ),
    ),
    "reliability": Figure(
        title="Whether probabilities of labels can be trusted",
        stage="scores",
        module="reliability",
        per="corpus",
        needs=("reliability",),
        settings=("note",),
        caption=(
            "How often the predictor's class is right, against how probable it called "
            "it, on training speakers held out. On the diagonal, probabilities mean "
            "what they say; below it, they promise too much."
        ),
    ),
    "times": Figure(
        title="Run times",
        stage="run",
        module="times",
        per="corpus",
        needs=(),
        settings=("note",),
        caption=(
            "Wall time of the jobs of each rule, as Snakemake measured it; jobs may "
            "have run side by side."
        ),
    ),
}


#: Those that need no script of their own.
FROM_TABLES = [name for name, figure in FIGURES.items() if figure.needs]
#: Regular expressions for what their files are called.
STEMS = [
    f"{name}_.*" if FIGURES[name].per == "classifier" else name for name in FROM_TABLES
]


def parse(stem: str) -> tuple[str, str]:
    """Return the figure and the classifier, if any, that a file's name stands for.

    >>> parse("learning_curve_svm"), parse("learning_curves")
    (('learning_curve', 'svm'), ('learning_curves', ''))

    Raises
    ------
    KeyError
        If there is no such figure.
    """
    for name, figure in FIGURES.items():
        if figure.per == "classifier" and stem.startswith(f"{name}_"):
            return name, stem.removeprefix(f"{name}_")
    if stem not in FIGURES:
        raise KeyError(f"{stem} is no figure; there are {', '.join(FIGURES)}")
    return stem, ""


def draw(name: str, inputs: dict, settings: dict):
    """Draw a figure.

    Parameters
    ----------
    name : str
        One of `FIGURES` that has no script of its own.
    inputs : dict
        What the figure `needs`: each a path or a list of paths.
    settings : dict
        At least the keys of the figure's `settings`:

        - classes (list of str), segment, classifier, metric (names)
        - segments: {name: {samples, ...}}, and sampling_rate in Hz
        - architectures: {autoencoder: architecture}
        - select_by: the criterion of the choice of autoencoders, and tolerance
        - published: classifiers of the published curves, in the order of the input
        - protocol: of the experiment; the study's own reading is shown for `study`
        - folds: how many there are
        - note: added to the caption

    Returns
    -------
    figure : matplotlib.figure.Figure
    numbers : pd.DataFrame
        What it shows.

    Raises
    ------
    InputError
        If the inputs have nothing to draw.
    """
    return _function(name, "draw")(inputs, settings)


def alt(name: str, numbers, settings: dict) -> str:
    """Say what a figure shows, with its main number, to those who do not see it.

    Parameters
    ----------
    name : str
        One of `FIGURES`.
    numbers : pd.DataFrame
        Those behind the figure, numbers as numbers; see `storage.files.read_scores`.
    settings : dict
        At least `segment` and `classifier` where the figure is of one.
    """
    return _function(name, "alt")(numbers, settings)


def _function(name, what):
    """Return a function of a figure's module."""
    module = import_module(f"{__package__}.{FIGURES[name].module}")
    return getattr(module, f"{what}_{name}", None) or getattr(module, what)
