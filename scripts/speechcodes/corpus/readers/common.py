"""What the corpus readers share: classes of words and ratings, and their records."""

import functools
import math
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from speechcodes.errors import InputError
from speechcodes.records import VALENCE, Rejected, Utterance

#: An utterance or a reject, with the words that tell a user where it stands.
Record = tuple[str, Utterance | Rejected]

#: The scale of a rating and where it is cut, unless the configuration says otherwise:
#: self-assessment manikins, from 1 to 7, in three classes.
SCALE = (1, 7)
BOUNDS = (3, 5)

#: Characters without width, which come along when text is copied.
_ZERO_WIDTH = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))


@functools.lru_cache(maxsize=4096)
def normalised(word: str) -> str:
    """Return a word without regard to case, outer space and Unicode form.

    Characters without width are left out, too.

    >>> normalised(" Zo\u00eb\u200b") == normalised("ZOE\u0308")
    True
    """
    compatible = unicodedata.normalize("NFKC", word.translate(_ZERO_WIDTH))
    return unicodedata.normalize("NFKC", compatible.casefold()).strip()


def number(text: str) -> float | None:
    """Return a number, or None where the text is no finite number.

    A comma counts as a decimal point: spreadsheets in many languages write one.

    >>> number("3,5"), number("x"), number("nan")
    (3.5, None, None)
    """
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


class Labelling(NamedTuple):
    """How words and ratings become classes."""

    classes: tuple[str, ...]
    #: Class of each normalised word: those of `corpus.labels`, and the classes' own.
    #: Empty for those to be left out.
    words: dict[str, str]
    #: The words of `corpus.labels`, as they stand there.
    given: tuple[str, ...]
    #: Column of the ratings; None for the reader's own.
    column: str | None
    #: Lowest and highest rating.
    scale: tuple[float, float]
    bounds: tuple[float, ...]

    @classmethod
    def of(cls, corpus: Mapping) -> "Labelling":
        """Return what the section `corpus` of the configuration asks for.

        Raises InputError if `corpus.labels` names a class that there is not, or gives
        one word two.
        """
        classes = tuple(corpus.get("classes") or VALENCE)
        words, labels = {}, corpus.get("labels") or {}
        for word, label in labels.items():
            label = label or ""
            if label not in ("", *classes):
                raise InputError(
                    f"corpus.labels: {label!r}, the class of {word!r}, is none of"
                    f" corpus.classes: {', '.join(classes)}"
                )
            if words.setdefault(normalised(word), label) != label:
                raise InputError(
                    f"corpus.labels: {word!r} has the class {label!r}, but written"
                    f" otherwise {words[normalised(word)]!r}; each word has one class"
                )
        rating = corpus.get("rating") or {}
        return cls(
            classes=classes,
            words={normalised(label): label for label in classes} | words,
            given=tuple(labels),
            column=rating.get("column"),
            scale=tuple(rating.get("scale", SCALE)),
            bounds=tuple(rating.get("bounds", BOUNDS)),
        )

    def of_word(self, word: str) -> str:
        """Return the class of a word, empty where it has none."""
        return self.words.get(normalised(word), "")

    def knows(self, word: str) -> bool:
        """Tell whether a word has a class, or is to be left out."""
        return normalised(word) in self.words

    def of_rating(self, value: float) -> str:
        """Return the class of a rating.

        One that equals a bound goes to the class further from the middle, so that
        classes at both ends hold their bounds.

        Raises InputError if there are not as many bounds as classes need.
        """
        if len(self.bounds) != len(self.classes) - 1:
            raise InputError(
                f"corpus.rating.bounds has {len(self.bounds)} bounds,"
                f" {[*self.bounds]}, but the {len(self.classes)} classes"
                f" {', '.join(self.classes)} need {len(self.classes) - 1}"
            )
        middle = len(self.bounds) / 2
        for place, bound in enumerate(self.bounds):
            if value < bound or (value == bound and place < middle):
                return self.classes[place]
        return self.classes[-1]

    def of_codes(self, codes: Mapping[str, Sequence[str]], reader: str) -> dict:
        """Return the class of each code of a corpus, empty where it has none.

        Every code comes with the words for it, of which any may have a class.

        Raises InputError if `corpus.labels` has a word that is none of these.
        """
        known = {normalised(word) for words in codes.values() for word in words}
        for word in self.given:
            if normalised(word) not in known:
                raise InputError(
                    f"corpus.labels: {word!r} is no label of the reader {reader!r}; it"
                    f" has {', '.join(words[-1] for words in codes.values())}"
                )
        return {
            code: next(filter(None, map(self.of_word, words)), "")
            for code, words in codes.items()
        }

    def rating(self, text: str, *where: str) -> float | None:
        """Return the rating in a cell, or None where it holds no number.

        Raises InputError if the rating is not on the scale, naming `where`: table, row
        and column.
        """
        value, (low, high) = number(text), self.scale
        if value is not None and not low <= value <= high:
            raise InputError(
                f"{', '.join(where)}: {text!r} is not on the scale from {low} to"
                f" {high}; correct it, or the scale in corpus.rating.scale"
            )
        return value


def groups_of(
    cells: Mapping[str, str], columns: Iterable[str]
) -> tuple[tuple[str, str], ...]:
    """Return column and value of each group that an utterance belongs to.

    >>> groups_of({"path": "a.wav", "gender": "f"}, ["gender"])
    (('gender', 'f'),)
    """
    return tuple([(column, cells[column]) for column in columns])


def check_groups(groups: Iterable[str], known: Iterable[str], where: str) -> None:
    """Raise InputError if a column of `report.groups` is none that is known."""
    if unknown := [column for column in groups if column not in known]:
        raise InputError(
            f"report.groups: {where} has no column {unknown[0]!r}; those to make groups"
            f" of are {', '.join(known) or 'none'}"
        )


def collect(records: Iterable[Record]) -> tuple[list[Utterance], list[Rejected]]:
    """Part utterances from rejects, and keep the first of each utterance id.

    A later record with the id of an earlier one is dropped if it says the same,
    and else rejected as `duplicate_utterance`. Both lists are sorted by id.
    """
    found, rejected = [], []
    for pair in records:
        _, record = pair
        if isinstance(record, Rejected):
            rejected.append(record)
        else:
            found.append(pair)
    # Those of one id stay in the order of their records.
    found.sort(key=lambda pair: pair[1].utterance)
    utterances, earlier = [], ""
    for where, record in found:
        kept = utterances[-1] if utterances else None
        if kept is None or record.utterance != kept.utterance:
            utterances.append(record)
            earlier = where
        elif record != kept:
            detail = f"{where} is at odds with {earlier}: {_differences(record, kept)}"
            rejected.append(
                Rejected(record.utterance, record.path, "duplicate_utterance", detail)
            )
    return utterances, sorted(rejected)


def _differences(record, kept):
    """Tell which fields of two utterances differ, and how."""
    fields = zip(Utterance._fields, record, kept, strict=True)
    return ", ".join(f"{name} {a!r}, not {b!r}" for name, a, b in fields if a != b)
