"""The pages that a run ends with, and Snakemake's own report."""

import shutil
import zipfile
from collections import Counter

import pandas as pd
import yaml


def test_the_report_of_a_run_shows_all_its_figures_and_sentences(finished):
    text = (finished.results / "report.html").read_text().replace("\xa0", " ")
    figures = list((finished.results / "figures").rglob("*.svg"))
    # The overview stands on the first screen, too.
    assert text.count("<img") == len(figures) + 1 > 8
    conclusions = pd.read_csv(finished.results / "statistics/20k/conclusions.csv")
    summary = (finished.results / "summary.md").read_text()
    answer = summary.split("## Answer")[1].split("\n## ")[0]
    told = [line[2:] for line in answer.splitlines() if line.startswith("- ")]
    assert len(told) == (conclusions["comparison"] != "exploratory").sum() > 0
    for sentence in told:
        name, rest = sentence.split(": ", maxsplit=1)
        found = rest.partition(". Over")[0].partition(" (")[0]
        assert f"<strong>{name}</strong>: {found}" in text
    for library in ("tensorflow", "keras", "scikit-learn", "numpy", "soxr"):
        assert f"<dt>{library}</dt>" in text


def test_the_configuration_written_down_is_the_one_that_ran(project):
    shutil.copy(project.results / "config.yaml", project.folder / "small.yaml")
    assert project.plan() == Counter()


def test_runs_are_compared_side_by_side(project):
    target = "results/compare.html"
    process = project.snakemake("--dry-run", target)
    assert process.returncode != 0
    assert "there is small (20k): run one more" in process.stdout
    other = project.results.with_name("other")
    shutil.copytree(project.results, other)
    config = yaml.safe_load((other / "config.yaml").read_text())
    config["corpus"]["name"] = "other"
    (other / "config.yaml").write_text(yaml.safe_dump(config))
    assert project.run(target) == {"compare": 1}
    text = (project.folder / target).read_text()
    assert text.count("<img") == 2
    assert "small, segments 20k" in text and "other, segments 20k" in text
    assert project.plan(target) == Counter()


def test_snakemake_s_own_report_has_every_result_with_caption_and_category(project):
    archive = project.folder / "report.zip"
    process = project.snakemake("--report", archive.name)
    assert process.returncode == 0, process.stdout
    with zipfile.ZipFile(archive) as file:
        names = {name.rsplit("/", 1)[-1] for name in file.namelist()}
    results = [
        path.name
        for kind in ("*.csv", "figures/**/*.svg", "statistics/*/*.csv", "*.html")
        for path in project.results.glob(kind)
        if path.name != "rejected_rows.csv"
    ]
    assert len(results) > 15 and set(results) <= names
