"""Curves that others published, to lay beside those of a run."""

import json
from pathlib import Path

import pandas as pd

from speechcodes.errors import InputError


def read_curve(path: str | Path) -> pd.DataFrame:
    """Read a published learning curve: columns percentage, and one per feature set.

    The file is JSON with `percent` and one or more `SET_published`, lists of equal
    length.

    Raises
    ------
    InputError
        If the file is no such JSON.
    """
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"))
        curves = {
            key.removesuffix("_published"): values
            for key, values in content.items()
            if key.endswith("_published")
        }
        table = pd.DataFrame({"percentage": content["percent"], **curves})
    except (ValueError, KeyError, AttributeError, OSError) as error:
        raise InputError(
            f"{path} is no published curve: it must be JSON with percent and "
            f"SET_published, lists of equal length ({error!r})"
        ) from None
    if not curves:
        raise InputError(f"{path} has no list whose name ends with _published")
    return table
