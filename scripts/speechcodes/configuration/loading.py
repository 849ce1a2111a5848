"""Read the configuration as the user gave it, and complete it."""

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

import yaml

from speechcodes import names
from speechcodes.configuration import checks
from speechcodes.configuration.validation import validate
from speechcodes.corpus.readers.registry import READERS
from speechcodes.errors import InputError

#: What a schema names as `<word>`: the entries of the registries.
VOCABULARIES = {
    "readers": list(READERS),
    "readers_with_path": [name for name, r in READERS.items() if r.needs_path],
    "readers_without_labels": [n for n, r in READERS.items() if not r.takes_labels],
    "readers_without_rating": [n for n, r in READERS.items() if not r.takes_rating],
    "feature_sets": list(names.FEATURE_SETS),
    "classifiers": list(names.CLASSIFIERS),
    "metrics": list(names.METRICS),
    "criteria": list(names.CRITERIA),
}


def read_configuration(
    config: dict, configfiles: Iterable, overwrite: Mapping, folder: str | Path
) -> tuple[dict, dict]:
    """Validate the configuration, complete it in place, and read the architectures.

    Snakemake has read it from `configfiles`; `overwrite` is what was given by
    `--config`, and `folder` the workflow's, with the architectures and the schemas.

    Returns
    -------
    architectures : dict of str to dict
        Name to layers.
    autoencoders : dict of str to dict
        Segment variant to name to `grid.Configuration`; empty for feature tables.

    Raises
    ------
    InputError
        If a file cannot be read, or a setting is wrong or contradicts another.
    """
    for path in configfiles:
        # Snakemake has read it, but does not tell of keys that stand twice.
        if Path(path).suffix != ".json":
            load(path)
    merge(config, typed(overwrite))
    schemas = Path(folder, "schemas")
    complete(config, load_schema(schemas / "config.schema.yaml"))
    architectures = load(Path(folder, "architectures.yaml"))
    schema = load_schema(schemas / "architectures.schema.yaml")
    validate(architectures, schema, "architectures")
    return architectures, checks.check(config, architectures)


def complete(config: dict, schema: dict) -> None:
    """Validate a configuration, and set everything that the user left out, in place.

    Raises InputError if a key or a value is not as the schema wants it, or the protocol
    or a segment variant does not allow it.
    """
    validate(config, schema, "config")
    checks.set_protocol(config["experiment"], schema)
    checks.set_spectrograms(config, schema)
    checks.set_references(config)
    checks.set_primary(config)


class _Loader(yaml.SafeLoader):
    """YAML in which no key occurs twice: the last would win, and nothing be said."""

    def compose_mapping_node(self, anchor):
        node = super().compose_mapping_node(anchor)
        seen = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                raise yaml.MarkedYAMLError(
                    problem=f"the key {key.value!r} occurs twice",
                    problem_mark=key.start_mark,
                )
            seen.add(key.value if isinstance(key, yaml.ScalarNode) else key)
        return node


def load(path: str | Path):
    """Return the content of a YAML file.

    Raises InputError if it is not UTF-8, not YAML, or has a key twice.
    """
    try:
        return yaml.load(Path(path).read_text(encoding="utf-8"), _Loader)
    except UnicodeDecodeError as error:
        raise InputError(f"{path} must be UTF-8, but is not: {error}") from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1
        raise InputError(f"{path}, line {line}: {error.problem}") from None
    except yaml.YAMLError as error:
        raise InputError(
            f"{path} is not valid YAML: {' '.join(str(error).split())}"
        ) from None


def load_schema(path: str | Path) -> dict:
    """Return a schema, with the vocabularies that it names filled in.

    `enum: <classifiers>` becomes the list of all classifiers, `default: <classifiers>`
    a mapping with an empty entry for each, and `<classifiers>` in a description their
    names.
    """
    # Several times as fast, where it is there; every plan and every job waits for it.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = Path(path).read_text(encoding="utf-8")
    return _with_vocabularies(yaml.load(text, loader))


def _with_vocabularies(part, key=None):
    if isinstance(part, dict):
        return {key: _with_vocabularies(value, key) for key, value in part.items()}
    if isinstance(part, list):
        return [_with_vocabularies(value) for value in part]
    if not isinstance(part, str):
        return part
    if key in ("enum", "default") and part[1:-1] in VOCABULARIES:
        words = VOCABULARIES[part[1:-1]]
        return words if key == "enum" else {word: {} for word in words}
    return re.sub(
        "<(" + "|".join(VOCABULARIES) + ")>",
        lambda match: ", ".join(f"`{word}`" for word in VOCABULARIES[match[1]]),
        part,
    )


def typed(value):
    """Return what `--config` gave, with text turned into what a file would have.

    Inside of mappings and lists, Snakemake leaves numbers, truth values and null as
    text.

    >>> typed({"folds": "2", "method": "balanced"})
    {'folds': 2, 'method': 'balanced'}
    """
    if isinstance(value, Mapping):
        return {key: typed(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [typed(inner) for inner in value]
    if not isinstance(value, str):
        return value
    loader = yaml.SafeLoader("")
    tag = loader.resolve(yaml.ScalarNode, value, (True, False))
    with suppress(yaml.YAMLError, ValueError):
        return loader.construct_object(yaml.ScalarNode(tag, value))
    return value


def merge(config: dict, changes: Mapping) -> None:
    """Set the values of nested mappings in others, in place.

    >>> config = {"splits": {"folds": 4, "seed": 1}}
    >>> merge(config, {"splits": {"folds": 5}})
    >>> config
    {'splits': {'folds': 5, 'seed': 1}}
    """
    for key, value in changes.items():
        if isinstance(value, Mapping) and isinstance(config.get(key), dict):
            merge(config[key], value)
        else:
            config[key] = value
