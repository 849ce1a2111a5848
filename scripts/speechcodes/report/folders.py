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


def config_of(folder):
    """Return the configuration that the run in a folder was made with."""
    return yaml.safe_load(Path(folder, "config.yaml").read_text(encoding="utf-8"))


def segments_of(config):
    """Return the names of a run's segment variants."""
    return list(config.get("segments") or [TABLES])
