"""MSP-Podcast, by its table of consensus labels."""

import os
import re
import sys
from collections.abc import Mapping, Sequence

from speechcodes.corpus.readers.audio_files import audio_files, id_below, without_ending
from speechcodes.corpus.readers.common import Labelling, collect, groups_of
from speechcodes.corpus.readers.rows import read_rows
from speechcodes.corpus.readers.table import label_of
from speechcodes.errors import InputError
from speechcodes.records import Rejected, Utterance

#: The first number is the podcast's; some releases split a turn with a third one.
NAME = re.compile(r"MSP-PODCAST_(?P<session>[0-9]{4})_[0-9]{4}(?:_[0-9]{4})?")
#: Old releases spell the name with a c.
LABEL_FILES = tuple(
    os.path.join(folder, name)
    for folder in ("Labels", "")
    for name in ("labels_consensus.csv", "labels_concensus.csv")
)
AUDIO_FOLDERS = ("Audios", "Audio")
#: Besides the one that gives the class.
COLUMNS = ("FileName", "SpkrID", "Split_Set")
#: The rating that gives the class where the configuration names none.
RATING = "EmoVal"
#: Codes of the column EmoClass, and the words that `corpus.labels` may have instead.
EMOTIONS = {
    "A": ("A", "angry", "anger"),
    "S": ("S", "sad", "sadness"),
    "H": ("H", "happy", "happiness"),
    "U": ("U", "surprised", "surprise"),
    "F": ("F", "fearful", "fear"),
    "D": ("D", "disgusted", "disgust"),
    "C": ("C", "contemptuous", "contempt"),
    "N": ("N", "neutral"),
    "O": ("O", "other"),
    "X": ("X", "no agreement"),
}
UNLIKE = "is not a name such as MSP-PODCAST_0001_0002.wav"
#: One and the same partition has two names; NA stands for none.
PARTITIONS = {"Validation": "Development", "NA": ""}


def read(
    corpus: Mapping, groups: Sequence[str] = ()
) -> tuple[list[Utterance], list[Rejected]]:
    """Read the utterances that have an audio file, with their row in the label file.

    Those without a row, or without a class in it, are speech without a label. The
    label file is in the corpus' root or in Labels, and the audio in Audios, Audio, or
    the root. With `corpus.labels`, the column EmoClass gives the class, else a rating:
    EmoVal, or the column that is named. The podcast is the session, the speaker may be
    unknown. `groups` are columns of the label file, such as Gender.

    Raises InputError if the root, the label file or the audio is missing, or the label
    file cannot be read, is empty, lacks a column or has a rating off the scale.

    References
    ----------
    Lotfian and Busso (2019). Building naturalistic emotionally balanced speech
    corpus by retrieving emotional speech from existing podcast recordings. IEEE
    Transactions on Affective Computing 10(4), 471-483.
    """
    label_file, folder = _label_file(corpus["path"]), root_of(corpus)
    column, classify = _classes(corpus, label_file)
    found, unusable = audio_files(folder)
    files, again = _file_per_name(found, folder)
    known = {_name(reject.utterance): reject for reject in unusable}
    without_row = dict.fromkeys(known, "") | files

    def parse(cells, where):
        name = _name(without_ending(cells["FileName"]))
        without_row.pop(name, None)
        path = files.get(name, "")
        if not path and name in known:
            return known[name]._replace(detail=f"{where}: {known[name].detail}")
        utterance = id_below(path, folder) if path else name
        match = NAME.fullmatch(name)
        if match is None:
            detail = f"{where}: {cells['FileName']!r} {UNLIKE}"
            return Rejected(utterance, path, "unrecognised_name", detail)
        if not path:
            path = os.path.normpath(os.path.join(folder, cells["FileName"]))
            detail = f"{where}: there is no {path!r}"
            return Rejected(name, path, "missing_file", detail)
        label, value, fault = classify(cells[column], where)
        if fault:
            return Rejected(utterance, path, fault[0], f"{where}: {fault[1]}")
        # Millions of utterances share one text for each speaker, session and partition.
        speaker, session = sys.intern(cells["SpkrID"]), sys.intern(match["session"])
        partition = PARTITIONS.get(cells["Split_Set"], sys.intern(cells["Split_Set"]))
        of_groups = groups_of(cells, groups) if groups else ()
        return Utterance(
            utterance, path, speaker, session, label, value, partition, of_groups
        )

    rows = read_rows(label_file, (*COLUMNS, column, *groups), parse)
    utterances, rejected = collect(rows)
    rejected += again
    rejected += [one for one in unusable if _name(one.utterance) in without_row]
    for name in without_row.keys() & files.keys():
        path = files[name]
        utterance = id_below(path, folder)
        if match := NAME.fullmatch(name):
            utterances.append(Utterance(utterance, path, "", match["session"], ""))
        else:
            detail = f"{path!r} {UNLIKE}"
            rejected.append(Rejected(utterance, path, "unrecognised_name", detail))
    return sorted(utterances), sorted(rejected)


def root_of(corpus: Mapping) -> str:
    """Return the folder with the audio: the corpus' where there is none of its own."""
    folders = [os.path.join(corpus["path"], name) for name in AUDIO_FOLDERS]
    return next(filter(os.path.isdir, folders), corpus["path"])


def _label_file(root):
    """Return the first label file there is."""
    for name in LABEL_FILES:
        if os.path.isfile(os.path.join(root, name)):
            return os.path.join(root, name)
    raise InputError(
        f"{root} has no label file; corpus.path should be the root of MSP-Podcast, with"
        f" one of {', '.join(LABEL_FILES)} in it"
    )


def _classes(corpus, label_file):
    """Return the column of classes, and a function that reads its cells.

    The function takes a cell and its row's name, and returns class and rating, both
    empty for an empty cell, and what is wrong (reason and detail) if anything is.
    """
    labelling = Labelling.of(corpus)
    if not corpus.get("labels"):
        column, known = labelling.column or RATING, {}

        def by_rating(cell, where):
            # Ratings repeat.
            if cell not in known:
                known[cell] = label_of("", cell, labelling, label_file, where, column)
            return known[cell]

        return column, by_rating
    class_of = labelling.of_codes(EMOTIONS, corpus["reader"]) | {"": ""}

    def by_emotion(cell, where):
        label, fault = class_of.get(cell), None
        if label is None:
            detail = f"EmoClass {cell!r} is none of {', '.join(EMOTIONS)}"
            fault = "unknown_label", detail
        elif cell and not label:
            fault = "unmapped_label", f"EmoClass {cell!r} has no class in corpus.labels"
        return label, None, fault

    return "EmoClass", by_emotion


def _name(utterance):
    """Return the last part of an id."""
    return utterance.rpartition("/")[2]


def _file_per_name(found, folder):
    """Return the first file of each name, and rejects for the others."""
    files, rejected = {}, []
    for path in found:
        kept = files.setdefault(_name(without_ending(path)), path)
        if path is not kept:
            utterance = id_below(path, folder)
            detail = f"{path!r} has the same name as {kept!r}"
            rejected.append(Rejected(utterance, path, "duplicate_utterance", detail))
    return files, rejected
