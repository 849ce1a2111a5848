"""What the corpus readers share: finding audio, reading tables, choosing classes."""

import csv
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from speechcodes.errors import InputError
from speechcodes.records import Rejected, Utterance, utterance_id

#: Extensions of the types that libsndfile reads; headerless ones are not among them.
AUDIO_EXTENSIONS = (
    *(".aif", ".aifc", ".aiff", ".au", ".caf", ".flac", ".mp1", ".mp2", ".mp3"),
    *(".nist", ".oga", ".ogg", ".opus", ".rf64", ".snd", ".sph", ".voc", ".w64"),
    *(".wav", ".wave"),
)

#: The self-assessment scale of valence, from very negative to very positive.
VALENCE_RANGE = (1, 7)

#: Whether the system can be asked what the user that a process runs as may do.
_EFFECTIVE = os.access in os.supports_effective_ids

#: An utterance or a reject, with the words that tell a user where it stands.
Record = tuple[str, Utterance | Rejected]


def audio_files(folder: str) -> tuple[list[str], list[Rejected]]:
    """Find the audio files below a folder by their extension.

    Each folder is listed once and no file is opened. Symbolic links are
    followed, but no folder is entered twice, so loops end.

    Parameters
    ----------
    folder : str
        Where to look, at any depth.

    Returns
    -------
    paths : list of str
        Sorted; they begin with `folder`.
    rejected : list of Rejected
        Links to nothing (`missing_file`), files that may not be read (`unreadable`)
        and names that no table can hold, as they are not UTF-8 (`unrecognised_name`).

    Raises
    ------
    InputError
        If the folder is missing, cannot be listed, or has no audio file.
    """
    if not os.path.isdir(folder):
        raise InputError(
            f"{folder} is not a folder; corpus.path should be the folder of the corpus"
        )
    paths, rejected, entered, waiting = [], [], set(), [folder]
    while waiting:
        here = os.path.normpath(waiting.pop())
        subfolders, entries = _list_folder(here, entered)
        waiting.extend(sorted(subfolders, reverse=True))
        prefix = "" if here == os.curdir else os.path.join(here, "")
        for entry in entries:
            path = prefix + entry.name
            reject = _unusable(entry, path)
            if reject:
                rejected.append(reject)
            else:
                paths.append(path)
    if not paths and not rejected:
        raise InputError(
            f"{folder} has no audio file; corpus.path should be a folder with files of"
            " a type such as .wav or .flac in it or in its subfolders"
        )
    return sorted(paths), rejected


def _list_folder(folder: str, entered: set) -> tuple[list[str], list[os.DirEntry]]:
    """List subfolders and audio files of a folder, nothing the second time."""
    subfolders, files = [], []
    try:
        status = os.stat(folder)
        identity = (status.st_dev, status.st_ino)
        if identity in entered:
            return [], []
        entered.add(identity)
        with os.scandir(folder) as entries:
            for entry in entries:
                if _follow(entry.is_dir):
                    subfolders.append(entry.path)
                elif entry.name.lower().endswith(AUDIO_EXTENSIONS):
                    files.append(entry)
    except OSError as error:
        raise InputError(
            f"{folder} cannot be listed ({error.strerror}); every folder of the corpus"
            " should be readable"
        ) from error
    return subfolders, files


def _follow(is_kind: Callable[[], bool]) -> bool:
    """Ask an entry of a folder for its kind, where a link may lead nowhere."""
    try:
        return is_kind()
    except OSError:  # in a loop, or through a folder that nobody may enter
        return False


def _unusable(entry: os.DirEntry, path: str) -> Rejected | None:
    """Reject a link to nothing, a name that is not UTF-8, or what may not be read."""
    try:
        path.encode()
    except UnicodeEncodeError:
        path = path.encode(errors="backslashreplace").decode()
        reason, detail = "unrecognised_name", f"{path!r} is not UTF-8"
    else:
        if not _follow(entry.is_file):
            reason, detail = "missing_file", f"{path!r} is a link to no file"
        elif not may_read(path):
            reason, detail = "unreadable", f"{path!r} may not be read"
        else:
            return None
    return Rejected(utterance_id(path), path, reason, detail)


def may_read(path: str) -> bool:
    """Tell whether this process may read a file: Snakemake stops where it may not."""
    return os.access(path, os.R_OK, effective_ids=_EFFECTIVE)


def existing_files(paths: Iterable[str]) -> set[str]:
    """Return those of some paths that exist, listing each of their folders once."""
    names = {}
    for path in paths:
        folder, name = os.path.split(path)
        names.setdefault(folder, set()).add(name)
    found = set()
    for folder, wanted in names.items():
        try:
            with os.scandir(folder or os.curdir) as entries:
                present = {e.name for e in entries if e.name in wanted and e.is_file()}
        except FileNotFoundError:
            continue
        # A folder may forbid listing and still allow reading; and no path has a NUL.
        except (OSError, ValueError):
            present = {n for n in wanted if os.path.isfile(os.path.join(folder, n))}
        found.update(os.path.join(folder, name) for name in present)
    return found


def read_rows(
    path: str,
    required: tuple[str, ...],
    parse: Callable[[dict[str, str], str], Utterance | Rejected],
) -> Iterator[Record]:
    """Read a table with a header, row by row.

    UTF-8 with or without a byte order mark, any line ends, and columns parted by
    commas, semicolons or tabs, whichever the header has most of. Empty rows are
    skipped; a row with too many or too few cells is rejected as `malformed_row`.

    Parameters
    ----------
    path : str
        The table.
    required : tuple of str
        Columns the header must have; ``"a or b"`` asks for at least one of two.
    parse : callable
        Makes a record of the cells by column (stripped) and the row's name.

    Yields
    ------
    where : str
        The row's name, such as "row 2", by the line that it begins in; the header is
        row 1.
    record : Utterance or Rejected
        What `parse` returned.

    Raises
    ------
    InputError
        If the file is missing, not text in UTF-8, empty, without rows, wrongly
        quoted, or lacks a required column or has one twice.
    """
    wanted, first = ", ".join(required), 1
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            rows = _open_table(file)
            columns = _checked_header(path, next(rows, []), required)
            empty, first = True, rows.line_num + 1
            for cells in rows:
                if any(cells):
                    empty = False
                    where = f"row {first}"
                    yield where, _parse_row(columns, cells, where, parse)
                first = rows.line_num + 1
    except OSError as error:
        raise InputError(
            f"{path} cannot be read ({error.strerror}); it should be a CSV file with"
            f" the columns {wanted}"
        ) from error
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path} is not UTF-8 (byte 0x{error.object[error.start]:02x}); it should"
            " be saved as CSV in UTF-8"
        ) from error
    except csv.Error as error:
        raise InputError(
            f"{path}, row {first} is not valid CSV ({error}); a cell should"
            ' stand in quotes as a whole, and quotes inside it doubled, as in "a ""b"""'
        ) from error
    if empty:
        raise InputError(
            f"{path} has a header and no rows; it should have one row per utterance"
        )


def _open_table(file):
    """Return a reader of the rows, with the delimiter that the header shows."""
    header = file.readline()
    file.seek(0)
    delimiter = max(",;\t", key=header.count)
    return csv.reader(file, delimiter=delimiter, strict=True, skipinitialspace=True)


def _checked_header(path, cells, required):
    """Return the column names, or tell which one is missing or there twice."""
    columns = [cell.strip() for cell in cells]
    wanted = ", ".join(required)
    if not any(columns):
        raise InputError(f"{path} is empty; its first row should name {wanted}")
    missing = [r for r in required if not set(r.split(" or ")) & set(columns)]
    if missing:
        raise InputError(
            f"{path} has no column {', '.join(missing)}: its first row is"
            f" {', '.join(map(repr, columns))} and should name {wanted}"
        )
    twice = sorted({c for c in columns if c and columns.count(c) > 1})
    if twice:
        raise InputError(
            f"{path} has the column {', '.join(twice)} twice; each name should stand"
            " once in its first row"
        )
    return columns


def _parse_row(columns, cells, where, parse):
    """Make a record of a row, unless it has too many or too few cells."""
    if len(cells) != len(columns):
        detail = f"{where}: {len(cells)} cells, not {len(columns)} as in the header"
        return Rejected("", "", "malformed_row", detail)
    return parse(dict(zip(columns, map(str.strip, cells), strict=True)), where)


def collect(records: Iterable[Record]) -> tuple[list[Utterance], list[Rejected]]:
    """Part utterances from rejects, and keep the first of each utterance id.

    A later record with the id of an earlier one is dropped if it says the same,
    and else rejected as `duplicate_utterance`.

    Parameters
    ----------
    records : iterable of (str, Utterance or Rejected)
        In order of preference.

    Returns
    -------
    utterances : list of Utterance
        Sorted by id, each id once.
    rejected : list of Rejected
        Sorted by id.
    """
    first, rejected = {}, []
    for pair in records:
        where, record = pair
        if isinstance(record, Rejected):
            rejected.append(record)
            continue
        earlier, kept = first.setdefault(record.utterance, pair)
        if record != kept:
            detail = f"{where} is at odds with {earlier}: {_differences(record, kept)}"
            rejected.append(
                Rejected(record.utterance, record.path, "duplicate_utterance", detail)
            )
    return sorted(utterance for _, utterance in first.values()), sorted(rejected)


def _differences(record: Utterance, kept: Utterance) -> str:
    """Tell which fields of two utterances differ, and how."""
    fields = zip(Utterance._fields, record, kept, strict=True)
    return ", ".join(f"{name} {a!r}, not {b!r}" for name, a, b in fields if a != b)


def read_named_files(
    corpus: Mapping, pattern: str, emotions: Mapping[str, str], example: str
) -> tuple[list[Utterance], list[Rejected]]:
    """Read a corpus whose file names tell everything.

    Parameters
    ----------
    corpus : mapping
        The config's section; `path` is a folder with audio files at any depth,
        `emotions` the map from an emotion to a class.
    pattern : str
        Regular expression for a whole name without extension, with the groups
        `speaker`, `emotion` and, if wanted, `not_speech`, which rejects the file
        if it takes part in the match. The speaker is the session as well.
    emotions : mapping of str to str
        Code in the file name to emotion.
    example : str
        A right name.

    Returns
    -------
    utterances : list of Utterance
        Sorted by id, without valence and partition.
    rejected : list of Rejected
        Sorted by id.

    Raises
    ------
    InputError
        If the folder is missing, cannot be listed, or has no audio file, or the
        map names an emotion that the corpus does not have.
    """
    paths, missing = audio_files(corpus["path"])
    name, classes = re.compile(pattern), corpus["emotions"]
    for emotion in classes:
        if emotion not in emotions.values():
            raise InputError(
                f"corpus.emotions: {emotion!r} is no emotion of the reader "
                f"{corpus['reader']!r}; it has {', '.join(emotions.values())}"
            )
    utterances, rejected = collect(
        (path, _from_name(path, name, emotions, classes, example)) for path in paths
    )
    return utterances, sorted(missing + rejected)


def _from_name(path, pattern, emotions, classes, example) -> Utterance | Rejected:
    """Make a record of one file's name."""
    name = utterance_id(path)
    match = pattern.fullmatch(name)
    if match is None:
        detail = f"{name!r} is not a name such as {example}"
        return Rejected(name, path, "unrecognised_name", detail)
    parts = match.groupdict()
    if parts.get("not_speech"):
        detail = f"{name!r} begins with {parts['not_speech']}, unlike {example}"
        return Rejected(name, path, "not_speech", detail)
    emotion = emotions.get(parts["emotion"])
    if emotion is None:
        detail = f"emotion {parts['emotion']!r} is none of {', '.join(emotions)}"
        return Rejected(name, path, "unknown_label", detail)
    label = classes.get(emotion)
    if label is None:
        detail = f"emotion {emotion!r} has no class in corpus.emotions"
        return Rejected(name, path, "unmapped_emotion", detail)
    return Utterance(name, path, parts["speaker"], parts["speaker"], label)


def parse_valence(text: str) -> float | None:
    """Return a valence between 1 and 7, or None where the text is no such number.

    A comma counts as a decimal point: spreadsheets in many languages write one.
    """
    low, high = VALENCE_RANGE
    try:
        valence = float(text.replace(",", "."))
    except ValueError:
        return None
    return valence if low <= valence <= high else None


def invalid_valence(text: str) -> str:
    """Tell that a cell holds no valence."""
    low, high = VALENCE_RANGE
    return f"valence {text!r} is not a number from {low} to {high}"


def class_of_valence(valence: float, thresholds: Mapping[str, float]) -> str:
    """Return the class of a valence.

    Parameters
    ----------
    valence : float
        From 1, very negative, to 7, very positive.
    thresholds : mapping
        `negative_at_most` and `positive_at_least`; what lies between is neutral.

    Returns
    -------
    str
        One of `records.LABELS`.
    """
    if valence <= thresholds["negative_at_most"]:
        return "negative"
    if valence >= thresholds["positive_at_least"]:
        return "positive"
    return "neutral"
