"""The page about one run."""

import shlex
from pathlib import Path
from typing import NamedTuple

import yaml

from speechcodes import names
from speechcodes.figures import registry
from speechcodes.report import answers, contents, html, tables
from speechcodes.report.caveats import caveats
from speechcodes.report.results import Results
from speechcodes.report.stages import SECTIONS, stages
from speechcodes.report.verdict import commands, verdict
from speechcodes.storage.files import read_scores


class Figure(NamedTuple):
    """A figure to show."""

    title: str
    caption: str
    alt: str
    uri: str
    is_tall: bool
    source: str


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
    found = verdict(results)
    answer = results.folder / "figures" / found.segment / "answer.svg"
    return html.render(
        "report.html",
        title=answers.title(results),
        synthetic=answers.synthetic(results),
        facts=answers.facts(results),
        verdict=found,
        commands=commands(results),
        answer=drawn[answer],
        warnings=[one._replace(table=_table(one.table)) for one in caveats(results)],
        sections={
            SECTIONS[section]: [
                group._replace(figures=_of(drawn, results, group, answer))
                for group in groups
            ]
            for section, groups in stages(results).items()
        },
        run=registry.STAGES["run"],
        times=[drawn[path] for path in drawn if path.stem == "times"],
        config=as_yaml(results.config),
        folder=str(results.folder),
        versions=versions,
        command=lambda path: command(path, results.folder),
    )


def _table(frame):
    """The table of a warning, or nothing."""
    return None if frame is None else tables.make(frame, "", "", "")


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


def figure(path: Path, results: Results) -> Figure:
    """Return a figure to show; the numbers behind it stand beside it."""
    title, caption = contents.result_of(path).title, contents.caption(path)
    name, classifier = registry.parse(path.stem)
    segment = path.parent.name if path.parent.name in results.statistics else ""
    if classifier:
        title = f"{title}: {names.classifier(classifier)}"
    settings = {"segment": segment, "classifier": classifier}
    settings |= {"classes": results.classes, "metric": results.metric}
    return Figure(
        title,
        caption,
        registry.alt(name, read_scores(path.with_suffix(".csv")), settings),
        html.data_uri(path),
        html.is_tall(path),
        str(path),
    )


def _in_order(files):
    """Figures among some files, in the order of their registry."""
    order = list(registry.FIGURES)
    figures = [Path(path) for path in files if Path(path).suffix == ".svg"]
    return sorted(figures, key=lambda path: order.index(registry.parse(path.stem)[0]))


def _of(drawn, results, group, *without):
    """Figures of a group of a section, but for some."""
    folder = results.folder / "figures" / group.segment
    return [
        figure
        for path, figure in drawn.items()
        if path.parent == folder and path not in without
        if group.shows(*registry.parse(path.stem))
    ]
