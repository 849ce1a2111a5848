"""Any corpus, by a table with one row per audio file."""

import os

from speechcodes.corpus.readers import common
from speechcodes.errors import InputError
from speechcodes.records import LABELS, Rejected, Utterance, utterance_id

COLUMNS = ("path", "speaker", "label or valence")


def read(corpus):
    """Read a user's own table.

    It is a CSV file with the columns `path` (from the table's folder on, or
    absolute), `speaker`, `label` or `valence` or both, and, if wanted, `session`
    and `split`. A label is a class or a word of the map `emotions`; where it is
    empty, the valence, from 1 to 7, decides. Speaker or session may be empty, not
    both: an empty session means that each speaker was recorded once.

    Parameters
    ----------
    corpus : mapping
        `path`, the table; `emotions`, if labels are emotions; `valence`, the
        thresholds of the classes.

    Returns
    -------
    utterances : list of Utterance
        Sorted by id; `partition` is what stands in the column `split`.
    rejected : list of Rejected
        Sorted by id.

    Raises
    ------
    InputError
        If the table cannot be read, is empty or lacks a column, or a row has
        neither speaker nor session.
    """
    table = corpus["path"]

    def parse(cells, where):
        return _from_row(cells, where, table, corpus)

    records = list(common.read_rows(table, COLUMNS, parse))
    paths = [record.path for _, record in records if isinstance(record, Utterance)]
    present = common.existing_files(paths)
    return common.collect(
        (where, _held_to(present, record, where)) for where, record in records
    )


def _held_to(present, record, where):
    """Reject an utterance whose file does not exist or may not be read."""
    if isinstance(record, Rejected):
        return record
    if record.path not in present:
        reason, detail = "missing_file", f"there is no file {record.path!r}"
    elif not common.may_read(record.path):
        reason, detail = "unreadable", f"{record.path!r} may not be read"
    else:
        return record
    return Rejected(record.utterance, record.path, reason, f"{where}: {detail}")


def _from_row(cells, where, table, corpus):
    """Make a record of one row, whether its file exists or not."""
    if not cells["path"]:
        return Rejected("", "", "missing_file", f"{where}: the path is empty")
    speaker, session = cells["speaker"], cells.get("session") or cells["speaker"]
    if not session:
        raise InputError(
            f"{table}, {where}: speaker and session are empty for {cells['path']!r}; at"
            " least one should be given, as no speaker and no session may stand in two"
            " splits"
        )
    path = os.path.normpath(os.path.join(os.path.dirname(table), cells["path"]))
    name = utterance_id(path)
    word, number = cells.get("label", ""), cells.get("valence", "")
    valence = common.parse_valence(number)
    classes = {label: label for label in LABELS} | corpus.get("emotions", {})
    fault = _fault(word, number, valence, classes)
    if fault:
        reason, detail = fault
        return Rejected(name, path, reason, f"{where}: {detail}")
    label = classes.get(word) or common.class_of_valence(valence, corpus["valence"])
    partition = cells.get("split", "")
    return Utterance(name, path, speaker, session, label, valence, partition)


def _fault(word, number, valence, classes):
    """Return reason and detail if a row gives no class, or a wrong valence."""
    if not word and not number:
        return "missing_label", "neither label nor valence is given"
    if number and valence is None:
        return "invalid_valence", common.invalid_valence(number)
    if word and word not in classes:
        return "unknown_label", f"label {word!r} is none of {', '.join(classes)}"
    return None
