"""Which audio files to label, and who speaks in them."""

import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

from speechcodes.corpus.readers.audio_files import audio_files, without_ending
from speechcodes.corpus.readers.rows import read_rows
from speechcodes.corpus.readers.speakers import known
from speechcodes.errors import InputError
from speechcodes.records import Rejected, Utterance
from speechcodes.storage import sharding


def find(
    places: Iterable[str], speaker_from: str | None = None
) -> tuple[list[Utterance], list[Rejected]]:
    """List audio files, with their speakers where somebody tells.

    Parameters
    ----------
    places : iterable of str
        Audio files; folders, whose audio files are taken at any depth; tables (.csv or
        .tsv) with the column `path` and, if wanted, `speaker`; and texts (.txt) with a
        path in each line. Paths in a table or a text begin at its folder.
    speaker_from : str, optional
        A regular expression that is searched for in each path of which no table tells
        the speaker; its first group is the speaker's name.

    Returns
    -------
    files : list of Utterance
        Their id is the path without ending, or with it where two would be the same;
        files that nobody has seen yet are among them.
    rejected : list of Rejected
        Rows and files that cannot be used, with the reason.

    Raises
    ------
    InputError
        If a folder or table cannot be read, or has nothing, or the expression is none
        with a group.
    """
    pattern = _pattern(speaker_from) if speaker_from else None
    speakers, rejected = {}, []
    for place in map(os.path.expanduser, places):
        for one in _of_place(place):
            if isinstance(one, Rejected):
                rejected.append(one)
            else:
                path, speaker = one
                speakers[path] = speakers.get(path) or speaker
    stems = Counter(map(without_ending, speakers))
    files = []
    for path, speaker in speakers.items():
        stem = without_ending(path)
        if pattern and not speaker and (match := pattern.search(path)):
            speaker = match[1] or ""
        name = stem if stems[stem] == 1 else path
        files.append(Utterance(name, path, known(speaker), "", ""))
    return files, rejected


def _pattern(text):
    """Return the compiled expression, which must have a group."""
    try:
        pattern = re.compile(text)
    except re.error as error:
        raise InputError(
            f"speaker-from: {text!r} is no regular expression: {error}"
        ) from None
    if not pattern.groups:
        raise InputError(
            f"speaker-from: {text!r} has no group; what is the speaker's name should "
            "stand in round brackets, as in '(S[0-9]+)_'"
        )
    return pattern


def _of_place(place):
    """Return (path, speaker) of each file of a place, and what cannot be used."""
    folder = os.path.dirname(place)
    if os.path.isdir(place):
        paths, rejected = audio_files(place, "what is to be labelled")
        return [*((path, "") for path in paths), *rejected]
    if place.lower().endswith((".csv", ".tsv")):

        def parse(cells, where):
            if not cells["path"]:
                detail = f"{place}, {where}: the path is empty"
                return Rejected("", "", "missing_file", detail)
            return os.path.join(folder, cells["path"]), cells.get("speaker", "")

        found = [record for _, record in read_rows(place, ("path",), parse)]
        return [
            one._replace(detail=f"{place}, {one.detail}")
            if isinstance(one, Rejected) and not one.detail.startswith(place)
            else one
            for one in found
        ]
    if place.lower().endswith(".txt"):
        try:
            lines = Path(place).read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(
                f"{place} cannot be read ({error}); it should be a text in UTF-8 with "
                "the path of an audio file in each line"
            ) from None
        return [
            (os.path.join(folder, line.strip()), "") for line in lines if line.strip()
        ]
    return [(place, "")]


def shards(files: Iterable[Utterance], size: int) -> dict[str, list[Utterance]]:
    """Group files by speaker into shards of about so many, name to members.

    A speaker's files stay together, since they tell of each other. A shard's place
    depends on its speakers alone; see `sharding.shard_names`.
    """
    of_voice = defaultdict(list)
    for one in files:
        of_voice[one.voice].append(one)
    if not of_voice:
        return {}
    total = sum(map(len, of_voice.values()))
    voices = max(1, size * len(of_voice) // total)
    return {
        name: [one for voice in members for one in of_voice[voice]]
        for name, members in sharding.shard_names(of_voice, voices).items()
    }
