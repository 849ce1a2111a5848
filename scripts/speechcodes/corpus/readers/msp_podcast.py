"""MSP-Podcast, by its table of consensus labels."""

import os
import re

from speechcodes.corpus.readers import common
from speechcodes.errors import InputError
from speechcodes.records import Rejected, Utterance, utterance_id

#: The first number is the podcast's; some releases split a turn with a third one.
NAME = re.compile(r"MSP-PODCAST_(?P<session>[0-9]{4})_[0-9]{4}(?:_[0-9]{4})?")
#: Old releases spell the name with a c.
LABEL_FILES = tuple(
    os.path.join(folder, name)
    for folder in ("Labels", "")
    for name in ("labels_consensus.csv", "labels_concensus.csv")
)
AUDIO_FOLDERS = ("Audios", "Audio")
COLUMNS = ("FileName", "EmoVal", "SpkrID", "Split_Set")
#: One and the same partition has two names; NA stands for none.
PARTITIONS = {"Validation": "Development", "NA": ""}


def read(corpus):
    """Read the utterances that have a row in the label file and an audio file.

    Parameters
    ----------
    corpus : mapping
        `path`, the corpus' root, with the label file in it or in Labels, and the
        audio in Audios, Audio, or it; `valence`, the thresholds of the classes.

    Returns
    -------
    utterances : list of Utterance
        Sorted by id; the podcast is the session, the speaker may be unknown.
    rejected : list of Rejected
        Sorted by id, among them audio files without a row (`no_label_row`).

    Raises
    ------
    InputError
        If the root, the label file or the audio is missing, or the label file
        cannot be read, is empty or lacks a column.

    References
    ----------
    Lotfian and Busso (2019). Building naturalistic emotionally balanced speech
    corpus by retrieving emotional speech from existing podcast recordings. IEEE
    Transactions on Affective Computing 10(4), 471-483.
    """
    label_file = _label_file(corpus["path"])
    folder = _audio_folder(corpus["path"])
    found, unusable = common.audio_files(folder)
    paths, again = _path_per_id(found)
    known = {reject.utterance: reject for reject in unusable}

    def parse(cells, where):
        name = utterance_id(cells["FileName"])
        if name in known and name not in paths:
            return known[name]._replace(detail=f"{where}: {known[name].detail}")
        return _from_row(cells, where, paths, folder, corpus["valence"])

    rows = common.read_rows(label_file, COLUMNS, parse)
    utterances, rejected = common.collect(rows)
    told = {record.utterance for record in utterances + rejected}
    unlabelled = [
        Rejected(name, path, "no_label_row", f"{label_file} has no row for {name!r}")
        for name, path in paths.items()
        if name not in told
    ]
    untold = [reject for reject in unusable if reject.utterance not in told]
    return utterances, sorted(rejected + unlabelled + untold + again)


def _label_file(root):
    """Return the first label file there is."""
    for name in LABEL_FILES:
        if os.path.isfile(os.path.join(root, name)):
            return os.path.join(root, name)
    raise InputError(
        f"{root} has no label file; corpus.path should be the root of MSP-Podcast, with"
        f" one of {', '.join(LABEL_FILES)} in it"
    )


def _audio_folder(root):
    """Return the folder with the audio: the root where there is none of its own."""
    folders = [os.path.join(root, name) for name in AUDIO_FOLDERS]
    return next(filter(os.path.isdir, folders), root)


def _path_per_id(found):
    """Return the first file of each id, and rejects for the others."""
    paths, rejected = {}, []
    for path in found:
        name = utterance_id(path)
        kept = paths.setdefault(name, path)
        if path != kept:
            detail = f"{path!r} has the same name as {kept!r}"
            rejected.append(Rejected(name, path, "duplicate_utterance", detail))
    return paths, rejected


def _from_row(cells, where, paths, folder, thresholds):
    """Make a record of one row of the label file."""
    name = utterance_id(cells["FileName"])
    path = paths.get(name)
    match = NAME.fullmatch(name)
    if match is None:
        detail = f"{where}: {cells['FileName']!r} is not as MSP-PODCAST_0001_0002.wav"
        return Rejected(name, path or "", "unrecognised_name", detail)
    if path is None:
        path = os.path.normpath(os.path.join(folder, cells["FileName"]))
        return Rejected(name, path, "missing_file", f"{where}: there is no {path!r}")
    valence = common.parse_valence(cells["EmoVal"])
    if valence is None:
        detail = f"{where}: {common.invalid_valence(cells['EmoVal'])}"
        return Rejected(name, path, "invalid_valence", detail)
    return Utterance(
        utterance=name,
        path=path,
        speaker="" if cells["SpkrID"] == "Unknown" else cells["SpkrID"],
        session=match["session"],
        label=common.class_of_valence(valence, thresholds),
        valence=valence,
        partition=PARTITIONS.get(cells["Split_Set"], cells["Split_Set"]),
    )
