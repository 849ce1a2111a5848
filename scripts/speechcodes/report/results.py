"""What a run left in its folder, read for the pages about it."""

import json
from pathlib import Path
from typing import NamedTuple

import h5py
import pandas as pd
import yaml

from speechcodes.names import need_autoencoders, need_unlabelled
from speechcodes.records import ROLES, Utterance
from speechcodes.report.folders import folds_of, segments_of
from speechcodes.storage.files import read_scores, read_table

#: The label of the rows of `Results.roles` that count all classes.
ALL = ""


class Statistics(NamedTuple):
    """Tables of one segment variant, over all folds."""

    intervals: pd.DataFrame
    chance: pd.DataFrame
    areas: pd.DataFrame
    ranking: pd.DataFrame
    conclusions: pd.DataFrame
    forecast: pd.DataFrame
    back_test: pd.DataFrame
    speakers: pd.DataFrame
    #: Where groups are asked for, and where something has no label.
    groups: pd.DataFrame | None = None
    next_to_label: pd.DataFrame | None = None

    @property
    def main(self) -> pd.DataFrame:
        """The intervals of the unit that feature sets are compared on."""
        return self.intervals[self.intervals["main"]]

    def ranked(self, metric: str) -> pd.DataFrame:
        """Return the rows of `ranking` of one metric, the highest score first."""
        return self.ranking[self.ranking["metric"] == metric].reset_index(drop=True)

    def best(self, metric: str) -> pd.Series:
        """Return the row of `ranking` with the highest score."""
        return self.ranked(metric).iloc[0]

    def same(self, table: str, row: pd.Series, by: str = "percentage") -> pd.DataFrame:
        """Return the rows of a table that are of a row's set, classifier and metric.

        Of the main unit, sorted by a column.
        """
        rows = getattr(self, table)
        for key in ("feature_set", "classifier", "metric"):
            rows = rows[rows[key] == row[key]]
        if "main" in rows:
            rows = rows[rows["main"]]
        return rows.sort_values(by)

    def chance_of(self, row: pd.Series) -> pd.Series:
        """Return the level of chance at the percentage of a row of `ranking`."""
        return self.same("chance", row).iloc[-1]


class Results(NamedTuple):
    """What one run found.

    Attributes
    ----------
    folder : Path
        `results/<corpus>`.
    config : dict
        With all defaults.
    utterances : pd.DataFrame
        `utterances.csv`, with `Utterance.voice` as one more column.
    roles : pd.DataFrame
        Columns fold, role, label, utterances, voices and parts (names, joined by a
        space): what has each role, per class and, with the label `ALL`, in total. The
        role unlabelled is left out where nothing learns without labels.
    rejected, confounds, confusions : pd.DataFrame
        `rejected_counts.csv`, `confounds.csv` and `confusions.csv`.
    segments, duplicates : pd.DataFrame or None
        `segments.csv` and `duplicates.csv`, where there is audio.
    statistics : dict of str to Statistics
        By segment variant.
    autoencoders : dict of str to pd.DataFrame
        Column fold and the metrics of every autoencoder, by segment variant; column
        chosen is true for those that codes are made with. Empty without codes.
    choices : dict of str to pd.DataFrame
        Column fold and the metrics of the autoencoder chosen there, by segment variant.
    criteria : dict of str to pd.DataFrame
        Column fold and those of `criteria.csv`, by segment variant; empty without
        trials.
    rungs : dict of str to pd.DataFrame
        Columns fold and rung and those of `kept.csv`, by segment variant; empty without
        a search.
    labelled : pd.DataFrame or None
        `labelled.csv`, where a whole run labels what has no label.
    """

    folder: Path
    config: dict
    utterances: pd.DataFrame
    roles: pd.DataFrame
    rejected: pd.DataFrame
    confounds: pd.DataFrame
    confusions: pd.DataFrame
    segments: pd.DataFrame | None
    duplicates: pd.DataFrame | None
    statistics: dict
    autoencoders: dict
    choices: dict
    criteria: dict
    rungs: dict
    labelled: pd.DataFrame | None = None

    @property
    def corpus(self) -> str:
        """Name of the corpus."""
        return self.config["corpus"]["name"]

    @property
    def classes(self) -> list[str]:
        """The corpus' classes, in their order."""
        return list(self.config["corpus"]["classes"])

    @property
    def metric(self) -> str:
        """Name of the metric to quote."""
        return self.config["statistics"]["metric"]

    @property
    def is_study(self) -> bool:
        """Whether labels were drawn and classifiers set up as the study did."""
        return self.config["experiment"]["protocol"] == "study"

    @property
    def has_limits(self) -> bool:
        """Whether the division limits how much of a class a speaker may give."""
        return self.config.get("splits", {}).get("method") in ("balanced", "study")

    @property
    def folds(self) -> list[int]:
        """Numbers of the folds, those of all repeats."""
        return folds_of(self.config)


def read(folder: str | Path, config: dict, files=()) -> Results:
    """Return the `Results` of a finished run.

    Parameters
    ----------
    folder : str or Path
        `results/<corpus>`.
    config : dict
        That of the run, with all defaults.
    files : iterable of str
        Those that not every run has: the metrics of its autoencoders, which of them a
        search left, groups, what to label next, what was labelled. In the folder there
        may be others, of an earlier configuration.
    """
    folder, has_audio = Path(folder), bool(config.get("segments"))
    files = set(map(Path, files))
    metrics, kept = (
        sorted(path for path in files if path.name == name)
        for name in ("metrics.json", "kept.csv")
    )
    labelled = folder / "labelled.csv"
    sets = config["experiment"]["feature_sets"]
    has_codes = has_audio and need_autoencoders(sets)
    learns = has_audio and need_unlabelled(sets)
    folds, coded = folds_of(config), segments_of(config) if has_codes else []
    has_trials = has_codes and config["autoencoders"].get("trial", {}).get(
        "percentages"
    )
    choices = {
        segment: pd.DataFrame(
            {"fold": fold, **yaml.safe_load(path.read_text("utf-8"))}
            for fold, path in _of_folds(folder, folds, segment, "choice.yaml")
        )
        for segment in coded
    }
    return Results(
        folder,
        config,
        utterances=_with_voices(read_table(folder / "utterances.csv")),
        roles=_count_roles(
            folder,
            folds,
            ROLES if learns else ("training", "test"),
            config["corpus"]["classes"],
        ),
        rejected=read_scores(folder / "rejected_counts.csv"),
        confounds=read_scores(folder / "confounds.csv"),
        confusions=read_scores(folder / "confusions.csv"),
        segments=read_scores(folder / "segments.csv") if has_audio else None,
        duplicates=read_table(folder / "duplicates.csv") if has_audio else None,
        statistics={
            segment: _statistics(folder / "statistics" / segment, files)
            for segment in segments_of(config)
        },
        autoencoders={
            segment: _autoencoders(metrics, segment, choice)
            for segment, choice in choices.items()
        },
        choices=choices,
        criteria={
            segment: pd.concat(
                pd.read_csv(path).assign(fold=fold)
                for fold, path in _of_folds(folder, folds, segment, "criteria.csv")
            )
            for segment in (coded if has_trials else [])
        },
        rungs={
            segment: _rungs(of_variant)
            for segment in coded
            if (of_variant := list(_about(kept, segment)))
        },
        labelled=read_table(labelled) if labelled in files else None,
    )


def is_used(results: Results, *roles: str) -> pd.Series:
    """Tell of each utterance whether its part has one of some roles in any fold."""
    chosen = results.roles[results.roles["role"].isin(roles)]
    return results.utterances["part"].isin(" ".join(chosen["parts"]).split())


def versions(paths) -> dict[str, str]:
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


def _of_folds(folder, folds, segment, name):
    """Each fold and its file about the autoencoders of one segment variant."""
    return [
        (fold, folder / f"fold{fold}" / "autoencoders" / segment / name)
        for fold in folds
    ]


def _with_voices(utterances):
    known = utterances[["utterance", "speaker", "session"]].itertuples(index=False)
    voices = [Utterance(name, "", *who, label="").voice for name, *who in known]
    return utterances.assign(voice=voices)


def _count_roles(folder, folds, roles, classes):
    rows = []
    for fold in folds:
        for role in roles:
            table = read_table(folder / f"fold{fold}" / "roles" / f"{role}.csv")
            for label in (*classes, ALL):
                chosen = table[table["label"].eq(label) | (label == ALL)]
                parts = " ".join(sorted(chosen["part"].unique()))
                counts = (len(chosen), chosen["voice"].nunique(), parts)
                rows.append((fold, role, label, *counts))
    columns = ["fold", "role", "label", "utterances", "voices", "parts"]
    return pd.DataFrame(rows, columns=columns)


def _statistics(folder, files):
    paths = {name: folder / f"{name}.csv" for name in Statistics._fields}
    tables = {
        name: read_scores(path)
        for name, path in paths.items()
        if path in files or name not in Statistics._field_defaults
    }
    # Percentages are text such as 5-20, even where they all look like numbers.
    columns = ["percentages", "baseline_percentages"]
    text = read_table(folder / "conclusions.csv")[columns]
    return Statistics(**tables | {"conclusions": tables["conclusions"].assign(**text)})


def _autoencoders(metrics, segment, choice):
    """Metrics of the autoencoders of one segment variant, those chosen marked."""
    chosen = dict(zip(choice["fold"], choice["name"], strict=True))
    rows = []
    for path, fold, _ in _about(metrics, segment):
        found = json.loads(path.read_text("utf-8"))
        is_chosen = found["name"] == chosen[fold]
        rows.append({"fold": fold, "chosen": is_chosen, **found})
    return pd.DataFrame(rows)


def _rungs(found):
    """The tables of all rungs of one segment variant, of `_about`, as one."""
    return pd.concat(
        pd.read_csv(path).assign(fold=fold, rung=int(rung.removeprefix("rung")))
        for path, fold, rung in found
    ).sort_values(["fold", "rung"], kind="stable", ignore_index=True)


def _about(paths, segment):
    """Those about autoencoders of one segment variant, with their folds and folders."""
    for path in paths:
        fold, _, of, name, _ = path.parts[-5:]
        if of == segment:
            yield path, int(fold.removeprefix("fold")), name
