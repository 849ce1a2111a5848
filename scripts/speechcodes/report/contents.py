"""What results are called, where they stand, and what their captions say.

The page and Snakemake's own report both take titles, stages and captions from here,
which for figures are those of their registry.
"""

from pathlib import Path
from typing import NamedTuple

from speechcodes.figures import registry
from speechcodes.figures.registry import STAGES

CAPTIONS = Path(__file__).parent / "captions"


class Result(NamedTuple):
    """A kind of result: a key of `registry.STAGES`, and its title."""

    stage: str
    title: str


#: All that a run leaves to be looked at, but for figures.
FILES = {
    "utterances": Result("speech", "Utterances"),
    "rejected": Result("speech", "Utterances left out"),
    "rejected_counts": Result("speech", "Utterances left out, by reason"),
    "durations": Result("speech", "Durations"),
    "duplicates": Result("speech", "The same audio under several names"),
    "segments": Result("speech", "What each segment variant keeps"),
    "confounds": Result("speech", "Confounds"),
    "choice": Result("autoencoders", "The autoencoder chosen in each fold"),
    "metrics": Result("autoencoders", "All autoencoders trained"),
    "kept": Result("autoencoders", "Autoencoders that were trained further"),
    "criteria": Result("autoencoders", "Criteria, and scores looked at afterwards"),
    "conclusions": Result("scores", "Conclusions"),
    "ranking": Result("scores", "All feature sets and classifiers, ranked"),
    "groups": Result("scores", "Scores per group"),
    "intervals": Result("scores", "Scores with intervals"),
    "differences": Result("scores", "Differences at each percentage"),
    "areas": Result("scores", "Differences over the whole curve"),
    "chance": Result("scores", "The level of chance"),
    "forecast": Result("scores", "What more labels would bring"),
    "back_test": Result("scores", "Whether such forecasts held"),
    "speakers": Result("scores", "More speakers, or more utterances of the same"),
    "next_to_label": Result("scores", "What to label next"),
    "scores": Result("scores", "Scores of every draw"),
    "confusions": Result("scores", "Confusions"),
    "predictor": Result("scores", "The predictor chosen"),
    "reliability": Result("scores", "Whether probabilities of labels can be trusted"),
    "labelled": Result("scores", "Labels for the rest of the corpus"),
    "labelled_audio": Result("scores", "Labels for new speech"),
    "summary": Result("run", "Summary"),
    "report": Result("run", "Report"),
    "config": Result("run", "The configuration as run"),
}


def is_figure(path: str | Path) -> bool:
    """Tell whether a path, maybe with wildcards, is a figure's or its numbers'."""
    return "figures" in Path(path).parts


def result_of(path: str | Path) -> Result | registry.Figure:
    """Return the record, with stage and title, of what a path is one of."""
    stem = Path(path).stem
    if is_figure(path):
        return registry.FIGURES[registry.parse(stem)[0]]
    return FILES[stem]


def stage_of(path: str | Path) -> str:
    """Return the heading of the stage that a result belongs to."""
    return STAGES[result_of(path).stage]


def labels(path: str, wildcards: dict[str, str]) -> dict[str, str]:
    """Return the columns by which Snakemake's own report tells results apart."""
    folder = Path(path).parent
    variant = folder.name if folder.parent.name == "statistics" else "all"
    return {
        "result": result_of(path.format(**wildcards)).title,
        "segment": wildcards.get("segment", variant),
        "fold": wildcards.get("fold", "all"),
        "file": Path(path).suffix.removeprefix("."),
    }


def caption_of(path: str | Path) -> Path:
    """Return the file that Snakemake's own report takes the caption of a result from.

    For a figure it is a template that shows ``params.caption`` of its rule.
    """
    if is_figure(path):
        return Path(registry.__file__).with_name("caption.rst")
    return CAPTIONS / "files" / f"{Path(path).stem}.rst"


def caption(path: str | Path) -> str:
    """Return the caption of a result as plain text."""
    if is_figure(path):
        return result_of(path).caption
    return " ".join(caption_of(path).read_text(encoding="utf-8").split())
