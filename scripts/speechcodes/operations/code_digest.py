"""Digests of the source a script runs, so that an edit reruns what it changes."""

import ast
from functools import cache
from hashlib import blake2b
from itertools import chain
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
    modules = set()
    waiting = [PACKAGE / path.relative_to(PACKAGE)] if include else [*_imports(path)]
    while waiting:
        module = waiting.pop()
        if module not in modules:
            modules.add(module)
            waiting.extend(_imports(module))
    content = blake2b(digest_size=8)
    for file in sorted({*modules, *chain.from_iterable(map(_data, modules))}):
        content.update(f"{file.relative_to(PACKAGE)}:".encode())
        content.update(file.read_bytes())
    return content.hexdigest()


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
