"""Tables of features that other tools made: a whole corpus of them, or single sets."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import h5py
import numpy as np

from speechcodes.corpus.readers.audio_files import without_ending
from speechcodes.corpus.readers.common import normalised
from speechcodes.corpus.readers.rows import dialect
from speechcodes.errors import InputError
from speechcodes.records import Rejected

#: The set of a corpus of tables whose rows are the utterances, one each.
UTTERANCE_SET = "midterm"
#: Parts whose labels are never looked at: no part at all, and that without labels.
NEVER_NEEDED = ("", "unlabelled")
#: Names of columns, without regard to case and punctuation, that tell the class or who
#: speaks, or number the rows. Learned from, they would give the answer away.
NO_FEATURES = re.compile(
    r"(true|gold|emo|majority)?(label|labels|class|classes|target|emotion|category)"
    r"|emo(class|val|act|dom)|valence|arousal|dominance|ratings?"
    r"|(speaker|spkr|spk|subject|session|recording)(id)?"
    r"|split|splitset|partition|part|fold|role|index|id|row|unnamed\d*"
)
#: Rows of a table that are looked at before a run.
HEAD = 200
#: Rows from which on a column may number them, and the share of steps of one then.
NUMBERED_ROWS, NUMBERED_SHARE = 20, 0.95


def check(path: str, utterances: Iterable[str], labels: Iterable[str] = ()) -> None:
    """Refuse a user's table that its first rows show to be wrong.

    Cheap enough for every time that a run is planned: more than `HEAD` rows are read
    only where none of them is of an utterance.

    Parameters
    ----------
    path, utterances
        See `read`.
    labels : iterable of str
        Names of columns that hold what is to be told, beside `NO_FEATURES`.

    Raises
    ------
    InputError
        See `read`.
    """
    _, columns, names = _read(path, HEAD)
    told = set(map(_plain, labels))
    _refuse_names(path, [column for column in columns if _plain(column) in told])
    ids = list(utterances)
    if not any(_found(names, ids, path).values()):
        matched(_read(path)[2], ids, path)


def read(path: str, utterances: Iterable[str]) -> tuple[np.ndarray, np.ndarray]:
    """Read a feature set of the user's own, one or several rows per utterance.

    It is HDF5 with the datasets `utterance` (rows,), text, and `features` (rows,
    dimensions); or CSV with a column `utterance` and numbers in all others. See
    `matched` for what `utterance` may be; rows of others are left out.

    Returns
    -------
    features : np.ndarray, shape (rows, dimensions), float64
    utterance : np.ndarray of str, shape (rows,)
        Ids.

    Raises
    ------
    InputError
        If there is no such file, a dataset or column lacks, shapes do not fit, a
        value is not a finite number, a column is none of features (see `NO_FEATURES`)
        or numbers the rows, or no row is of an utterance wanted or it is not clear of
        which.
    """
    features, _, names = _read(path)
    found = matched(names, utterances, path)
    kept = found != ""
    return features[kept], found[kept]


def columns(path: str) -> list[str]:
    """Return the names of a user's table's columns, or their numbers from 0."""
    return _read(path, HEAD)[1]


def _read(path, rows=None):
    """Return features, names of their columns, and of their utterances."""
    path = str(path)
    if not Path(path).is_file():
        raise InputError(f"there is no feature table {path!r}")
    is_csv = path.lower().endswith(".csv")
    features, names, utterance = (_read_csv if is_csv else _read_hdf5)(path, rows)
    _check_finite(features, path)
    _check_numbering(features, names, path)
    return features, names, utterance


def _plain(name):
    """Return a name without regard to case and punctuation."""
    return re.sub(r"[\W_]", "", normalised(name))


def _refuse_names(path, names):
    """Raise InputError if there are any columns that are none of features."""
    if names:
        raise InputError(
            f"{path} has the column {', '.join(map(repr, names))}, which by its name"
            " tells the class or the speaker, or numbers the rows: learned from, it"
            " would give the answer away; drop it, for example by"
            f" table.drop(columns={names!r}), or rename what is a feature after all"
        )


def _numbers_rows(column):
    """Tell whether a column numbers rows, all of them or anew in every group."""
    if len(column) < NUMBERED_ROWS or (column != np.round(column)).any():
        return False
    steps = np.diff(column)
    running = (steps > 0).all() or (steps < 0).all()
    return running or (steps == 1).mean() >= NUMBERED_SHARE


def _check_numbering(features, names, path):
    """Raise InputError if a column numbers the rows, which may be in order of class."""
    for name, column in zip(names, features.T, strict=True):
        if _numbers_rows(column):
            shown = ", ".join(f"{value:g}" for value in column[:3])
            raise InputError(
                f"{path}: the column {name!r} numbers the rows ({shown}, …): where rows"
                " are in an order, that would give the answer away; drop it, for"
                " example by writing the table with index=False"
            )


def matched(names: Iterable[str], utterances: Iterable[str], path: str) -> np.ndarray:
    """Return the id of the utterance that each name stands for, empty if of none.

    A name is an id, or the name of the audio file without folder where no other
    utterance has the same; either may end as the file does.

    Raises InputError if a name without folder is that of several utterances, or no name
    is that of any.
    """
    ids = set(utterances)
    found = _found(names, ids, path)
    if ids and not any(found.values()):
        raise InputError(
            f"{path} has rows of {next(iter(found))!r} and others, but of no utterance"
            f" such as {min(ids)!r}; a row should have the utterance's id, or the name"
            " of its file"
        )
    return np.array([found[name] for name in names], dtype=object)


def _found(names, utterances, path):
    """Return the id of each name, empty if none; see `matched`."""
    ids, of_file = set(utterances), {}
    for utterance in sorted(ids):
        of_file.setdefault(utterance.rpartition("/")[2], []).append(utterance)
    return {name: _match(name, ids, of_file, path) for name in dict.fromkeys(names)}


def _match(name, ids, of_file, path):
    """Return the id that a name stands for, empty if none."""
    spellings = name, without_ending(name)
    for spelling in spellings:
        if spelling in ids:
            return spelling
    for spelling in spellings:
        several = of_file.get(spelling, ())
        if len(several) > 1:
            raise InputError(
                f"{path}: {name!r} may be {several[0]!r} or {several[1]!r}; rows should"
                " have the ids of utterances where files in two folders have one name"
            )
        if several:
            return several[0]
    return ""


def _read_csv(path, rows):
    import pandas as pd

    as_text = {"dtype": str, "keep_default_na": False, "skip_blank_lines": False}
    try:
        with open(path, encoding="utf-8-sig") as file:
            delimiter, skipped = dialect(file)
            table = pd.read_csv(file, sep=delimiter, nrows=rows, **as_text)
    except ValueError as error:  # Empty, not UTF-8, or a row with too many cells.
        raise InputError(f"{path} is no CSV: {str(error).strip()}") from None
    if not isinstance(table.index, pd.RangeIndex):
        raise InputError(f"{path}: rows have more cells than there are columns")
    if "utterance" in table:
        # Empty lines are read, so that rows are numbered as in the file.
        table = table[table["utterance"].str.strip() != ""]
    if "utterance" not in table or len(table.columns) < 2 or table.empty:
        raise InputError(
            f"{path}: a feature table has rows, a column named utterance and one or "
            f"more columns of numbers; this one has {len(table)} rows of "
            f"{', '.join(table.columns)}"
        )
    values = table.drop(columns="utterance")
    _refuse_names(path, [c for c in values if NO_FEATURES.fullmatch(_plain(c))])
    numbers = values.apply(pd.to_numeric, errors="coerce")
    # Neither text nor an empty cell is a number, and both are nan by now.
    wrong = np.argwhere(numbers.isna().to_numpy())
    if len(wrong):
        row, column = wrong[0]
        line, name = values.index[row] + skipped + 2, values.columns[column]
        raise InputError(
            f"{path}, row {line}, column {name}: {values.iat[row, column]!r} is no"
            " number"
        )
    return numbers.to_numpy(float), [*values], table["utterance"].to_numpy(object)


def _read_hdf5(path, rows):
    with _open(path) as file:
        features = _numbers(file, "features", path, rows)
        utterance = _text(_dataset(file, "utterance", path))[:rows]
    if features.ndim != 2 or not features.size or utterance.shape != features.shape[:1]:
        raise InputError(
            f"{path}: features have the shape {features.shape} and utterance "
            f"{utterance.shape}; they must be (rows, dimensions) and (rows,)"
        )
    columns = [str(place) for place in range(features.shape[1])]
    return features, columns, utterance


def read_of_corpus(
    path: str, partition: str, name: str, classes: Sequence[str]
) -> tuple[np.ndarray, np.ndarray | None, np.ndarray]:
    """Read one feature set of one partition from a corpus of feature tables.

    The file has, for the partitions training and test and each set, the datasets
    `PARTITION/SET/features` (rows, dimensions) and `PARTITION/SET/label` (rows,),
    indices of classes. A row of the set midterm is an utterance; rows of other sets
    have their utterance's row there in `PARTITION/SET/utterance_row` (rows,), where
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
    names, _, of_utterances = utterances_of_corpus(path, partition, classes)
    group = f"{partition}/{name}"
    with _open(path) as file:
        features = _numbers(file, f"{group}/features", path)
        labels = _labels(file, group, path, classes)
        rows = np.arange(len(labels)) if name == UTTERANCE_SET else None
        if f"{group}/utterance_row" in file:
            rows = file[f"{group}/utterance_row"][:]
    if features.ndim != 2 or len(features) != len(labels):
        raise InputError(
            f"{path}: {group}/features has the shape {features.shape}; it must be "
            f"({len(labels)}, dimensions), as there are {len(labels)} labels"
        )
    _check_finite(features, f"{path}, {group}/features")
    _check_numbering(features, range(features.shape[1]), f"{path}, {group}/features")
    if rows is None:
        return features, None, labels
    if rows.shape != labels.shape or not np.isin(rows, range(len(names))).all():
        raise InputError(
            f"{path}: {group}/utterance_row must give one of the {len(names)} rows of "
            f"{partition}/{UTTERANCE_SET} for each of the {len(labels)} rows"
        )
    rows = rows.astype(int)
    wrong = np.flatnonzero(labels != of_utterances[rows])
    if len(wrong):
        raise InputError(
            f"{path}: row {wrong[0]} of {group} has the label {labels[wrong[0]]}, but "
            f"its utterance, row {rows[wrong[0]]} of {partition}/{UTTERANCE_SET}, "
            f"{of_utterances[rows[wrong[0]]]}"
        )
    return features, names[rows], labels


def utterances_of_corpus(
    path: str, partition: str, classes: Sequence[str]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return ids, speakers and labels (n,) of one partition's utterances.

    `PARTITION/midterm/utterance` and `PARTITION/midterm/speaker` give ids and
    speakers, where they are there; otherwise ids are made from partition and row, and
    speakers are "".
    """
    group = f"{partition}/{UTTERANCE_SET}"
    with _open(path) as file:
        labels = _labels(file, group, path, classes)
        # Zeros in front, so that the order of ids is the order of rows.
        digits = len(str(len(labels)))
        ids = [f"{partition}_{row:0{digits}d}" for row in range(len(labels))]
        found = {
            "utterance": np.array(ids, object),
            "speaker": np.full(len(ids), "", object),
        }
        for what in found.keys() & file[group].keys():
            found[what] = _text(file[f"{group}/{what}"])
            if found[what].shape != labels.shape:
                raise InputError(
                    f"{path}: {group}/{what} has the shape {found[what].shape}, but "
                    f"there are {len(labels)} labels"
                )
    return found["utterance"], found["speaker"], labels


def lacking(utterances, path: str) -> list[Rejected]:
    """Return the utterances with a label that a user's table has no row of.

    `utterances` is `utterances.csv`, as text; for the table and errors see `read`.
    """
    _, there = read(path, utterances["utterance"])
    is_needed = (utterances["label"] != "") & ~utterances["part"].isin(NEVER_NEEDED)
    lacks = utterances[is_needed & ~utterances["utterance"].isin(there)]
    return [
        Rejected(row.utterance, row.path, "no_features", f"{path} has no row of it")
        for row in lacks.itertuples()
    ]


def _labels(file, group, path, classes):
    labels = _dataset(file, f"{group}/label", path)[()]
    if not labels.size:
        raise InputError(f"{path}: {group}/label is empty")
    if labels.ndim != 1 or not np.isin(labels, range(len(classes))).all():
        wrong = np.setdiff1d(labels, range(len(classes)))
        raise InputError(
            f"{path}: {group}/label holds {wrong[:1].tolist()}; labels are "
            + ", ".join(f"{i} ({name})" for i, name in enumerate(classes))
            + ", one per row"
        )
    return labels.astype(int)


def _open(path):
    if not Path(path).is_file():
        raise InputError(f"there is no feature table {str(path)!r}")
    try:
        return h5py.File(path, "r", locking=False)
    except OSError:
        raise InputError(f"{path} is no HDF5 file") from None


def _dataset(file, name, path):
    if not isinstance(file.get(name), h5py.Dataset):
        raise InputError(f"{path} has no dataset {name}; see config/README.md")
    return file[name]


def _numbers(file, name, path, rows=None):
    dataset = _dataset(file, name, path)
    if dataset.dtype.kind not in "biuf":
        raise InputError(f"{path}: {name} must be numbers, not {dataset.dtype}")
    return (dataset[:rows] if dataset.shape else dataset[()]).astype(float)


def _text(dataset):
    path, name = dataset.file.filename, dataset.name
    if not h5py.check_string_dtype(dataset.dtype):
        raise InputError(f"{path}: {name} must be text, not {dataset.dtype}")
    try:
        # NumPy's bytes count as ASCII, whatever they hold.
        return np.asarray(dataset.asstr("utf-8")[()], object)
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: {name} is not UTF-8 ({error.object!r})") from None


def _check_finite(features, where):
    wrong = np.argwhere(~np.isfinite(features))
    if len(wrong):
        row, column = wrong[0]
        raise InputError(
            f"{where}: row {row}, column {column} (from 0) is "
            f"{features[row, column]}; every feature must be a finite number"
        )
