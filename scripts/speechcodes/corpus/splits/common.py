"""What the methods of dividing a corpus share: sizes, partitions, unlabelled speech."""

from collections.abc import Mapping, Sequence
from math import inf

from speechcodes.errors import InputError
from speechcodes.records import Utterance


def sizes_per_class(
    size: int | str | Mapping[str, int], classes: Sequence[str]
) -> dict[str, float]:
    """Return {class: number wanted}, infinite where everything is wanted.

    >>> sizes_per_class(2, ["no", "yes"]), sizes_per_class("all", ["yes"])
    ({'no': 2, 'yes': 2}, {'yes': inf})
    """
    if isinstance(size, Mapping):
        return {label: size[label] for label in classes}
    return dict.fromkeys(classes, inf if size == "all" else size)


def in_words(utterances: Sequence[Utterance], classes: Sequence[str]) -> str:
    """Tell how many utterances and speakers each class has."""
    voices = {
        label: [u.voice for u in utterances if u.label == label] for label in classes
    }
    return ", ".join(
        f"{len(spoken)} {label} utterances of {len(set(spoken))} speakers"
        for label, spoken in voices.items()
    )


def candidates(
    utterances: Sequence[Utterance], part: str, partitions: Mapping | None
) -> Sequence[Utterance]:
    """Return the utterances that the corpus' own partitions let into a part."""
    if not partitions:
        return utterances
    return [u for u in utterances if u.partition in partitions[part]]


def check_partitions(
    utterances: Sequence[Utterance], partitions: Mapping | None
) -> None:
    """Raise InputError for partitions that there are not, or in two parts."""
    found = sorted({u.partition for u in utterances if u.partition})
    owner = {}
    for part, names in (partitions or {}).items():
        if not set(names) & set(found):
            raise InputError(
                f"splits.partitions.{part}: the corpus has no partition "
                f"{' or '.join(names)}; it has {', '.join(found) or 'none'}"
            )
        for name in names:
            if owner.setdefault(name, part) != part:
                raise InputError(
                    f"splits.partitions: {name!r} is in {owner[name]} and in {part}; "
                    "a partition can be in one of them only"
                )


def with_unlabelled(
    utterances: Sequence[Utterance],
    part_of: dict[str, str],
    partitions: Mapping | None,
) -> dict[str, str]:
    """Return {utterance: part}, with the speech that has no label added.

    It goes to the part unlabelled if its partition, where it has one, is let in there,
    and neither its speaker nor its session trains or tests classifiers.
    """
    heard = {name for name, part in part_of.items() if part in ("training", "test")}
    labelled = [u for u in utterances if u.utterance in heard]
    speakers = {u.speaker for u in labelled} - {""}
    sessions = {u.session for u in labelled} - {""}
    allowed = {"", *partitions.get("unlabelled", ())} if partitions else None
    more = [
        u.utterance
        for u in utterances
        if not u.label
        and (allowed is None or u.partition in allowed)
        and u.speaker not in speakers
        and u.session not in sessions
    ]
    return part_of | dict.fromkeys(more, "unlabelled")
