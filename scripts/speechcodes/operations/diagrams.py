"""Draw the workflow for its documentation: which rules there are, and how data flows.

Takes what `snakemake --rulegraph mermaid-js` prints and the files of rules, and gives a
page with two Mermaid diagrams.
"""

import re
import sys
from pathlib import Path, PurePosixPath
from typing import NamedTuple

#: Rules that stand for themselves in no diagram: `all` makes nothing.
LEFT_OUT = {"all"}

#: A file in the outputs of a rule.
_QUOTED = re.compile(r'"<(?:results|corpus)>/([^"]+)"')

PAGE = """# The workflow in two diagrams

Made by `make diagrams` from the workflow itself, for the demo's configuration: others
lack a rule or two, and have `figure_study` where the published protocol is followed.
Arrows that follow from others are left out.

## Rules

One box per rule, in the files of `rules/`; each runs the script of its name in
`scripts/`.

```mermaid
{rules}
```

## Data

What each rule makes, below `results/<corpus name>/`, and from what.

```mermaid
{data}
```
"""


class Rule(NamedTuple):
    """One rule: the file of `rules/` it stands in, and the patterns of its outputs."""

    stage: str
    outputs: list


def read_rules(folder):
    """Return {name: Rule} of all files of rules in a folder."""
    found = {}
    for path in sorted(Path(folder).glob("*.smk")):
        text = path.read_text(encoding="utf-8")
        blocks = re.split(r"^(?:rule|checkpoint) (\w+):\n", text, flags=re.MULTILINE)
        for name, body in zip(blocks[1::2], blocks[2::2], strict=True):
            output = re.search(
                r"^    output:\n((?: {8}.*\n)+)", body, flags=re.MULTILINE
            )
            quoted = _QUOTED.findall(output[1]) if output else []
            # In an f-string, wildcards have two braces.
            outputs = [p.replace("{{", "{").replace("}}", "}") for p in quoted]
            found[name] = Rule(path.stem, outputs)
    return found


def read_graph(text):
    """Return {rule: rules whose outputs it needs} of a rule graph in Mermaid."""
    names = dict(re.findall(r"^\s*(id\d+)\[(\w+)\]$", text, flags=re.MULTILINE))
    graph = {name: set() for name in names.values() if name not in LEFT_OUT}
    for source, target in re.findall(r"^\s*(id\d+) --> (id\d+)$", text, re.MULTILINE):
        if names[target] in graph:
            graph[names[target]].add(names[source])
    return graph


def reduced(graph):
    """Return a graph without the arrows that follow from others."""
    reach = {}

    def reached(name):
        if name not in reach:
            reach[name] = set(graph[name]).union(*map(reached, graph[name]))
        return reach[name]

    return {
        name: needed - set().union(*map(reached, needed))
        for name, needed in graph.items()
    }


def draw_rules(graph, rules):
    """Return the rule graph in Mermaid, rules of one file together."""
    lines = ["flowchart LR"]
    for stage in dict.fromkeys(rules[name].stage for name in in_order(graph)):
        lines.append(f"  subgraph {stage}")
        members = [name for name in in_order(graph) if rules[name].stage == stage]
        lines += [*(f"    {name}" for name in members), "  end"]
    return "\n".join([*lines, *arrows(graph)])


def draw_data(graph, rules):
    """Return the flow of data in Mermaid, all figures in one box."""
    merged = {}
    for name, needed in graph.items():
        merged.setdefault(_figures(name), set()).update(map(_figures, needed))
    merged = reduced({n: needed - {n} for n, needed in merged.items()})
    lines = ["flowchart LR"]
    for name in in_order(merged):
        files = "figures/" if name == "figures" else _files(rules[name].outputs)
        lines.append(f'  {name}["<b>{name}</b><br>{files}"]')
    return "\n".join([*lines, *arrows(merged)])


def arrows(graph):
    """Lines of all arrows, in an order that does not depend on the run."""
    return [
        f"  {source} --> {target}"
        for target in in_order(graph)
        for source in sorted(graph[target])
    ]


def in_order(graph):
    """Names so that each comes after all that it needs, by the alphabet otherwise."""
    ordered = []
    while len(ordered) < len(graph):
        ready = [n for n in graph if n not in ordered and graph[n] <= set(ordered)]
        ordered.append(min(ready))
    return ordered


def page(text, folder):
    """Return the page of both diagrams.

    Parameters
    ----------
    text : str
        The rule graph in Mermaid.
    folder : str or Path
        With the files of rules.
    """
    graph, rules = reduced(read_graph(text)), read_rules(folder)
    return PAGE.format(rules=draw_rules(graph, rules), data=draw_data(graph, rules))


def _figures(name):
    return "figures" if name.startswith("figure_") else name


def _files(outputs):
    """Patterns of files in few words: those of one folder by their names."""
    paths = [PurePosixPath(output) for output in outputs]
    folders = {path.parent for path in paths}
    if len(paths) == 1 or len(folders) > 1:
        return "<br>".join(map(str, paths))
    names = ", ".join(path.name for path in paths)
    (folder,) = folders
    return names if folder == PurePosixPath(".") else f"{folder}/<br>{names}"


if __name__ == "__main__":
    sys.stdout.write(page(sys.stdin.read(), sys.argv[1]))
