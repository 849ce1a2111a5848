"""Pages of documentation: links lead somewhere, commands and diagrams are right."""

import re
import subprocess
import sys
from functools import cache

import pytest
import yaml
from projects import ROOT

from speechcodes.operations import diagrams

PAGES = sorted(
    path.relative_to(ROOT)
    for folder in (".", "docs", "config", "performance")
    for path in (ROOT / folder).glob("*.md")
)
GRAPH = """---
title: DAG
---
flowchart TB
\tid0[all]
\tid1[scores]
\tid2[codes]
\tid3[train_autoencoder]
\tstyle id0 fill:#D95757,stroke-width:2px,color:#333333
\tid1 --> id0
\tid2 --> id1
\tid3 --> id1
\tid3 --> id2
"""


# --- links ------------------------------------------------------------------------


def without_code(text):
    """A page without what stands in blocks of code, which has no links."""
    return re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)


def links(page):
    """Targets of a page's links and images that lead to files of the project."""
    text = without_code((ROOT / page).read_text(encoding="utf-8"))
    found = re.findall(r"\]\(([^)\s]+)\)", text)
    return [link for link in found if "://" not in link]


@cache
def anchors(page):
    """What the headings of a page are called in links."""
    text = without_code(page.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    kept = [re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings]
    return {heading.strip().replace(" ", "-") for heading in kept}


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_link_leads_to_a_file_and_a_heading(page):
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = (ROOT / page.parent / path) if path else ROOT / page
        assert target.exists(), f"{page}: {link}"
        assert not anchor or anchor in anchors(target), f"{page}: {link}"


def test_links_are_looked_at():
    assert len(PAGES) > 8
    assert "docs/ravdess_learning_curves.png" in links(PAGES[PAGES.index(README)])


README = (ROOT / "README.md").relative_to(ROOT)


def test_the_readme_is_read_in_one_go():
    assert len((ROOT / README).read_text(encoding="utf-8").splitlines()) < 200


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_make_knows_every_target_that_a_page_names(page):
    targets = set(re.findall(r"^([\w./-]+):", (ROOT / "Makefile").read_text(), re.M))
    text = (ROOT / page).read_text(encoding="utf-8")
    named = re.findall(r"(?:`|^)make ([\w./-]+)", text, flags=re.MULTILINE)
    assert set(named) <= targets


def test_the_citation_names_the_version_and_the_licence():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert f'version = "{citation["version"]}"' in (ROOT / "pyproject.toml").read_text()
    assert (ROOT / "LICENSE").read_text().startswith(citation["license"])
    # What the format requires.
    assert {"cff-version", "message", "title", "authors"} <= set(citation)


# --- diagrams ---------------------------------------------------------------------


def test_arrows_that_follow_from_others_are_left_out():
    graph = diagrams.reduced(diagrams.read_graph(GRAPH))
    assert graph == {
        "scores": {"codes"},
        "codes": {"train_autoencoder"},
        "train_autoencoder": set(),
    }


def test_files_of_a_rule_are_read_from_its_outputs(tmp_path):
    (tmp_path / "features.smk").write_text(
        """rule codes:
    output:
        **{
            label: f"<results>/codes/{{segment}}/{label}.h5"
            for label in LABELS
        },
    log:
        "<results>/no.log",


checkpoint choose:
    output:
        choice="<results>/a/choice.yaml",
        others="<results>/a/others.yaml",
"""
    )
    rules = diagrams.read_rules(tmp_path)
    assert rules["codes"] == ("features", ["codes/{segment}/{label}.h5"])
    graph = {"codes": {"choose"}, "choose": set(), "figure_x": {"codes"}}
    rules["figure_x"] = diagrams.Rule("figures", ["figures/x.png"])
    data = diagrams.draw_data(graph, rules)
    assert '  choose["<b>choose</b><br>a/<br>choice.yaml, others.yaml"]' in data
    assert data.endswith("  choose --> codes\n  codes --> figures")


def test_the_diagrams_are_those_of_the_workflow(tmp_path):
    command = [sys.executable, "-m", "snakemake", "--rulegraph", "mermaid-js"]
    process = subprocess.run(
        [*command, "--snakefile", ROOT / "Snakefile", "--directory", tmp_path],
        capture_output=True,
        text=True,
        check=True,
    )
    page = diagrams.page(process.stdout, ROOT / "rules")
    assert page == (ROOT / "docs" / "workflow.md").read_text(), "run: make diagrams"
