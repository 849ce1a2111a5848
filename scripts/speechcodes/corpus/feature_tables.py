"""Tables of features that other tools made: a whole corpus of them, or single sets."""

import csv
from pathlib import Path

import numpy as np

from speechcodes.errors import InputError
from speechcodes.records import LABELS, Rejected

#: The set of a corpus of tables whose rows are the utterances, one each.
UTTERANCE_SET = "midterm"


def read(path):
    """Read a feature set of the user's own, one or several rows per utterance.

    Parameters
    ----------
    path : str
        HDF5 with the datasets `utterance` (rows,), text, and `features` (rows,
        dimensions); or CSV with a column `utterance` and numbers in all others.

    Returns
    -------
    features : np.ndarray, shape (rows, dimensions), float64
    utterance : np.ndarray of str, shape (rows,)

    Raises
    ------
    InputError
        If there is no such file, a dataset or column lacks, shapes do not fit, or
        a value is not a finite number.
    """
    path = str(path)
    if not Path(path).is_file():
        raise InputError(f"there is no feature table {path!r}")
    is_csv = path.lower().endswith(".csv")
    features, utterance = _read_csv(path) if is_csv else _read_hdf5(path)
    _check_finite(features, path)
    return features, utterance


def _read_csv(path):
    import pandas as pd

    try:
        table = pd.read_csv(
            path, dtype=str, keep_default_na=False, encoding="utf-8-sig"
        )
    except ValueError as error:  # Empty, not UTF-8, or a row with too many cells.
        raise InputError(f"{path} is no CSV: {str(error).strip()}") from None
    if not isinstance(table.index, pd.RangeIndex):
        raise InputError(f"{path}: rows have more cells than there are columns")
    if "utterance" not in table or len(table.columns) < 2 or table.empty:
        raise InputError(
            f"{path}: a feature table has rows, a column named utterance and one or "
            f"more columns of numbers; this one has {len(table)} rows of "
            f"{', '.join(table.columns)}"
        )
    values = table.drop(columns="utterance")
    numbers = values.apply(pd.to_numeric, errors="coerce")
    # Neither text nor an empty cell is a number, and both are nan by now.
    wrong = np.argwhere(numbers.isna().to_numpy())
    if len(wrong):
        row, column = wrong[0]
        raise InputError(
            f"{path}, line {_line(path, row)}, column {values.columns[column]}: "
            f"{values.iat[row, column]!r} is no number"
        )
    return numbers.to_numpy(float), table["utterance"].to_numpy(object)


def _line(path, row):
    """The line that a row begins in: empty ones are skipped, and rows may have two."""
    with open(path, encoding="utf-8-sig", newline="") as file:
        lines, first, left = csv.reader(file), 1, row + 2  # the header is one of them
        for cells in lines:
            left -= len(cells) > 1 or "".join(cells).strip() != ""
            if not left:
                return first
            first = lines.line_num + 1


def _read_hdf5(path):
    with _open(path) as file:
        features = _numbers(file, "features", path)
        utterance = _text(_dataset(file, "utterance", path))
    if features.ndim != 2 or not features.size or utterance.shape != features.shape[:1]:
        raise InputError(
            f"{path}: features have the shape {features.shape} and utterance "
            f"{utterance.shape}; they must be (rows, dimensions) and (rows,)"
        )
    return features, utterance


def read_of_corpus(path, split, name):
    """Read one feature set of one split from a corpus of feature tables.

    The file has, for the splits training and test and each set, the datasets
    `SPLIT/SET/features` (rows, dimensions) and `SPLIT/SET/label` (rows,), 0 negative,
    1 neutral, 2 positive. A row of the set midterm is an utterance; rows of other
    sets have their utterance's row there in `SPLIT/SET/utterance_row` (rows,), where
    that is known.

    Returns
    -------
    features : np.ndarray, shape (rows, dimensions), float64
    utterance : np.ndarray of str, shape (rows,), or None
        None where utterances are unknown.
    labels : np.ndarray, shape (rows,), int

    Raises
    ------
    InputError
        If there is no such file or dataset, or its content does not fit.
    """
    with _open(path) as file:
        group = f"{split}/{name}"
        features = _numbers(file, f"{group}/features", path)
        labels = _labels(file, group, path)
        names = _utterances(file, split, path)
        of_utterances = _labels(file, f"{split}/{UTTERANCE_SET}", path)
        rows = np.arange(len(labels)) if name == UTTERANCE_SET else None
        if f"{group}/utterance_row" in file:
            rows = file[f"{group}/utterance_row"][:]
    if features.ndim != 2 or len(features) != len(labels):
        raise InputError(
            f"{path}: {group}/features has the shape {features.shape}; it must be "
            f"({len(labels)}, dimensions), as there are {len(labels)} labels"
        )
    _check_finite(features, f"{path}, {group}/features")
    if rows is None:
        return features, None, labels
    if rows.shape != labels.shape or not np.isin(rows, range(len(names))).all():
        raise InputError(
            f"{path}: {group}/utterance_row must give one of the {len(names)} rows of "
            f"{split}/{UTTERANCE_SET} for each of the {len(labels)} rows"
        )
    rows = rows.astype(int)
    wrong = np.flatnonzero(labels != of_utterances[rows])
    if len(wrong):
        raise InputError(
            f"{path}: row {wrong[0]} of {group} has the label {labels[wrong[0]]}, but "
            f"its utterance, row {rows[wrong[0]]} of {split}/{UTTERANCE_SET}, "
            f"{of_utterances[rows[wrong[0]]]}"
        )
    return features, names[rows], labels


def utterances_of_corpus(path, split):
    """Return ids, speakers and labels of one split's utterances.

    `SPLIT/midterm/utterance` and `SPLIT/midterm/speaker` give ids and speakers, where
    they are there; otherwise ids are made from split and row, and speakers are "".

    Returns
    -------
    utterance, speaker : np.ndarray of str, shape (n,)
    label : np.ndarray of int, shape (n,)
    """
    with _open(path) as file:
        names = _utterances(file, split, path)
        labels = _labels(file, f"{split}/{UTTERANCE_SET}", path)
        speaker = f"{split}/{UTTERANCE_SET}/speaker"
        speakers = np.full(len(names), "", object)
        if speaker in file:
            speakers = _text(file[speaker])
    for what, values in [("utterance", names), ("speaker", speakers)]:
        if values.shape != labels.shape:
            raise InputError(
                f"{path}: {split}/{UTTERANCE_SET}/{what} has the shape {values.shape}, "
                f"but there are {len(labels)} labels"
            )
    return names, speakers, labels


def lacking(utterances, path):
    """Return the labelled utterances that a user's table has no row of.

    Parameters
    ----------
    utterances : pd.DataFrame
        `utterances.csv`, as text.
    path : str
        See `read`.

    Returns
    -------
    list of Rejected
    """
    there = set(read(path)[1])
    labelled = utterances[utterances["split"].isin(["training", "test"])]
    detail = f"{path} has no row of it"
    return [
        Rejected(row.utterance, row.path, "no_features", detail)
        for row in labelled.itertuples()
        if row.utterance not in there
    ]


def _utterances(file, split, path):
    """Ids of a split's utterances, in the order of rows."""
    dataset = f"{split}/{UTTERANCE_SET}/utterance"
    if dataset in file:
        return _text(file[dataset])
    n = len(_dataset(file, f"{split}/{UTTERANCE_SET}/label", path))
    # Zeros in front, so that the order of ids is the order of rows.
    return np.array([f"{split}_{row:0{len(str(n))}d}" for row in range(n)], object)


def _labels(file, group, path):
    labels = _dataset(file, f"{group}/label", path)[()]
    if not labels.size:
        raise InputError(f"{path}: {group}/label is empty")
    if labels.ndim != 1 or not np.isin(labels, range(len(LABELS))).all():
        wrong = np.setdiff1d(labels, range(len(LABELS)))
        raise InputError(
            f"{path}: {group}/label holds {wrong[:1].tolist()}; labels are "
            "0 (negative), 1 (neutral) and 2 (positive), one per row"
        )
    return labels.astype(int)


def _open(path):
    # Not needed, and slow to import, while a workflow of audio files is parsed.
    import h5py

    if not Path(path).is_file():
        raise InputError(f"there is no feature table {str(path)!r}")
    try:
        return h5py.File(path, "r", locking=False)
    except OSError:
        raise InputError(f"{path} is no HDF5 file") from None


def _dataset(file, name, path):
    import h5py

    if not isinstance(file.get(name), h5py.Dataset):
        raise InputError(f"{path} has no dataset {name}; see config/README.md")
    return file[name]


def _numbers(file, name, path):
    dataset = _dataset(file, name, path)
    if dataset.dtype.kind not in "biuf":
        raise InputError(f"{path}: {name} must be numbers, not {dataset.dtype}")
    return dataset[()].astype(float)


def _text(dataset):
    import h5py

    if not h5py.check_string_dtype(dataset.dtype):
        raise InputError(
            f"{dataset.file.filename}: {dataset.name} must be text, not {dataset.dtype}"
        )
    return np.asarray(dataset.asstr()[()], object)


def _check_finite(features, where):
    wrong = np.argwhere(~np.isfinite(features))
    if len(wrong):
        row, column = wrong[0]
        raise InputError(
            f"{where}: row {row}, column {column} (from 0) is "
            f"{features[row, column]}; every feature must be a finite number"
        )
