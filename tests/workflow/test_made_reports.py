"""The pages that a run ends with, and Snakemake's own report."""

import shutil
import zipfile
from collections import Counter

import pandas as pd
import yaml


def test_the_report_of_a_run_shows_all_its_figures_and_what_was_found(finished):
    text = (finished.results / "report.html").read_text().replace("\xa0", " ")
    figures = list((finished.results / "figures").rglob("*.svg"))
    assert text.count("<img") == len(figures) > 8
    statistics = finished.results / "statistics/20k"
    ranking = pd.read_csv(statistics / "ranking.csv")
    first = ranking[ranking["metric"] == "macro_f1"].iloc[0]
    summary = (finished.results / "summary.md").read_text()
    assert f"Macro F1 {first['score']:.2f}" in summary
    assert f"Macro F1 {first['score']:.2f}" in text
    table = text.split("Who is ahead of whom</span>")[1].split("</table>")[0]
    conclusions = pd.read_csv(statistics / "conclusions.csv")
    assert table.count("<tr>") == 1 + len(conclusions) > 1
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
    assert "small, segment variant 20k" in text
    assert "other, segment variant 20k" in text
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
