"""The summary answers, warns, and says what went in and came out."""

import re

from run_folder import CONCLUSIONS, REJECTED

from speechcodes.report import answers, markdown, page


def headings(text):
    return re.findall(r"^#+ (.*)$", text, flags=re.M)


def section(text, heading):
    """Return what stands under a heading."""
    return re.split(r"^## ", text.split(f"## {heading}\n")[1], flags=re.M)[0]


def bullets(text):
    return [line[2:] for line in text.splitlines() if line.startswith("- ")]


def cells(text, title):
    """Return the rows of a Markdown table as lists of texts."""
    lines = text.split(f"**{title}.**")[1].split("\n\n")[1].splitlines()
    return [[cell.strip() for cell in row.strip("|").split(" | ")] for row in lines]


def test_the_answer_comes_first_and_then_what_is_wrong_with_it(fair):
    assert headings(markdown.summary(fair)) == [
        "one: negative, neutral and positive",
        *("Answer", "Warnings", "The speech", "The autoencoders", "Segments 30k"),
        *("The scores", "Segments 30k"),
    ]


def test_the_demo_is_called_synthetic_before_any_number(fair):
    corpus = {**fair.config["corpus"], "reader": "demo"}
    demo = fair._replace(config={**fair.config, "corpus": corpus})
    assert f"**{answers.SYNTHETIC}**" in markdown.summary(demo).split("##")[0]
    assert answers.SYNTHETIC not in markdown.summary(fair)


def test_the_answer_has_every_conclusion_and_how_sure_it_is(fair):
    answer = section(markdown.summary(fair), "Answer")
    assert bullets(answer) == [
        str(answers.conclude(row)) for row in CONCLUSIONS.itertuples()
    ]
    assert "at most about one report in twenty" in answer
    assert "Segments 30k" not in answer, "which needs no saying"


def test_the_answers_of_several_variants_are_told_apart(fair):
    one = fair.statistics["30k"]
    other = one._replace(conclusions=one.conclusions[1:])
    both = fair._replace(statistics={"20k": other, "30k": one})
    first, second = section(markdown.summary(both), "Answer").split("### Segments 30k")
    assert "### Segments 20k" in first
    assert [len(bullets(text)) for text in (first, second)] == [1, 2]


def test_warnings_are_listed_or_said_to_be_none(fair):
    assert section(markdown.summary(fair), "Warnings").strip() == "None."
    warned = fair._replace(rejected=REJECTED)
    assert bullets(section(markdown.summary(warned), "Warnings")) == (
        answers.warnings(warned)
    )


def test_rejects_are_listed_and_no_name_breaks_the_table(fair):
    rejected = REJECTED.assign(reason="a | b\n# c")
    text = markdown.summary(fair._replace(rejected=rejected))
    rows = cells(text, "Utterances left out, by reason")
    assert rows[2] == ["midterm", r"a \| b # c", "678"]
    assert "Nothing was left out." in markdown.summary(fair)


def test_the_page_says_the_same(fair):
    figure = fair.folder / "figures" / "30k" / "learning_curves.svg"
    shown = re.sub(r"<[^>]*>|\s|&nbsp;|\xa0", "", page.report(fair, [str(figure)], {}))
    for line in markdown.summary(fair).splitlines():
        for sentence in line.removeprefix("- ").split(". "):
            if not re.match(r"[#|*]|$", sentence):
                text = re.sub(r"\s", "", sentence.replace("`", "").rstrip("."))
                escaped = text.replace("<", "&lt;").replace("'", "&#39;")
                assert escaped in shown, sentence
