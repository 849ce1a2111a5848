"""The page about one run."""

import shlex
from pathlib import Path
from typing import NamedTuple

import yaml

from speechcodes import names
from speechcodes.figures import registry
from speechcodes.report import answers, contents, html, tables
from speechcodes.report.results import Results
from speechcodes.report.stages import stages
from speechcodes.storage.files import read_scores, read_table

#: Rows of the numbers behind a figure that the page itself holds.
MOST_ROWS = 200


class Figure(NamedTuple):
    """A figure to show, with the numbers behind it if the page is to hold them."""

    title: str
    caption: str
    alt: str
    uri: str
    is_tall: bool
    source: str
    numbers: tables.Table | None


def report(results: Results, figures, versions: dict) -> str:
    """Return the page about one run as HTML.

    Parameters
    ----------
    results : results.Results
    figures : sequence of str
        Figures to show (.svg), each with the numbers behind it (.csv) beside it. What
        ends otherwise is left out.
    versions : dict of str to str
        Of the libraries that made the results.
    """
    drawn = {path: figure(path, results) for path in _in_order(figures)}
    return html.render(
        "report.html",
        title=answers.title(results),
        question=answers.QUESTION,
        synthetic=answers.synthetic(results),
        facts=answers.facts(results),
        above_chance=answers.above_chance(results),
        answers=answers.answers(results),
        how_sure=answers.how_sure(results),
        nothing_to_compare=answers.NOTHING_TO_COMPARE,
        warnings=answers.warnings(results),
        overview=next(
            figure for path, figure in drawn.items() if path.stem == "learning_curves"
        ),
        stages={
            registry.STAGES[stage]: [
                group._replace(figures=_of(drawn, results, stage, group.segment))
                for group in groups
            ]
            for stage, groups in stages(results).items()
        },
        run=registry.STAGES["run"],
        times=_of(drawn, results, "run", ""),
        config=as_yaml(results.config),
        folder=str(results.folder),
        versions=versions,
        command=lambda path: command(path, results.folder),
    )


def command(path: str | Path, folder: str | Path) -> str:
    """Return what makes one file of a run anew, with the configuration as it ran.

    >>> command("results/demo/scores.csv", "results/demo").split(" --configfile ")
    ['snakemake --cores 1 results/demo/scores.csv --force', 'results/demo/config.yaml']
    """
    parts = ["snakemake", "--cores", "1", str(path), "--force"]
    return shlex.join([*parts, "--configfile", str(Path(folder, "config.yaml"))])


def as_yaml(config: dict) -> str:
    """Return a configuration as text that Snakemake reads as the same configuration."""
    return yaml.safe_dump(config, sort_keys=False, allow_unicode=True)


def figure(path: Path, results: Results, with_numbers: bool = True) -> Figure:
    """Return a figure to show, with the numbers that stand beside it if wanted."""
    numbers = path.with_suffix(".csv")
    title, caption = contents.result_of(path).title, contents.caption(path)
    name, classifier = registry.parse(path.stem)
    segment = path.parent.name if path.parent.name in results.statistics else ""
    if classifier:
        title = f"{title}: {names.classifier(classifier)}"
        found = answers.asked(results.statistics[segment].conclusions)
        of_classifier = found[found["classifier"] == classifier]
        sentences = map(answers.conclude, of_classifier.itertuples())
        caption = " ".join([*map(str, sentences), caption])
    settings = {"segment": segment, "classifier": classifier}
    settings |= {"classes": results.classes, "metric": results.metric}
    behind = None
    if with_numbers:
        about = f"The numbers behind it: {numbers.name}"
        behind = tables.make(read_table(numbers), about, "", numbers, most=MOST_ROWS)
    return Figure(
        title,
        caption,
        registry.alt(name, read_scores(numbers), settings),
        html.data_uri(path),
        html.is_tall(path),
        str(path),
        behind,
    )


def _in_order(files):
    """Figures among some files, in the order of their registry."""
    order = list(registry.FIGURES)
    figures = [Path(path) for path in files if Path(path).suffix == ".svg"]
    return sorted(figures, key=lambda path: order.index(registry.parse(path.stem)[0]))


def _of(drawn, results, stage, segment):
    """Figures of one stage and segment variant; of the corpus if that is empty."""
    folder = results.folder / "figures" / segment
    return [
        figure
        for path, figure in drawn.items()
        if contents.result_of(path).stage == stage and path.parent == folder
    ]
