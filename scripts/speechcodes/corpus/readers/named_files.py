"""Corpora whose file names tell everything."""

import re
from collections.abc import Callable, Mapping

from speechcodes.corpus.readers.audio_files import audio_files, id_below
from speechcodes.corpus.readers.common import Labelling, collect
from speechcodes.records import Rejected, Utterance

Reader = Callable[[Mapping], tuple[list[Utterance], list[Rejected]]]


def reader_of(pattern: str, emotions: Mapping[str, str], example: str) -> Reader:
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
    """
    name = re.compile(pattern)

    def read(corpus):
        codes = {code: (emotion,) for code, emotion in emotions.items()}
        label_of = Labelling.of(corpus).of_codes(codes, corpus["reader"])
        folder = corpus["path"]
        paths, unusable = audio_files(folder)

        def record(utterance, path):
            return _record(utterance, path, name, emotions, label_of, example)

        utterances, rejected = collect(
            (path, record(id_below(path, folder), path)) for path in paths
        )
        # What is not looked for, such as video, need not be readable.
        told = (record(reject.utterance, reject.path) for reject in unusable)
        rejected += [
            other if isinstance(other, Rejected) else reject
            for reject, other in zip(unusable, told, strict=True)
        ]
        return utterances, sorted(rejected)

    return read


def _record(utterance, path, pattern, emotions, label_of, example):
    """Make a record of one file's name."""
    name = utterance.rpartition("/")[2]
    match = pattern.fullmatch(name)
    if match is None:
        detail = f"{name!r} is not a name such as {example}"
        return Rejected(utterance, path, "unrecognised_name", detail)
    parts = match.groupdict()
    if parts.get("not_speech"):
        detail = f"{name!r} begins with {parts['not_speech']}, unlike {example}"
        return Rejected(utterance, path, "not_speech", detail)
    code = parts["emotion"]
    if code not in emotions:
        detail = f"emotion {code!r} is none of {', '.join(emotions)}"
        return Rejected(utterance, path, "unknown_label", detail)
    if not label_of[code]:
        detail = f"emotion {emotions[code]!r} has no class in corpus.labels"
        return Rejected(utterance, path, "unmapped_label", detail)
    return Utterance(utterance, path, parts["speaker"], "", label_of[code])
