"""The page about one run."""

import shlex
from pathlib import Path
from typing import NamedTuple

import yaml

from speechcodes import names
from speechcodes.experiment import selection_check
from speechcodes.experiment.conclusions import asked
from speechcodes.records import SPLITS
from speechcodes.report import contents, html, summary, tables
from speechcodes.report.alt_texts import alt_text
from speechcodes.report.folders import TABLES
from speechcodes.storage.files import read_table

#: Rows of the numbers behind a figure that the page itself holds.
MOST_ROWS = 200
#: Of what is known of each autoencoder, what the page shows.
AUTOENCODER = ["name", "chosen", "latent", "encoder_parameters", "training_loss"]
AUTOENCODER += ["validation_loss", "mean_spectrogram_loss", "restored_loss"]
AUTOENCODER += ["instability", "speaker_share", "effective_dimensions"]
AUTOENCODER += ["epochs", "seconds"]
AREA = ["classifier", "feature_set", "baseline", "difference", "low", "high"]
AREA += ["p", "p_holm", "p_ahead"]


class Figure(NamedTuple):
    """A figure to show, with the numbers behind it if they were given."""

    title: str
    caption: str
    alt: str
    uri: str
    is_tall: bool
    source: str
    numbers: tables.Table | None


class Group(NamedTuple):
    """What a stage shows of the corpus as a whole, or of one segment variant.

    Tables in `folded` are long, and shown only to those who ask for them.
    """

    title: str
    sentences: list
    tables: list
    figures: list
    folded: list


class Sentence(NamedTuple):
    """A conclusion in parts: of what, what was found, what was measured.

    `is_ahead` tells whether any feature set is ahead for certain.
    """

    classifier: str
    found: str
    measured: str
    is_ahead: bool


def report(results, figures, versions):
    """Return the page about one run as HTML.

    Parameters
    ----------
    results : results.Results
    figures : sequence of str
        Figures to show (.svg) and the numbers behind them (.csv), named as in
        `contents.FIGURES`. What ends otherwise is left out.
    versions : dict of str to str
        Of the libraries that made the results.
    """
    drawn = {path: figure(path, results, figures) for path in _in_order(figures)}
    return html.render(
        "report.html",
        corpus=results.corpus,
        synthetic=synthetic(results),
        facts=facts(results),
        answers=answers(results),
        how_sure=summary.HOW_SURE,
        nothing_to_compare=summary.NOTHING_TO_COMPARE,
        warnings=warnings(results),
        overview=overview(drawn),
        stages={
            contents.SPEECH: _speech(results, drawn),
            contents.AUTOENCODERS: _autoencoders(results, drawn),
            contents.SCORES: _scores(results, drawn),
        },
        run=contents.RUN,
        times=_of(drawn, contents.RUN, results.folder / "figures"),
        config=as_yaml(results.config),
        folder=str(results.folder),
        versions=versions,
        command=lambda path: command(path, results.folder),
    )


def command(path, folder):
    """Return what makes one file of a run anew, with the configuration as it ran.

    >>> command("results/demo/scores.csv", "results/demo").split(" --configfile ")
    ['snakemake --cores 1 results/demo/scores.csv --force', 'results/demo/config.yaml']
    """
    parts = ["snakemake", "--cores", "1", str(path), "--force"]
    return shlex.join([*parts, "--configfile", str(Path(folder, "config.yaml"))])


def as_yaml(config):
    """Return a configuration as text that Snakemake reads as the same configuration."""
    return yaml.safe_dump(config, sort_keys=False, allow_unicode=True)


def synthetic(results):
    """Return a sentence if nobody spoke what the results are about."""
    return summary.SYNTHETIC if results.config["corpus"]["reader"] == "demo" else ""


def facts(results):
    """Return what a run was about, in a few words each."""
    sizes = results.utterances["split"].value_counts()
    speakers = results.utterances["speaker"].replace("", None).nunique()
    splits = ", ".join(f"{sizes[split]} {split}" for split in SPLITS if split in sizes)
    return [
        f"{splits} utterances",
        f"{speakers or 'no'} known speaker{'' if speakers == 1 else 's'}",
        f"scored by {names.metric(results.metric)}",
        f"protocol {results.config['experiment']['protocol']}",
    ]


def answers(results):
    """Return the sentences of each segment variant, by what it is called."""
    found = {
        variant(segment): [_sentence(*row) for row in _conclusions(statistics)]
        for segment, statistics in results.statistics.items()
    }
    return {name: sentences for name, sentences in found.items() if sentences}


def warnings(results):
    """Return what limits the answer, in sentences."""
    return summary.warnings(
        results.confounds,
        results.choices,
        {segment: s.intervals for segment, s in results.statistics.items()},
        results.rejected,
        results.segments,
        results.repeats,
        results.metric,
    )


def variant(segment):
    """Return what a segment variant is called in a heading."""
    return "Feature tables" if segment == TABLES else f"Segments {segment}"


def figure(path, results, files):
    """Return a figure to show.

    Parameters
    ----------
    path : Path
        The figure.
    results : results.Results
    files : sequence of str
        Among which the numbers behind it may be.
    """
    numbers = path.with_suffix(".csv")
    title, caption = contents.result_of(path).title, contents.caption(path)
    if contents.name_of(path) == "learning_curve":
        name = path.stem.removeprefix("learning_curve_")
        title = f"{title}: {names.classifier(name)}"
        found = asked(results.statistics[path.parent.name].conclusions)
        sentences = found.loc[found["classifier"] == name, "sentence"]
        caption = " ".join([*sentences, caption])
    frame = read_table(numbers) if str(numbers) in map(str, files) else None
    return Figure(
        title,
        caption,
        alt_text(path, results, frame),
        html.data_uri(path),
        html.is_tall(path),
        str(path),
        None if frame is None else _behind(frame, numbers),
    )


def _behind(frame, path):
    """The numbers behind a figure, as far as the page holds them."""
    title = f"The numbers behind it: {path.name}"
    return tables.make(frame, title, "", path, most=MOST_ROWS)


def overview(drawn):
    """Return the figure that says most: the learning curves of the first variant."""
    return next(
        figure
        for path, figure in drawn.items()
        if contents.name_of(path) == "learning_curves"
    )


def score_tables(statistics, metric, source):
    """Return the score table of one variant, and the differences between its curves."""
    title = f"{names.METRICS[metric]}, with 95 % interval"
    sentences = [
        summary.describe(statistics.intervals),
        summary.describe_chance(statistics.chance, metric),
    ]
    shown = [
        tables.make(
            summary.score_table(statistics.intervals, metric),
            title,
            " ".join(sentences),
            source / "intervals.csv",
        )
    ]
    areas = statistics.areas[statistics.areas["metric"] == metric]
    if len(areas):
        shown.append(_file(areas[AREA], source / "areas.csv"))
    return shown


def _in_order(files):
    """Figures among some files, in the order of `contents.FIGURES`."""
    order = list(contents.FIGURES)
    figures = [Path(path) for path in files if Path(path).suffix == ".svg"]
    return sorted(figures, key=lambda path: order.index(contents.name_of(path)))


def _conclusions(statistics):
    """Sentence and who is ahead, of each conclusion."""
    return asked(statistics.conclusions)[["sentence", "ahead"]].itertuples(index=False)


def _sentence(sentence, ahead):
    classifier, _, rest = sentence.partition(": ")
    found, _, measured = rest.partition("; over")
    measured = f"over{measured}" if measured else ""
    return Sentence(classifier, found, measured, bool(ahead))


def _of(drawn, stage, folder):
    """Figures of one stage that lie in one folder."""
    return [
        figure
        for path, figure in drawn.items()
        if contents.result_of(path).stage == stage and path.parent == folder
    ]


def _file(frame, path):
    """A table with the title and the caption that its file has."""
    return tables.make(
        frame, contents.result_of(path).title, contents.caption(path), path
    )


def _speech(results, drawn):
    folder = results.folder
    shown = [
        tables.make(
            summary.sizes(results.utterances),
            "Utterances and speakers",
            "Utterances of each class, and known speakers, per split.",
            folder / "utterances.csv",
        )
    ]
    if results.segments is not None:
        shown.append(_file(results.segments, folder / "segments.csv"))
    sentences = []
    if len(results.rejected):
        shown.append(_file(results.rejected, folder / "rejected_counts.csv"))
    else:
        sentences.append("Nothing was left out.")
    figures = _of(drawn, contents.SPEECH, folder / "figures")
    folded = [_file(results.confounds, folder / "confounds.csv")]
    return [Group("", sentences, shown, figures, folded)]


def _autoencoders(results, drawn):
    groups = []
    for segment, table in results.autoencoders.items():
        path = results.folder / "autoencoders" / segment / "choice.yaml"
        shown = tables.make(
            table[AUTOENCODER],
            contents.FILES["metrics"].title,
            contents.caption("metrics.json"),
            path,
        )
        figures = _of(
            drawn, contents.AUTOENCODERS, results.folder / "figures" / segment
        )
        by = results.config["autoencoders"]["select_by"]
        sentences, folded = [summary.describe_choice(by)], []
        if segment in results.criteria:
            tried = results.criteria[segment]
            sentences += selection_check.sentences(tried, segment, by)
            tried = tried.assign(chosen=tried["chosen"].map({True: "yes", False: ""}))
            folded.append(_file(tried, path.with_name("criteria.csv")))
        groups.append(Group(variant(segment), sentences, [shown], figures, folded))
    return groups


def _scores(results, drawn):
    groups = []
    for segment, statistics in results.statistics.items():
        source = results.folder / "statistics" / segment
        shown = score_tables(statistics, results.metric, source)
        figures = _of(drawn, contents.SCORES, results.folder / "figures" / segment)
        metric = statistics.intervals["metric"] == results.metric
        main = statistics.intervals[metric & statistics.intervals["main"]]
        folded = [_file(main, source / "intervals.csv")]
        groups.append(Group(variant(segment), [], shown, figures, folded))
    return groups
