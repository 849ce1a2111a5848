"""Print config/README.md, a description of every key, from the schema.

python -m speechcodes.configuration.documentation config/schemas/config.schema.yaml
"""

import sys

from speechcodes.configuration.loading import load_schema
from speechcodes.configuration.validation import as_yaml, kind_of

_NOTES = """\
In a key, `NAME` is a name of your choice, and dots separate nested keys:
`demo.speakers` in the section `corpus` is written

```yaml
corpus:
  demo:
    speakers: 36
```

This page is made from `schemas/config.schema.yaml` by `make config/README.md`.
"""


def markdown(schema: dict) -> str:
    """Return a description of every key of a schema of `load_schema`, as Markdown."""
    lines = [f"# {schema['title']}", "", schema["description"], "", _NOTES]
    for name, section in schema["properties"].items():
        lines += [f"## {name}", "", section["description"], ""]
        lines += ["| key | value | default | what |", "| --- | --- | --- | --- |"]
        lines += [
            f"| `{key}` | {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"
            for key, *cells in _rows(section, "")
        ]
        lines.append("")
    return "\n".join(lines).rstrip("\n") + "\n"


def _rows(schema, prefix):
    """Yield the rows of the table: key, kind of value, default, description."""
    if "properties" in schema.get("items", {}):
        schema = schema["items"]
    children = dict(schema.get("properties", {}))
    if isinstance(schema.get("additionalProperties"), dict):
        children["NAME"] = schema["additionalProperties"]
    for name, child in children.items():
        default = "required" if name in schema.get("required", []) else ""
        # An empty mapping is filled with the defaults in the rows below it.
        if child.get("default", {}) != {}:
            default = f"`{as_yaml(child['default'])}`"
        description = " ".join(child.get("description", "").split())
        yield prefix + name, kind_of(child), default, description
        yield from _rows(child, f"{prefix}{name}.")


if __name__ == "__main__":
    sys.stdout.write(markdown(load_schema(sys.argv[1])))
