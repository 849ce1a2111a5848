"""Examples in docstrings show what they say."""

import doctest
import importlib

import pytest
from projects import ROOT

SCRIPTS = ROOT / "scripts"
MODULES = [
    ".".join(path.relative_to(SCRIPTS).with_suffix("").parts)
    for path in sorted((SCRIPTS / "speechcodes").rglob("*.py"))
    if ">>>" in path.read_text(encoding="utf-8")
]


@pytest.mark.parametrize("name", MODULES)
def test_examples_are_right(name):
    found = doctest.testmod(importlib.import_module(name))
    assert found.attempted and not found.failed
