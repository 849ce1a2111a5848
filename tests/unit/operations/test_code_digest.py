"""Digests of a script's sources, and who may import whom in the package."""

import ast
import importlib.util
import re
import shutil
from modulefinder import ModuleFinder
from pathlib import Path

import pytest

from speechcodes.operations import code_digest

SCRIPTS = Path(__file__).parents[3] / "scripts"
PACKAGE = SCRIPTS / "speechcodes"
MODULES = sorted(path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py"))


def code_digest_of(folder):
    """The module `code_digest` of a copy of the package."""
    spec = importlib.util.spec_from_file_location(
        "copied_digest", folder / "speechcodes" / "operations" / "code_digest.py"
    )
    code_digest = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(code_digest)
    return code_digest


def digests(folder, code_digest=None):
    """The digest of every script of a copy, by the copy's own `code_digest`."""
    code_digest = code_digest or code_digest_of(folder)
    return {path.name: code_digest.digest(path) for path in sorted(folder.glob("*.py"))}


def edited(folder, module, code_digest=None):
    """Scripts whose digest changes with an edit of a module, which is undone."""
    before = digests(folder, code_digest)
    path = folder / "speechcodes" / module
    content = path.read_bytes()
    path.write_bytes(content + b"\n# edited\n")
    after = digests(folder, code_digest)
    path.write_bytes(content)
    return {name for name in before if before[name] != after[name]}


# --- an invented package ------------------------------------------------------

INVENTED = {
    "one.py": "from speechcodes import a\n",
    "two.py": "import speechcodes.b as other\n",
    "three.py": "def late():\n    from speechcodes.sub.d import something\n",
    "four.py": "from speechcodes.sub import d\nimport json\nimport a\n",
    "none.py": "import os, speechcodesque\n",
    "speechcodes/__init__.py": "",
    "speechcodes/a.py": "from speechcodes.b import name\n",
    "speechcodes/b.py": "from speechcodes import c\n",
    "speechcodes/c.py": "from speechcodes import b\n",
    "speechcodes/sub/__init__.py": "from speechcodes.sub import e\n",
    "speechcodes/sub/d.py": "",
    "speechcodes/sub/e.py": "",
    "speechcodes/sub/templates/page.html": "",
    "speechcodes/operations/__init__.py": "",
    "speechcodes/unused.py": "from speechcodes import a\n",
}


@pytest.fixture
def invented(tmp_path):
    for name, content in INVENTED.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    module = "operations/code_digest.py"
    shutil.copy(PACKAGE / module, tmp_path / "speechcodes" / module)
    return tmp_path


@pytest.mark.parametrize(
    ("module", "scripts"),
    [
        ("a.py", {"one.py"}),
        ("b.py", {"one.py", "two.py"}),
        ("c.py", {"one.py", "two.py"}),
        ("sub/d.py", {"three.py", "four.py"}),
        ("sub/e.py", {"three.py", "four.py"}),
        ("sub/__init__.py", {"three.py", "four.py"}),
        # Templates are part of the package that they lie in.
        ("sub/templates/page.html", {"three.py", "four.py"}),
        ("__init__.py", {"one.py", "two.py", "three.py", "four.py"}),
        ("unused.py", set()),
        ("operations/code_digest.py", set()),
    ],
)
def test_an_edit_changes_the_digests_of_those_who_import_it(invented, module, scripts):
    assert edited(invented, module) == scripts


@pytest.mark.parametrize(("edit", "alone"), [("a", True), ("b", False)])
def test_a_module_may_count_with_what_it_imports(invented, edit, alone):
    module, code_digest = invented / "speechcodes/a.py", code_digest_of(invented)
    before = [code_digest.digest(module, include=each) for each in (True, False)]
    with (invented / "speechcodes" / f"{edit}.py").open("a") as file:
        file.write("# edited\n")
    after = [code_digest.digest(module, include=each) for each in (True, False)]
    assert after[0] != before[0]
    assert (after[1] == before[1]) == alone


def test_neither_where_the_checkout_stands_nor_the_script_itself_matters(
    invented, tmp_path_factory
):
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "scripts"
    shutil.copytree(invented, elsewhere)
    with (elsewhere / "one.py").open("a") as file:
        file.write("# edited\n")
    assert digests(elsewhere) == digests(invented)


# --- the package itself -------------------------------------------------------


@pytest.fixture(scope="module")
def copied(tmp_path_factory):
    folder = tmp_path_factory.mktemp("copied") / "scripts"
    shutil.copytree(SCRIPTS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def found_by_python(script):
    """The package's modules that Python's own module finder sees a script import."""
    finder = ModuleFinder(path=[str(SCRIPTS)])
    finder.run_script(str(script))
    files = {Path(m.__file__) for m in finder.modules.values() if m.__file__}
    return {f.relative_to(PACKAGE) for f in files if f.is_relative_to(PACKAGE)}


def test_every_script_is_rerun_by_an_edit_of_what_it_imports_and_no_other(copied):
    imported = {path.name: found_by_python(path) for path in SCRIPTS.glob("*.py")}
    assert any(imported.values())
    # One for all: which modules import which is found once, what is in them anew.
    code_digest = code_digest_of(copied)
    found = digests(copied, code_digest).values()
    assert all(re.fullmatch("[0-9a-f]{16}", digest) for digest in found)
    for module in MODULES:
        users = {name for name, modules in imported.items() if module in modules}
        assert edited(copied, module, code_digest) == users, module


# --- who may import whom ------------------------------------------------------


def documented_order():
    """Place of each package and module in the order that the docstring gives."""
    text = ast.get_docstring(ast.parse((PACKAGE / "__init__.py").read_text()))
    rows = re.findall(r"^(\w[\w, ]*?)  +\w", text, flags=re.MULTILINE)
    return {
        name: place
        for place, row in enumerate(rows)
        for name in map(str.strip, row.split(","))
    }


ORDER = documented_order()


def test_a_cell_a_place_or_a_row_changes_the_digest_of_a_table():
    rows = [(f"utterance {i}", i / 7, ()) for i in range(9000)]
    changed = rows.copy()
    changed[8999] = ("utterance 8999", None, ())
    swapped = [rows[4096], *rows[1:4096], rows[0], *rows[4097:]]
    told = [rows, changed, swapped, rows[:-1], rows[1:], rows[:4096], []]
    assert len(set(map(code_digest.of_rows, told))) == len(told)
    assert code_digest.of_rows(iter(rows)) == code_digest.of_rows(rows)


def imported(module):
    """Dotted names of all that a module imports."""
    for node in ast.walk(ast.parse((PACKAGE / module).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "digests do not follow relative imports"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_every_module_has_a_place_in_the_documented_order():
    places = {module.parts[0].removesuffix(".py") for module in MODULES}
    assert places - {"__init__"} == set(ORDER)
    assert ORDER["storage"] < ORDER["corpus"] < ORDER["features"] < ORDER["experiment"]


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_a_module_imports_only_from_its_own_package_and_those_above(module):
    own = module.parts[0].removesuffix(".py")
    names = [name.split(".")[:2] for name in imported(module)]
    others = {name[1] for name in names if name[0] == PACKAGE.name} - {own}
    assert {other for other in others if ORDER[other] > ORDER.get(own, -1)} == set()
