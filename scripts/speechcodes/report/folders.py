"""Folders that runs left: which have a report, and with what settings they were made.

Imported while the workflow is parsed, so that nothing here takes long to import.
"""

from pathlib import Path

import yaml

from speechcodes.errors import InputError

#: Segment variant of a corpus of feature tables.
TABLES = "tables"


def find(folder):
    """Return the folders of the runs that have a report, sorted.

    Parameters
    ----------
    folder : str or Path
        `results`.

    Raises
    ------
    InputError
        If there is nothing to compare.
    """
    runs = [path.parent for path in sorted(Path(folder).glob("*/report.html"))]
    configs = {run.name: config_of(run) for run in runs}
    variants = {name: segments_of(config) for name, config in configs.items()}
    if sum(map(len, variants.values())) < 2:
        found = [f"{run} ({', '.join(names)})" for run, names in variants.items()]
        raise InputError(
            f"{folder}/: a comparison needs the reports of two corpora, or of two "
            f"segment variants of one, but there is {' '.join(found) or 'none'}: run "
            "one more configuration to its end first"
        )
    return runs


def name_of(config, fold=None):
    """Return the name of a run's folder below `results`, `logs` and `benchmarks`.

    Parameters
    ----------
    config : dict
    fold : int or str, optional
        Another fold than the configuration's, if it has one.

    >>> name_of({"corpus": {"name": "demo"}, "splits": {"folds": 4, "fold": 2}})
    'demo-fold2'
    """
    fold = fold or config.get("splits", {}).get("fold")
    name = config["corpus"]["name"]
    return f"{name}-fold{fold}" if fold else name


def number_of_folds(folder, config):
    """Return how many folds a corpus has: as configured, else as those that ran had it.

    Parameters
    ----------
    folder : str or Path
        `results`.
    config : dict

    Raises
    ------
    InputError
        If neither tells, or runs tell of different numbers.
    """
    if folds := config.get("splits", {}).get("folds"):
        return folds
    name = config["corpus"]["name"]
    ran = sorted(Path(folder).glob(f"{name}-fold*/config.yaml"))
    told = {str(path.parent): config_of(path.parent)["splits"] for path in ran}
    found = {splits["folds"] for splits in told.values()}
    if len(found) == 1:
        return found.pop()
    runs = ", ".join(f"{run} is one of {s['folds']}" for run, s in told.items())
    raise InputError(
        f"{folder}/: to pool folds their number must be known, but splits.folds is not "
        f"set, and {runs or f'no run {name}-fold1 has ended'}: "
        + (
            "remove those of other numbers"
            if runs
            else "run every fold first, with --config splits='{folds: 4, fold: 1}' and "
            "so on"
        )
    )


def title_of(config):
    """Return what a run is called: its corpus and, if it is one of several, its fold.

    >>> title_of({"corpus": {"name": "demo"}, "splits": {"folds": 4, "fold": 2}})
    'demo, fold 2 of 4'
    """
    name, splits = config["corpus"]["name"], config.get("splits", {})
    if not splits.get("fold"):
        return name
    return f"{name}, fold {splits['fold']} of {splits['folds']}"


def config_of(folder):
    """Return the configuration that the run in a folder was made with."""
    return yaml.safe_load(Path(folder, "config.yaml").read_text(encoding="utf-8"))


def segments_of(config):
    """Return the names of a run's segment variants."""
    return list(config.get("segments") or [TABLES])
