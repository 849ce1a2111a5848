"""The summary of a run as Markdown, of the same sentences and tables as its page."""

from speechcodes.report import answers
from speechcodes.report.caveats import caveats
from speechcodes.report.results import Results
from speechcodes.report.stages import SECTIONS, stages
from speechcodes.report.tables import Table
from speechcodes.report.verdict import commands, verdict


def summary(results: Results) -> str:
    """Return the answer, the warnings, and all sentences and tables of each section."""
    found = verdict(results)
    parts = [f"# {answers.title(results)}"]
    if note := answers.synthetic(results):
        parts.append(f"**{note}**")
    parts += [f"**{found.headline}**"]
    parts += [_bullets(f"{question} {answer}" for question, answer in found.lines)]
    parts += [f"{what}: `{command}`" for what, command in commands(results).items()]
    warnings = caveats(results)
    parts += ["## Warnings", _bullets(warnings) if warnings else "None."]
    for section, groups in stages(results).items():
        parts += [f"## {SECTIONS[section]}"] if groups else []
        for group in groups:
            parts += [f"### {group.title}"] if group.title else []
            parts += [" ".join(group.sentences)] if group.sentences else []
            parts += [_table(table) for table in group.tables]
    return "\n\n".join(parts) + "\n"


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
