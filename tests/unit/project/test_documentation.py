"""Pages of documentation: links lead somewhere, commands and settings are right."""

import re
import shlex
from functools import cache
from itertools import pairwise, takewhile

import pytest
import yaml
from configurations import CONFIG, SCHEMA
from projects import ROOT
from snakemake.cli import parse_config

from speechcodes.configuration.loading import read_configuration

PAGES = sorted(
    path.relative_to(ROOT)
    for folder in (".", "docs", "config", "performance")
    for path in (ROOT / folder).glob("*.md")
)


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


# --- configurations and commands ---------------------------------------------------


def blocks(page, language):
    """Return what stands in the blocks of code of a page, of one language."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return re.findall(
        rf"^```{language}\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL
    )


def completed(file, configuration):
    """Complete a configuration of a file, with another's sections in place of its."""
    config = yaml.safe_load((CONFIG / file).read_text()) | configuration
    return read_configuration(config, [], {}, CONFIG)


SNIPPETS = [(page, text) for page in PAGES for text in blocks(page, "yaml")]
COMMANDS = [
    (page, line)
    for page in PAGES
    for text in blocks(page, "")
    # A command may go on in the next line.
    for line in text.replace("\\\n", " ").splitlines()
    if re.match(r"\s*snakemake ", line)
]


@pytest.mark.parametrize(("page", "text"), SNIPPETS, ids=str)
def test_every_snippet_of_a_configuration_is_valid(page, text):
    snippet = yaml.safe_load(text)
    if page.parts[0] == "config":
        # How keys are written, of the demo.
        completed("config.yaml", {})
        assert set(snippet) <= set(SCHEMA["properties"])
    else:
        completed("table.yaml", snippet)


@pytest.mark.parametrize(("page", "line"), COMMANDS, ids=str)
def test_every_command_is_of_a_configuration_that_there_is(page, line):
    words = shlex.split(line, comments=True)
    named = [next_ for word, next_ in pairwise(words) if word == "--configfile"]
    # Copied before from the one for a table of one's own.
    files = [name.replace("config/mine.yaml", "config/table.yaml") for name in named]
    for file in files or ["config/config.yaml"]:
        config = yaml.safe_load((ROOT / file).read_text())
        given = words[words.index("--config") + 1 :] if "--config" in words else []
        settings = list(takewhile(lambda word: not word.startswith("-"), given))
        read_configuration(config, [ROOT / file], parse_config(settings), CONFIG)


def test_there_are_pages_links_snippets_and_commands_to_look_at():
    assert len(PAGES) > 8 and SNIPPETS and COMMANDS
    assert "docs/learning_curves.png" in links("README.md")
