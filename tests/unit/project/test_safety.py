"""Nothing that comes with a corpus is executed or unpickled."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
FILES = sorted((ROOT / "scripts").rglob("*.py"))
RULES = [ROOT / "Snakefile", *sorted((ROOT / "rules").glob("*.smk"))]

#: Modules that run code as they read data.
UNPICKLING = {"cloudpickle", "dill", "joblib", "marshal", "pickle", "shelve"}
#: Functions that run text or read pickles, by the last part of their name.
DANGEROUS = {"eval", "exec", "compile", "system", "popen", "read_pickle"}


def calls(tree):
    """Dotted names of all that is called, and the calls."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def faults(text):
    """What a file does that could run what others wrote."""
    tree = ast.parse(text)
    safe = {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        and [ast.unparse(base) for base in node.bases] == ["yaml.SafeLoader"]
    }
    # Or the same in C, where there is one.
    safe |= {
        ast.unparse(node.targets[0])
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and ast.unparse(node.value) == "getattr(yaml, 'CSafeLoader', yaml.SafeLoader)"
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module]
        else:
            continue
        yield from (n for n in names if n.partition(".")[0] in UNPICKLING)
    for name, call in calls(tree):
        keywords = {k.arg: ast.unparse(k.value) for k in call.keywords}
        module, _, last = name.rpartition(".")
        if last in DANGEROUS and (last != "compile" or not module):
            yield name
        if module == "yaml" and "load" in last and last != "safe_load":
            loaders = {ast.unparse(argument) for argument in call.args[1:]}
            if not loaders or not loaders <= safe:
                yield name
        if keywords.get("shell", "False") != "False":
            yield f"{name}(shell)"
        if keywords.get("allow_pickle", "False") != "False":
            yield f"{name}(allow_pickle)"
        if keywords.get("safe_mode", "True") != "True":
            yield f"{name}(safe_mode)"


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_no_script_and_no_module_runs_or_unpickles_what_it_reads(file):
    assert list(faults(file.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "text",
    [
        "import pickle",
        "from joblib import load",
        "import pandas as pd; pd.read_pickle(path)",
        "import yaml; yaml.load(text, yaml.Loader)",
        "import yaml; yaml.unsafe_load(text)",
        "np.load(path, allow_pickle=True)",
        "eval(cell)",
        "import os; os.system(f'rm {path}')",
        "subprocess.run(command, shell=True)",
        "keras.saving.load_model(path, safe_mode=False)",
    ],
)
def test_what_is_looked_for_is_found(text):
    assert list(faults(text)) != []


def test_no_rule_has_a_shell_command():
    # A script is given its inputs as they are: nothing needs quoting.
    for file in RULES:
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"^\s+(shell|run|wrapper|notebook):", text, re.MULTILINE)
        assert "shell(" not in text
