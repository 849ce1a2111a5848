"""What a run left in its folder, read for a page about it."""

import json
from pathlib import Path
from typing import NamedTuple

import h5py
import pandas as pd
import yaml

from speechcodes.names import need_autoencoders
from speechcodes.report.folders import segments_of, title_of
from speechcodes.storage.files import read_scores, read_table


class Statistics(NamedTuple):
    """Tables of one segment variant, as `statistics.comparison` wrote them."""

    intervals: pd.DataFrame
    chance: pd.DataFrame
    areas: pd.DataFrame
    conclusions: pd.DataFrame


class Results(NamedTuple):
    """What one run found.

    Attributes
    ----------
    folder : Path
        `results/<corpus>`.
    config : dict
        With all defaults.
    utterances, rejected, confounds : pd.DataFrame
        `utterances.csv`, `rejected_counts.csv` and `confounds.csv`.
    segments, durations, repeats : pd.DataFrame or None
        `segments.csv`, `durations.csv` and `repeats.csv`, where there is audio.
    statistics : dict of str to Statistics
        By segment variant.
    autoencoders : dict of str to pd.DataFrame
        Metrics of every autoencoder, by segment variant; empty without codes.
    choices : dict of str to dict
        Metrics of the autoencoder chosen, by segment variant.
    criteria : dict of str to pd.DataFrame
        `criteria.csv`, by segment variant; empty without trials.
    """

    folder: Path
    config: dict
    utterances: pd.DataFrame
    rejected: pd.DataFrame
    confounds: pd.DataFrame
    segments: pd.DataFrame | None
    durations: pd.DataFrame | None
    repeats: pd.DataFrame | None
    statistics: dict
    autoencoders: dict
    choices: dict
    criteria: dict

    @property
    def corpus(self):
        """Name of the corpus, and of its fold where the run is one."""
        return title_of(self.config)

    @property
    def metric(self):
        """Name of the metric to quote."""
        return self.config["statistics"]["metric"]


def read(folder, config, metrics=()):
    """Return the `Results` of a finished run.

    Parameters
    ----------
    folder : str or Path
        `results/<corpus>`.
    config : dict
        That of the run.
    metrics : iterable of str
        Files with the metrics of the run's autoencoders: in the folder there may be
        others, of an earlier configuration.
    """
    folder, has_audio = Path(folder), bool(config.get("segments"))
    has_codes = has_audio and need_autoencoders(config["experiment"]["feature_sets"])
    choices = {
        segment: yaml.safe_load(
            (folder / "autoencoders" / segment / "choice.yaml").read_text("utf-8")
        )
        for segment in (segments_of(config) if has_codes else [])
    }
    return Results(
        folder,
        config,
        utterances=read_table(folder / "utterances.csv"),
        rejected=read_scores(folder / "rejected_counts.csv"),
        confounds=read_scores(folder / "confounds.csv"),
        segments=read_scores(folder / "segments.csv") if has_audio else None,
        durations=pd.read_csv(folder / "durations.csv") if has_audio else None,
        repeats=read_table(folder / "repeats.csv") if has_audio else None,
        statistics={
            segment: _statistics(folder / "statistics" / segment)
            for segment in segments_of(config)
        },
        autoencoders={
            segment: _autoencoders(metrics, segment, choice["name"])
            for segment, choice in choices.items()
        },
        choices=choices,
        criteria={
            segment: pd.read_csv(folder / "autoencoders" / segment / "criteria.csv")
            for segment in choices
            if _has_trials(config)
        },
    )


def versions(paths):
    """Return which versions of which libraries made some HDF5 files.

    Parameters
    ----------
    paths : iterable of str
        Those that end otherwise than in .h5 are left out.

    Returns
    -------
    dict of str to str
        Library to its version, or to several joined by commas.
    """
    found = {}
    for path in paths:
        if Path(path).suffix != ".h5":
            continue
        with h5py.File(path, "r", locking=False) as file:
            for name, version in json.loads(file.attrs["versions"]).items():
                found.setdefault(name, set()).add(version)
    return {
        name: ", ".join(sorted(found[name])) for name in sorted(found, key=str.lower)
    }


def _has_trials(config):
    """Tell whether codes of all autoencoders were tried."""
    return bool(config["autoencoders"].get("trial", {}).get("percentages"))


def _statistics(folder):
    return Statistics(
        intervals=read_scores(folder / "intervals.csv"),
        chance=read_scores(folder / "chance.csv"),
        areas=read_scores(folder / "areas.csv"),
        conclusions=read_table(folder / "conclusions.csv"),
    )


def _autoencoders(metrics, segment, chosen):
    """Metrics of the autoencoders of one segment variant, the one chosen marked."""
    paths = [path for path in map(Path, metrics) if path.parts[-3] == segment]
    table = pd.DataFrame([json.loads(path.read_text("utf-8")) for path in paths])
    if paths:
        table["chosen"] = table["name"].eq(chosen).map({True: "yes", False: ""})
    return table
