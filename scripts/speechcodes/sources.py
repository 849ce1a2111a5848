"""Digests of the source a script runs, so that an edit reruns what it changes."""

import ast
from functools import cache
from hashlib import blake2b
from pathlib import Path

PACKAGE = Path(__file__).parent


def digest(script):
    """Return a digest of the package's modules that a script imports.

    Imports are followed from module to module; the script itself is left out,
    since Snakemake watches it.

    Parameters
    ----------
    script : str or Path

    Returns
    -------
    digest : str
        16 hexadecimal digits.
    """
    modules, waiting = set(), list(_imports(Path(script)))
    while waiting:
        module = waiting.pop()
        if module not in modules:
            modules.add(module)
            waiting.extend(_imports(module))
    content = blake2b(digest_size=8)
    for module in sorted(modules):
        content.update(f"{module.relative_to(PACKAGE)}:".encode())
        content.update(module.read_bytes())
    return content.hexdigest()


@cache
def _imports(file):
    """The package's files that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"), file)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module]
            names += [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
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
