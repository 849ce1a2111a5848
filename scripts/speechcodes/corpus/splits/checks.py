"""What a division must have so that everything that is configured can be computed."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from speechcodes.corpus.splits.roles import Roles
from speechcodes.errors import InputError
from speechcodes.records import Utterance

#: Voices that an autoencoder needs: some to train on, others to validate on.
UNLABELLED_VOICES = 2


def check_classes(
    utterances: Iterable[Utterance], folds: Sequence[Roles], classes: Sequence[str]
) -> None:
    """Raise InputError if a class is missing where it is learned or tested."""
    found = {(u.part, u.label) for u in utterances}
    for number, fold in enumerate(folds, start=1):
        for role in ("training", "test"):
            for label in classes:
                if not any((part, label) in found for part in getattr(fold, role)):
                    raise InputError(
                        f"no {label} utterance {_where(role, number, folds)}; each "
                        "class must have one or more there"
                    )


def check_voices(utterances: Iterable[Utterance], folds: Sequence[Roles]) -> None:
    """Raise InputError if there is too little unlabelled speech to learn from.

    Autoencoders are validated on other speakers than they are trained on.
    """
    voices_of = defaultdict(set)
    for u in utterances:
        voices_of[u.part].add(u.voice)
    for number, fold in enumerate(folds, start=1):
        voices = set().union(*(voices_of[part] for part in fold.unlabelled))
        if len(voices) < UNLABELLED_VOICES:
            raise InputError(
                f"only {', '.join(voices) or 'nobody'} "
                f"{_where('unlabelled', number, folds)}, but what learns from "
                f"unlabelled speech needs {UNLABELLED_VOICES} speakers or more: add "
                "speakers or unlabelled speech (corpus.unlabelled), use splits.method "
                "folds with unlabelled: all_but_test, ask for fewer utterances in the "
                "other parts (splits.sizes), try another splits.seed, or leave code "
                "and fisher out of experiment.feature_sets"
            )


def check_speakers(
    utterances: Iterable[Utterance], folds: Sequence[Roles], feature_set: str
) -> None:
    """Raise InputError if a set is to be normalised per speaker, and one is unknown."""
    parts = {part for fold in folds for part in (*fold.training, *fold.test)}
    unknown = [
        u.utterance
        for u in utterances
        if u.label and u.part in parts and not (u.speaker or u.session)
    ]
    if unknown:
        raise InputError(
            f"experiment.feature_sets: {feature_set}: {len(unknown)} utterances, such "
            f"as {unknown[0]}, have neither a speaker nor a session, so that there is "
            "no speaker to normalise them over: name who speaks, or leave the set out"
        )


def _where(role, fold, folds):
    """Name a role, and the fold where there are several."""
    return f"has the role {role}" + (f" in fold {fold}" if len(folds) > 1 else "")
