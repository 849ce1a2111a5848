"""Corpora whose file names tell everything."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from speechcodes.corpus.readers.audio_files import audio_files, id_below
from speechcodes.corpus.readers.common import (
    Labelling,
    check_groups,
    collect,
    groups_of,
)
from speechcodes.records import Rejected, Utterance

Reader = Callable[[Mapping, Sequence[str]], tuple[list[Utterance], list[Rejected]]]
#: Takes the corpus' folder and columns; returns what they say of each speaker.
Speakers = Callable[[str, Sequence[str]], Mapping[str, Mapping[str, str]]]


def genders(male: Iterable[str], female: Iterable[str]) -> Speakers:
    """Return what tells the gender of speakers, and no other column."""
    known = dict.fromkeys(male, {"gender": "male"})
    known |= dict.fromkeys(female, {"gender": "female"})

    def speakers(folder, columns):
        check_groups(columns, ["gender"], folder)
        return known

    return speakers


def reader_of(
    pattern: str, emotions: Mapping[str, str], example: str, speakers: Speakers
) -> Reader:
    """Return a reader of audio files whose names tell speaker and emotion.

    An emotion is the class of the same name or the one that `corpus.labels` gives it.
    The reader raises InputError if the folder is missing, cannot be listed, or has no
    audio file, or if `labels` has an emotion that the corpus does not have.

    Parameters
    ----------
    pattern
        Regular expression for a whole name without ending, with the groups
        `speaker`, `emotion` and, if wanted, `not_speech`, which rejects the file
        if it takes part in the match.
    emotions
        Emotion of each code in a file name.
    example
        A right name.
    speakers
        Tells what there is to make groups of. Asked only if there are to be groups.
    """

    def read(corpus, groups=()):
        codes = {code: (emotion,) for code, emotion in emotions.items()}
        label_of = Labelling.of(corpus).of_codes(codes, corpus["reader"])
        folder = corpus["path"]
        known = speakers(folder, groups) if groups else {}

        def record(utterance, path):
            name = utterance.rpartition("/")[2]
            match = re.fullmatch(pattern, name)
            if match is None:
                reason = "unrecognised_name"
                detail = f"{name!r} is not a name such as {example}"
            elif start := match.groupdict().get("not_speech"):
                reason = "not_speech"
                detail = f"{name!r} begins with {start}, unlike {example}"
            elif (code := match["emotion"]) not in emotions:
                reason = "unknown_label"
                detail = f"emotion {code!r} is none of {', '.join(emotions)}"
            elif not label_of[code]:
                reason = "unmapped_label"
                detail = f"emotion {emotions[code]!r} has no class in corpus.labels"
            else:
                who, label = match["speaker"], label_of[code]
                cells = dict.fromkeys(groups, "") | dict(known.get(who, {}))
                of_who = groups_of(cells, groups)
                return Utterance(utterance, path, who, "", label, groups=of_who)
            return Rejected(utterance, path, reason, detail)

        paths, unusable = audio_files(folder)
        utterances, rejected = collect(
            (path, record(id_below(path, folder), path)) for path in paths
        )
        for reject in unusable:
            # What is not looked for, such as video, need not be readable.
            other = record(reject.utterance, reject.path)
            rejected.append(other if isinstance(other, Rejected) else reject)
        return utterances, sorted(rejected)

    return read
