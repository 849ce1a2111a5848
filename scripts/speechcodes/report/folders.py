"""Folders of results: which have a report, and with what settings they were made.

Imported while the workflow is parsed, so that nothing here takes long to import.
"""

from pathlib import Path

import yaml

from speechcodes.errors import InputError

#: Segment variant of a corpus of feature tables.
TABLES = "tables"
#: Folders that stand directly below a corpus' results in earlier versions only.
_OF_EARLIER_VERSIONS = ("midterm", "predictions")


def find(folder: str | Path) -> list[Path]:
    """Return the folders of the corpora that have a report, sorted.

    Those that an earlier version left are passed over.

    Parameters
    ----------
    folder : str or Path
        `results`.

    Raises
    ------
    InputError
        If there is nothing to compare.
    """
    reports = sorted(Path(folder).glob("*/report.html"))
    runs = [r.parent for r in reports if not is_of_earlier_version(r.parent)]
    variants = {run.name: segments_of(config_of(run)) for run in runs}
    if sum(map(len, variants.values())) < 2:
        found = [f"{run} ({', '.join(names)})" for run, names in variants.items()]
        raise InputError(
            f"{folder}/: a comparison needs the reports of two corpora, or of two "
            f"segment variants of one, but there is {' '.join(found) or 'none'}: run "
            "one more configuration to its end first"
        )
    return runs


def check_version(folder: str | Path) -> None:
    """Raise InputError if an earlier version left results in a folder."""
    if is_of_earlier_version(folder):
        raise InputError(
            f"{folder} was made by an earlier version, which filed features by split: "
            "move it away, or give corpus.name another name"
        )


def is_of_earlier_version(folder: str | Path) -> bool:
    """Tell whether an earlier version left results in a folder, or folds beside it.

    Features and predictions then stood directly below the folder, and every fold was
    a folder of its own.

    Parameters
    ----------
    folder : str or Path
        `results/<corpus>`, which need not exist.
    """
    folder = Path(folder)
    fold = folder.with_name(f"{folder.name}-fold1")
    return any(
        (each / name).is_dir()
        for each in (folder, fold)
        for name in _OF_EARLIER_VERSIONS
    )


def folds_of(config: dict) -> list[int]:
    """Return the numbers of a run's folds, those of all repeats.

    Parameters
    ----------
    config : dict
        With all defaults.

    >>> folds_of({"splits": {"method": "folds", "folds": 3, "repeats": 2}})
    [1, 2, 3, 4, 5, 6]
    >>> folds_of({"splits": {"method": "study"}})
    [1]
    """
    splits = config.get("splits", {})
    if splits.get("method") != "folds":
        return [1]
    return list(range(1, 1 + splits["folds"] * splits.get("repeats", 1)))


def config_of(folder: str | Path) -> dict:
    """Return the configuration that the run in a folder was made with."""
    return yaml.safe_load(Path(folder, "config.yaml").read_text(encoding="utf-8"))


def segments_of(config: dict) -> list[str]:
    """Return the names of a run's segment variants."""
    return list(config.get("segments") or [TABLES])
