"""The summary of a run as Markdown, of the same sentences and tables as its page."""

from speechcodes.figures.registry import STAGES
from speechcodes.report import answers
from speechcodes.report.results import Results
from speechcodes.report.stages import stages
from speechcodes.report.tables import Table


def summary(results: Results) -> str:
    """Return the answer, the warnings, and all sentences and tables of each stage."""
    parts = [f"# {answers.title(results)}"]
    if note := answers.synthetic(results):
        parts.append(f"**{note}**")
    parts += ["## Answer", answers.QUESTION, *_answers(results)]
    warnings = answers.warnings(results)
    parts += ["## Warnings", _bullets(warnings) if warnings else "None."]
    for stage, groups in stages(results).items():
        parts += [f"## {STAGES[stage]}"] if groups else []
        for group in groups:
            parts += [f"### {group.title}"] if group.title else []
            parts += [" ".join(group.sentences)] if group.sentences else []
            parts += [_table(table) for table in group.tables]
    return "\n\n".join(parts) + "\n"


def _answers(results):
    yield " ".join(answers.above_chance(results))
    found = answers.answers(results)
    for variant, conclusions in found.items():
        if len(found) > 1:
            yield f"### {variant}"
        yield _bullets(conclusions)
    yield answers.how_sure(results) if found else answers.NOTHING_TO_COMPARE


def _bullets(sentences):
    return "\n".join(f"- {sentence}" for sentence in sentences)


def _table(table: Table):
    rows = [
        [column.title for column in table.columns],
        ["---:" if column.is_number else "---" for column in table.columns],
        *([cell.text for cell in row] for row in table.rows),
    ]
    lines = [f"| {' | '.join(map(_cell, row))} |" for row in rows]
    return f"**{table.title}.** {table.caption}\n\n" + "\n".join(lines)


def _cell(text):
    return text.replace("|", "\\|").replace("\n", " ")
