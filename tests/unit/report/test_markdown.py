"""The summary answers, warns, and says what went in and came out."""

import re

from run_folder import REJECTED

from speechcodes.report import answers, markdown, page
from speechcodes.report.caveats import caveats
from speechcodes.report.verdict import commands, verdict


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
    variant = "Segment variant 30k"
    assert headings(markdown.summary(fair)) == [
        "one: negative, neutral and positive",
        *("Warnings", "The scores", variant, "Appendix: all scores", variant),
        *("Appendix: the speech", "Appendix: the autoencoders", variant),
    ]


def test_the_demo_is_called_synthetic_before_any_number(fair):
    corpus = {**fair.config["corpus"], "reader": "demo"}
    demo = fair._replace(config={**fair.config, "corpus": corpus})
    assert f"**{answers.SYNTHETIC}**" in markdown.summary(demo).split("##")[0]
    assert answers.SYNTHETIC not in markdown.summary(fair)


def test_the_answer_is_the_verdict_and_what_to_do_next(fair):
    answer = markdown.summary(fair).split("## ")[0]
    found = verdict(fair)
    assert f"**{found.headline}**" in answer
    assert bullets(answer) == [f"{one.question} {one.answer}" for one in found.lines]
    assert all(f"`{command}`" in answer for command in commands(fair).values())


def test_variants_that_the_answer_is_not_about_stand_in_an_appendix(fair):
    one = fair.statistics["30k"]
    low = one._replace(ranking=one.ranking.assign(score=0.1))
    both = fair._replace(statistics={"20k": low, "30k": one})
    text = markdown.summary(both)
    assert "### Segment variant 30k" in section(text, "The scores")
    appendix = section(text, "Appendix: other segment variants")
    assert "### Segment variant 20k" in appendix


def test_warnings_are_listed_or_said_to_be_none(fair):
    warned = fair._replace(rejected=REJECTED)
    listed = bullets(section(markdown.summary(warned), "Warnings"))
    assert listed == list(map(str, caveats(warned))) and len(listed) == 2
    labelled = fair.utterances[fair.utterances["label"] != ""]
    none = fair._replace(utterances=labelled)
    assert section(markdown.summary(none), "Warnings").strip() == "None."


def test_rejects_are_listed_and_no_name_breaks_the_table(fair):
    rejected = REJECTED.assign(reason="a | b\n# c")
    text = markdown.summary(fair._replace(rejected=rejected))
    rows = cells(text, "Utterances left out, by reason")
    assert rows[2] == ["midterm", r"a \| b # c", "678"]
    assert "Nothing was left out." in markdown.summary(fair)


def test_the_page_says_the_same(fair):
    figure = fair.folder / "figures" / "30k" / "answer.svg"
    shown = re.sub(r"<[^>]*>|\s|&nbsp;|\xa0", "", page.report(fair, [str(figure)], {}))
    for line in markdown.summary(fair).splitlines():
        for sentence in line.removeprefix("- ").split(". "):
            if not re.match(r"[#|*]|$", sentence):
                text = re.sub(r"\s", "", sentence.replace("`", "").rstrip("."))
                escaped = text.replace("<", "&lt;").replace("'", "&#39;")
                assert escaped in shown, sentence
