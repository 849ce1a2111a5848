"""Pages in a real browser: whole without a network, sorted, as wide as the window."""

import os
import re

import pytest
from browser import Browser, executable
from run_folder import CONFIG, write_run

from speechcodes.report import compare, page, results

#: Width in pixels of a small phone.
PHONE = 390


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    if executable() is None:
        reason = "there is no Chromium"
        if os.environ.get("SPEECHCODES_REQUIRE_BROWSER"):
            pytest.fail(reason)
        pytest.skip(reason)
    browser = Browser(tmp_path_factory.mktemp("profile"))
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Files of the page about one run, and of that about two."""
    folder = tmp_path_factory.mktemp("results")
    several = []
    emotions = ["angry", "happy", "neutral", "sad"]
    for name, classes in [("one", CONFIG["corpus"]["classes"]), ("two", emotions)]:
        config = {
            **CONFIG,
            "corpus": {**CONFIG["corpus"], "name": name, "classes": classes},
            "splits": {"method": "folds", "folds": len(classes), "repeats": 1},
        }
        figures = write_run(folder / name, config)
        metrics = list((folder / name).rglob("metrics.json"))
        several.append(results.read(folder / name, config, metrics))
    texts = {
        "report": page.report(several[-1], figures, {"numpy": "2.4.6"}),
        "compare": compare.compare(several),
    }
    for name, text in texts.items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in texts}


each_page = pytest.mark.parametrize("name", ["report", "compare"])


@each_page
def test_a_page_loads_without_network_and_without_complaint(browser, pages, name):
    browser.open(pages[name])
    assert browser.complaints == []
    assert {url.split(":")[0] for url in browser.requests} == {"file", "data"}
    assert browser.requests.count(pages[name].as_uri()) == 1
    assert browser.run("document.title") != "taken over"
    widths = browser.run("[...document.images].map(i => i.naturalWidth)")
    assert len(widths) >= 4 and min(widths) > 0


def test_what_a_page_does_not_hold_is_refused(browser, pages, tmp_path):
    # Or the absence of complaints would show nothing.
    text = pages["report"].read_text(encoding="utf-8")
    more = "<script>document.title = 'taken over'</script><img src=other.png></body>"
    (tmp_path / "page.html").write_text(text.replace("</body>", more))
    browser.open(tmp_path / "page.html")
    assert browser.run("document.title") != "taken over"
    assert len(browser.complaints) == 2
    assert all("Content Security Policy" in text for text in browser.complaints)


@each_page
@pytest.mark.parametrize("width", [PHONE, 1280])
def test_a_page_is_as_wide_as_the_window(browser, pages, name, width):
    browser.open(pages[name], width=width)
    assert browser.run("innerWidth") == width
    assert browser.run("document.documentElement.scrollWidth") <= width


COLUMN = """
(() => {
  const table = [...document.querySelectorAll("table")]
    .find(t => t.caption.textContent.startsWith("What each segment variant keeps"));
  const header = [...table.querySelectorAll("th")]
    .find(h => h.textContent === "%s");
  %s
  header.querySelector("button").click();
  return {
    sorted: header.getAttribute("aria-sort"),
    others: table.querySelectorAll("th[aria-sort]").length,
    cells: [...table.tBodies[0].rows].map(r => r.cells[header.cellIndex].textContent),
  };
})()
"""
#: Replaces the cells of a column, and removes the rows that are left.
FILL = """
  const values = ["10", "", "-0.5", "9", "1e-05", "-2"];
  [...table.tBodies[0].rows].forEach((row, i) => {
    if (i < values.length) row.cells[header.cellIndex].textContent = values[i];
    else row.remove();
  });
"""


def test_a_click_sorts_numbers_by_size_up_and_down_and_what_is_empty_last(
    browser, pages
):
    browser.open(pages["report"])
    numbers = ["-2", "-0.5", "1e-05", "9", "10"]
    up = {"sorted": "ascending", "others": 1, "cells": [*numbers, ""]}
    down = {"sorted": "descending", "others": 1, "cells": [*numbers[::-1], ""]}
    for script, state in [(FILL, up), ("", down), ("", up)]:
        assert browser.run(COLUMN % ("kept", script)) == state
    state = browser.run(COLUMN % ("segment", ""))
    assert state["sorted"] == "ascending" and state["others"] == 1


def test_text_can_be_read_on_its_ground(browser, pages):
    browser.open(pages["report"])
    for scheme in ("light", "dark"):
        browser.call(
            "Emulation.setEmulatedMedia",
            features=[{"name": "prefers-color-scheme", "value": scheme}],
        )
        colours = browser.run(
            """
            [...document.querySelectorAll(
              "p, li, a, td, th, caption, figcaption, h1, h2, h3, summary, pre"
            )]
              .map(element => {
                let ground = element;
                const empty = "rgba(0, 0, 0, 0)";
                while (getComputedStyle(ground).backgroundColor === empty)
                  ground = ground.parentElement;
                return getComputedStyle(element).color
                  + getComputedStyle(ground).backgroundColor;
              })
              .filter((pair, i, all) => all.indexOf(pair) === i)
            """
        )
        assert len(colours) > 3
        for pair in colours:
            numbers = [int(n) for n in re.findall(r"\d+", pair)]
            assert contrast(numbers[:3], numbers[3:6]) >= 4.5, (scheme, pair)


def contrast(one, other):
    """Contrast ratio of two colours, as WCAG 2 defines it."""
    lights = sorted(map(luminance, (one, other)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def luminance(colour):
    linear = [
        c / 255 / 12.92 if c <= 10.31 else ((c / 255 + 0.055) / 1.055) ** 2.4
        for c in colour
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@each_page
def test_a_page_prints_whole(browser, pages, name, tmp_path):
    browser.open(pages[name])
    browser.print(tmp_path / "page.pdf")
    pdf = (tmp_path / "page.pdf").read_bytes()
    sheets = re.findall(rb"/Type\s*/Page\b", pdf)
    # Figures two to a sheet, and tables: no sheet per line, and not one for all.
    assert 3 <= len(sheets) <= 40
