"""Small configurations to change, and what is said of those that are refused."""

import pytest
import yaml
from projects import ROOT

from speechcodes.configuration import checks, loading
from speechcodes.errors import InputError

CONFIG = ROOT / "config"
SCHEMA = loading.load_schema(CONFIG / "schemas" / "config.schema.yaml")
ARCHITECTURES = yaml.safe_load((CONFIG / "architectures.yaml").read_text())
#: The configurations that come with the project.
FILES = sorted(p.name for p in CONFIG.glob("*.yaml") if p.name != "architectures.yaml")
#: The least that a configuration must say, of the demo, of a corpus on disk, of one's
#: own table, and of feature tables.
REST = """
segments:
  30k: {samples: 30000}
autoencoders:
  configurations:
    - {architecture: study1, latent: 64}
"""
DEMO = "corpus: {name: demo, reader: demo, demo: {}}" + REST
RAVDESS = "corpus: {name: r, reader: ravdess, path: /none, labels: {sad: negative}}"
RAVDESS += REST
TABLE = "corpus: {name: t, reader: table, path: /none.csv}" + REST
TABLES = "corpus: {name: t, reader: feature_tables, path: /none.h5}"
#: One division, in place of folds.
BALANCED = """
method: balanced
sizes: {training: 10, unlabelled: all, test: 10}
"""


def read(text):
    """Return a complete configuration, and its autoencoders."""
    return completed(yaml.safe_load(text))


def completed(config):
    """Do with a configuration what the workflow does, in place."""
    loading.complete(config, SCHEMA)
    return config, checks.check(config, ARCHITECTURES)


def changed(text, key, value=...):
    """Return a configuration with one key set to YAML, or left out."""
    config = yaml.safe_load(text)
    *path, last = [int(part) if part.isdigit() else part for part in key.split("/")]
    place = config
    for part in path:
        place = place[part] if isinstance(place, list) else place.setdefault(part, {})
    if value is ...:
        del place[last]
    else:
        place[last] = yaml.safe_load(value)
    return yaml.safe_dump(config)


def refused(text):
    """Return the message that a configuration is refused with: one line."""
    with pytest.raises(InputError) as error:
        read(text)
    message = str(error.value)
    assert "\n" not in message
    return message


def keys(schema, path=()):
    """Return the path and the schema of every key, outer ones too."""
    schema = schema["items"] if "properties" in schema.get("items", {}) else schema
    children = dict(schema.get("properties", {}))
    if isinstance(schema.get("additionalProperties"), dict):
        children["NAME"] = schema["additionalProperties"]
    for name, child in children.items():
        yield (*path, name), child
        yield from keys(child, (*path, name))
