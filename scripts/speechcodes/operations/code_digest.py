"""Digests of the source a script runs, so that an edit reruns what it changes."""

import ast
from collections.abc import Iterable
from functools import cache
from hashlib import blake2b
from itertools import islice
from pathlib import Path

PACKAGE = Path(__file__).parent.parent


def digest(path: str | Path, include: bool = False) -> str:
    """Return a digest, 16 hexadecimal digits, of the modules that a file imports.

    Imports are followed from module to module. What lies in folders of a package that
    are no packages themselves, templates for instance, counts as part of it. With
    `include`, the file itself counts, which must be a module of the package then; a
    script does not, since Snakemake watches it.
    """
    path = Path(path)
    files = modules(path)
    if include:
        files.add(path)
    content = blake2b(digest_size=8)
    for file in sorted(files.union(*map(_data, files))):
        content.update(f"{file.relative_to(PACKAGE)}:".encode())
        content.update(file.read_bytes())
    return content.hexdigest()


def of_values(values: object) -> str:
    """Return a digest of anything that repr() shows whole, as `digest` does."""
    return blake2b(repr(values).encode(), digest_size=8).hexdigest()


def of_rows(rows: Iterable[tuple]) -> str:
    """Return a digest of the rows of a table, as `of_values` does, in little memory.

    Values are shown column by column, which takes half the time.
    """
    rows, content = iter(rows), blake2b(digest_size=8)
    while some := list(islice(rows, 4096)):
        content.update(repr([*zip(*some, strict=True)]).encode())
    return content.hexdigest()


def modules(path: Path) -> set[Path]:
    """Return the package's files that a file imports, itself or by those."""
    found, waiting = set(), [path]
    while waiting:
        new = _imports(waiting.pop()) - found
        found |= new
        waiting.extend(new)
    return found


def _data(module):
    """The files that a package has beside its modules; none for a module."""
    if module.name != "__init__.py":
        return
    for folder in module.parent.iterdir():
        if folder.is_dir() and not (folder / "__init__.py").exists():
            yield from (
                file
                for file in folder.rglob("*")
                if file.is_file() and "__pycache__" not in file.parts
            )


@cache
def _imports(file):
    """The package's files that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"), file)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias.name for alias in node.names]
            if isinstance(node, ast.ImportFrom):
                names = [f"{node.module}.{name}" for name in names]
            for name in names:
                found.update(_files(name))
    return frozenset(found)


def _files(name):
    """The files that importing a dotted name runs: packages and the module."""
    package, *parts = name.split(".")
    if package != PACKAGE.name:
        return
    place = PACKAGE
    yield place / "__init__.py"
    for part in parts:
        place = place / part
        if (place / "__init__.py").is_file():
            yield place / "__init__.py"
        elif place.with_suffix(".py").is_file():
            yield place.with_suffix(".py")
