"""Pages about runs: whole, escaped, in order, and true to the files."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest
import run_folder
import yaml
from run_folder import CONFIG, HOSTILE, write_features, write_run

from speechcodes.figures import registry
from speechcodes.report import compare, contents, page, tables
from speechcodes.report import results as found
from speechcodes.report.caveats import caveats
from speechcodes.report.verdict import commands, verdict

#: Elements that have no end.
VOID = {"meta", "img", "wbr"}


class Document(HTMLParser):
    """Elements of a page in their order: name, attributes and text."""

    def __init__(self, text):
        super().__init__()
        self.elements, self._open = [], []
        self.feed(text)
        assert not self._open, "elements are left open"

    def handle_starttag(self, tag, attributes):
        element = {"tag": tag, "text": "", **dict(attributes)}
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag):
        assert self._open.pop()["tag"] == tag

    def handle_data(self, data):
        for element in self._open:
            element["text"] += data.replace("\N{NO-BREAK SPACE}", " ")

    def all(self, *tags):
        return [element for element in self.elements if element["tag"] in tags]

    def tables(self):
        """Rows of each table, by its title, each cell with text and value."""
        found, cells, title = {}, [], ""
        for element in self.elements:
            if element["tag"] == "caption":
                title = None
            elif element.get("class") == "title" and title is None:
                title = element["text"]
                found[title] = []
            elif element["tag"] == "tr":
                cells = []
                found[title].append(cells)
            elif element["tag"] in ("th", "td"):
                text = element["text"]
                cells.append((text, element.get("data-value", text)))
        return found


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A run, its figures, and the page about it."""
    folder = tmp_path_factory.mktemp("results") / "one"
    figures = write_run(folder)
    files = [*folder.rglob("metrics.json"), folder / "labelled.csv"]
    results = found.read(folder, CONFIG, files)
    text = page.report(results, figures, {"numpy": "2.4.6", "h5py": HOSTILE})
    return results, figures, text


@pytest.fixture(scope="module")
def document(run):
    return Document(run[2])


@pytest.fixture(scope="module")
def compared(tmp_path_factory):
    """A page about two corpora that differ in a setting."""
    several, folder = [], tmp_path_factory.mktemp("results")
    for name, seed in [("one", 1), ("two", 2)]:
        corpus = {"name": name, "path": f"{HOSTILE} {name}", "seed": seed}
        config = {**CONFIG, "corpus": {**CONFIG["corpus"], **corpus}}
        write_run(folder / name, config)
        several.append(found.read(folder / name, config))
    return compare.compare(several)


# What comes from files


def test_what_names_and_labels_hold_is_never_markup(run, compared):
    for text in (run[2], compared):
        document = Document(text)
        assert [e for e in document.all("script") if "taken over" in e["text"]] == []
        assert len(document.all("script")) == 1
        # It is not lost: a setting, a speaker and a version have it.
        shown = document.all("body")[0]["text"]
        assert shown.count(HOSTILE) >= 2


def test_a_page_may_load_and_run_nothing_but_what_it_holds(document):
    (policy,) = [e["content"] for e in document.all("meta") if "http-equiv" in e]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'none'" and rules["img-src"] == "data:"
    for kind in ("script-src", "style-src"):
        assert re.fullmatch(r"'sha256-[\w+/]{43}='", rules[kind])
    assert not [e for e in document.elements if {"style", "onclick"} & set(e)]
    for element in document.elements:
        for address in ("src", "href", "srcset", "data", "action"):
            assert re.match("data:image/svg|#", element.get(address, "#"))


# What it says


def test_the_first_screen_has_title_verdict_figure_and_what_to_do_next(run, document):
    results, _, text = run
    (title,) = document.all("h1")
    assert title["text"] == "one: negative, neutral and positive"
    first = text[: text.index('<section id="warnings"')]
    shown = Document(first + "</main></body></html>").all("main")[0]["text"]
    found = verdict(results)
    assert found.headline.replace("`", "") in shown
    assert all(line.question in shown and line.answer in shown for line in found.lines)
    assert all(command in shown for command in commands(results).values())
    assert first.count("<img") == 1


def test_every_warning_stands_below_it_with_its_numbers(run):
    results, _, text = run
    section = text[text.index('<section id="warnings"') :]
    shown = Document(section[: section.index("</section>") + 10]).elements
    words = " ".join(one["text"] for one in shown if one["tag"] == "li")
    found = caveats(results)
    assert "678 audio files could not be used" in words and len(found) > 1
    for one in found:
        assert str(one).replace("`", "") in words
        if one.table is not None:
            assert one.table.iloc[0, -1] in words


def test_a_run_of_one_feature_set_says_what_it_scores(run):
    results, figures, _ = run
    alone = {
        segment: statistics._replace(
            conclusions=statistics.conclusions.iloc[:0],
            areas=statistics.areas.iloc[:0],
            ranking=statistics.ranking[statistics.ranking["rank"] == 1],
        )
        for segment, statistics in results.statistics.items()
    }
    figures = [f for f in figures if "differences" not in f]
    results = results._replace(statistics=alone)
    for text in (page.report(results, figures, {}), compare.compare([results])):
        assert "Take codes with the SVM (segment variant" in text
        assert "Who is ahead of whom" not in text and "Differences over" not in text


def test_headings_go_down_one_level_at_a_time(document, compared):
    for one in (document, Document(compared)):
        levels = [int(e["tag"][1]) for e in one.all("h1", "h2", "h3", "h4", "h5")]
        assert levels[0] == 1 and levels.count(1) == 1
        steps = [b - a for a, b in zip(levels, levels[1:], strict=False)]
        assert max(steps) == 1
        assert all(e["text"].strip() for e in one.all("h1", "h2", "h3", "h4"))


def test_ids_are_unique_and_links_within_the_page_lead_somewhere(document):
    ids = [e["id"] for e in document.elements if "id" in e]
    assert len(ids) == len(set(ids))
    links = [e["href"] for e in document.all("a")]
    assert links and {link.removeprefix("#") for link in links} <= set(ids)
    labels = [e["aria-labelledby"] for e in document.elements if "aria-labelledby" in e]
    assert set(labels) <= set(ids)


def test_every_figure_is_shown_with_alternative_text_caption_and_command(run, document):
    _, figures, text = run
    drawn = [path for path in figures if path.endswith(".svg")]
    images = document.all("img")
    assert len(images) == len(drawn)
    assert all(len(image["alt"]) > 40 for image in images)
    assert len({image["alt"] for image in images}) == len(drawn)
    # 0.3 + 0.4 + 0.01 for the SVM on codes.
    assert "0.710" in images[0]["alt"] and "codes" in images[0]["alt"]
    shown = document.all("body")[0]["text"]
    for path in drawn:
        assert contents.caption(path) in shown
        if Path(path).stem != "answer":
            assert page.command(path, run[0].folder) in shown


def test_what_criteria_chose_is_shown_beside_the_scores(document):
    # Two autoencoders in each of two folds.
    header, *rows = document.tables()["Criteria, and scores looked at afterwards"]
    assert [text for text, _ in header][:3] == ["fold", "name", "chosen"]
    assert [[text for text, _ in row[:4]] for row in rows] == [
        [fold, *of_one]
        for fold in "12"
        for of_one in (
            ["study1_latent8", "yes", "0.308"],
            ["study1_latent16", "", "0.316"],
        )
    ]


# Tables


def test_the_numbers_of_every_table_are_those_of_its_file(run, document):
    results, _, _ = run
    shown = document.tables()
    for title, name in [
        ("What each segment variant keeps", "segments.csv"),
        ("Utterances left out, by reason", "rejected_counts.csv"),
        ("Confounds", "confounds.csv"),
    ]:
        stored = pd.read_csv(results.folder / name, dtype=str, keep_default_na=False)
        header, *rows = shown[title]
        assert [text for text, _ in header] == [c.replace("_", " ") for c in stored]
        assert len(rows) == len(stored)
        for cells, line in zip(rows, stored.values.tolist(), strict=True):
            for (text, value), number in zip(cells, line, strict=True):
                try:
                    expected = float(number)
                except ValueError:
                    continue
                assert float(value) == expected
                assert float(text) == pytest.approx(expected, rel=1e-3)


def test_scores_are_those_of_the_statistics(document):
    _, first, *_ = document.tables()["Macro F1 with fewer labels"]
    # The SVM on mid-term features: 0.3 and 0.004 per per cent.
    assert [text for text, _ in first] == [
        "SVM",
        "mid-term features",
        "0.320 (0.270 to 0.370)",
        "0.500 (0.450 to 0.550)",
        "0.700 (0.650 to 0.750)",
    ]
    assert [value for _, value in first[2:]] == ["0.320", "0.500", "0.700"]


def test_numbers_are_rounded_to_four_digits_but_whole_ones_never():
    texts = {"1234567": "1234567", "0.497619": "0.4976", "1234.56": "1235"}
    texts |= {"0": "0", "-0.0138": "-0.0138", "inf": "inf"}
    assert {number: tables.display(number) for number in texts} == texts


def test_names_that_look_like_numbers_and_empty_cells_stay_as_they_are():
    names = {"utterance": ["007", "8"], "speaker": ["1e3", ""]}
    frame = pd.DataFrame({**names, "value": ["1e3", ""], "other": [None, 2.0]})
    shown = tables.make(frame, "", "", "")
    rows = [[cell.text for cell in row] for row in shown.rows]
    assert rows == [["007", "1e3", "1000", ""], ["8", "", "", "2"]]
    is_number = [column.is_number for column in shown.columns]
    assert is_number == [False, False, True, True]


# The run


def test_the_configuration_is_shown_as_it_can_be_run_again(document):
    (shown,) = [e["text"] for e in document.all("pre") if e.get("class") == "config"]
    assert yaml.safe_load(shown) == CONFIG


def test_autoencoders_of_all_folds_are_read_and_those_chosen_marked(tmp_path):
    write_run(tmp_path)
    other = tmp_path / "fold2" / "autoencoders" / "20k" / "choice.yaml"
    other.write_text(yaml.safe_dump(run_folder.AUTOENCODERS[1]))
    metrics = sorted(tmp_path.rglob("metrics.json"))
    # What is in the folder beside these is of an earlier configuration.
    some = [path for path in metrics if "30k" not in path.parts]
    results = found.read(tmp_path, CONFIG, some)
    assert len(results.autoencoders["30k"]) == 0
    assert results.choices["20k"]["latent"].tolist() == [8, 16]
    trained = results.autoencoders["20k"].sort_values(["fold", "latent"])
    assert trained[["fold", "latent", "chosen"]].values.tolist() == [
        *([1, 8, True], [1, 16, False], [2, 8, False], [2, 16, True])
    ]


def test_a_search_is_told_with_all_that_it_dropped(tmp_path):
    write_run(tmp_path)
    rows = "autoencoder,epochs,validation_loss,validation_mse,kept\n"
    for fold, kept in [(1, "first"), (2, "second")]:
        path = tmp_path / f"fold{fold}/autoencoders/20k/rung1/kept.csv"
        path.parent.mkdir(parents=True)
        path.write_text(f"{rows}{kept},3,0.1,0.2,True\nother,3,0.3,0.4,False\n")
    files = [*tmp_path.rglob("metrics.json"), *tmp_path.rglob("kept.csv")]
    results = found.read(tmp_path, CONFIG, files)
    assert results.rungs.keys() == {"20k"}
    text = page.report(results, [tmp_path / "figures/20k/answer.svg"], {})
    assert text.count("successive halving dropped 1 after epoch 3") == 1
    header, *rows = Document(text).tables()["Autoencoders that were trained further"]
    cells = [[text for text, _ in row] for row in rows]
    assert cells[0] == ["1", "1", "first", "3", "0.1", "0.2", "yes"]
    assert cells[3] == ["2", "1", "other", "3", "0.3", "0.4", ""]
    assert len(cells) == 4
    assert not found.read(tmp_path, CONFIG, tmp_path.rglob("metrics.json")).rungs


def test_nobody_is_unlabelled_where_nothing_learns_without_labels(tmp_path):
    write_run(tmp_path)
    for path in tmp_path.glob("fold*/roles/unlabelled.csv"):
        path.unlink()
    experiment = CONFIG["experiment"] | {"feature_sets": ["midterm"]}
    plain = CONFIG | {"experiment": experiment}
    results = found.read(tmp_path, plain)
    assert set(results.roles["role"]) == {"training", "test"}
    text = page.report(results, [tmp_path / "figures/20k/answer.svg"], {})
    assert "autoencoders are trained" not in text and "unlabelled voices" not in text


def test_roles_are_counted_per_class_and_in_total(tmp_path):
    write_run(tmp_path)
    roles = found.read(tmp_path, CONFIG).roles.set_index(["fold", "role", "label"])
    assert roles.loc[(1, "test", "neutral")].tolist() == [6, 6, "p01 p03 p05"]
    assert roles.loc[(1, "test", found.ALL), "utterances"] == 18
    # Labels of unlabelled speech are never shown.
    assert roles.loc[(1, "unlabelled", "neutral"), "utterances"] == 0
    assert roles.loc[(1, "unlabelled", found.ALL), "utterances"] == 24


def test_versions_are_those_that_files_were_made_with(tmp_path):
    paths = [
        write_features(tmp_path / "a.h5", {"numpy": "2.4.6", "h5py": "3"}),
        write_features(tmp_path / "b.h5", {"numpy": "2.3.0"}),
        str(tmp_path / "model.keras"),
    ]
    assert found.versions(paths) == {"h5py": "3", "numpy": "2.3.0, 2.4.6"}


# Titles and captions


def test_every_result_has_a_caption_and_every_caption_a_result():
    captions = {path.stem for path in (contents.CAPTIONS / "files").iterdir()}
    assert captions == set(contents.FILES)
    assert {result.stage for result in contents.FILES.values()} == set(registry.STAGES)


def test_titles_stages_and_captions_of_figures_are_those_of_the_registry():
    for name, figure in registry.FIGURES.items():
        stem = f"{name}_svm" if figure.per == "classifier" else name
        path = Path("results", "one", "figures", f"{stem}.svg")
        assert contents.result_of(path) is figure
        assert contents.stage_of(path) == registry.STAGES[figure.stage]
        assert contents.caption(path) == figure.caption
        assert "params.caption" in contents.caption_of(path).read_text()


@pytest.mark.parametrize(
    "path", sorted(contents.CAPTIONS.rglob("*.rst")), ids=lambda p: p.stem
)
def test_a_caption_is_plain_text(path):
    # The page shows it as it is, and Snakemake as reStructuredText and a template.
    assert re.fullmatch(r"[A-Z][^*`|_{}\\<>]*\.\n", path.read_text())


# Several runs


def test_several_runs_stand_side_by_side(compared):
    document = Document(compared)
    shown = document.tables()
    header, *rows = shown["Differences over the whole curve"]
    # Two corpora, two variants, two classifiers.
    assert len(rows) == 8
    assert [text for text, _ in rows[0][:4]] == ["one", "20k", "SVM", "codes"]
    assert rows[1][3][0] == "no significant difference"
    assert rows[0][7] == ("0.01235", "0.0123456")
    assert [[text for text, _ in row] for row in shown["Side by side"]] == [
        [
            "feature set",
            *("one, segment variant 20k", "one, segment variant 30k"),
            *("two, segment variant 20k", "two, segment variant 30k"),
        ],
        ["codes"] + 4 * ["0.710 (SVM) *"],
        ["mid-term features"] + 4 * ["0.700 (SVM) *"],
    ]
    assert len(shown["Scores"]) == 1 + 2 * 2 * 4
    assert len(shown["Conditions"]) == 1 + 4
    assert [[text for text, _ in row] for row in shown["Settings that differ"]] == [
        ["key", "one", "two"],
        ["corpus.name", "one", "two"],
        ["corpus.path", f"{HOSTILE} one", f"{HOSTILE} two"],
        ["corpus.seed", "1", "2"],
    ]
    assert len(document.all("img")) == 4
