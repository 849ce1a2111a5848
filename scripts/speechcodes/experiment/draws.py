"""Which training utterances a classifier sees: random nested draws, or the study's."""

from hashlib import sha256
from typing import NamedTuple

import numpy as np

from speechcodes.errors import InputError


def draw(
    labels: np.ndarray,
    percentage: int,
    seed: int,
    number: int,
    balanced: bool = False,
) -> np.ndarray:
    """Draw a share of the training utterances, stratified by class.

    Of each class' utterances a percentage is drawn, rounded, but at least one. Draws
    of one number are nested: a larger percentage contains a smaller one. Balanced draws
    have as many of each class, the percentage of all divided by the number of classes,
    or all that a class has.

    Returns
    -------
    chosen : np.ndarray, int
        Sorted indices of the utterances drawn.
    """
    rng = np.random.default_rng([seed, number])
    chosen = []
    classes = np.unique(labels)
    for label in classes:
        of_class = rng.permutation(np.flatnonzero(labels == label))
        share = len(labels) / len(classes) if balanced else len(of_class)
        size = max(1, round(share * percentage / 100))
        chosen.append(of_class[:size])
    return np.sort(np.concatenate(chosen))


def study_draw(
    labels: np.ndarray, percentage: int, classes: tuple[str, ...]
) -> np.ndarray:
    """Take a share of the training utterances as the published study did.

    Per class the first `int(n * share)` utterances in order: nothing is random. The
    share is a float, so that 70 % of 350 are 244. Returns sorted indices, as `draw`.

    Raises
    ------
    InputError
        If the percentage is too small for one utterance of each class.
    """
    chosen = []
    for label in np.unique(labels):
        of_class = np.flatnonzero(labels == label)
        size = int(len(of_class) * (percentage / 100))
        if not size:
            raise InputError(
                "experiment.percentages, or autoencoders.trial.percentages: by the "
                f"study's rule {percentage} % of the {len(of_class)} {classes[label]} "
                "training utterances are none; leave out what is below one, or use "
                "protocol: robust, which keeps one"
            )
        chosen.append(of_class[:size])
    return np.sort(np.concatenate(chosen))


def halves(voices: np.ndarray, seed: int, number: int) -> list[np.ndarray]:
    """Divide the training utterances into two halves without a voice in common.

    Voices are put in an order that depends on each voice's name, the seed and the
    number alone, and divided in its middle: folds that share voices put nearly all of
    them into the same half.

    Parameters
    ----------
    voices : np.ndarray of str, shape (training utterances,)
        Two different ones at least.

    Returns
    -------
    halves : list of two np.ndarray, int
        Sorted indices of the utterances of each half.
    """
    names, owner = np.unique(voices.astype(str), return_inverse=True)
    keys = [sha256(f"{seed} {number} {v}".encode()).digest() for v in names.tolist()]
    place = np.argsort(np.argsort(np.array(keys, dtype=object)))
    in_first = (place < len(names) // 2)[owner]
    return [np.flatnonzero(in_first), np.flatnonzero(~in_first)]


class Protocol(NamedTuple):
    """How training utterances are drawn and classifiers set up.

    Attributes
    ----------
    name : str
        `robust`: random nested draws, equal for all feature sets; ties of an SVM are
        broken by its decision values, which are averaged over an utterance's rows.
        `study`: `study_draw`, and classifiers exactly as the study had them.
    draws, seed : int
    balanced : bool
        Whether draws have as many utterances of each class. Not for `study`.
    halvings : int
        How often the training voices are divided into two halves, which are both
        learned from: what the halves differ by tells how much the training voices
        matter. Not for `study`.
    tuning : dict, optional
        `folds`, `most_rows`, and `grid`: settings to choose, and lists of their values.
    """

    name: str = "robust"
    draws: int = 1
    seed: int = 1
    halvings: int = 0
    balanced: bool = False
    tuning: dict | None = None

    def chosen(
        self, labels: np.ndarray, percentage: int, classes: tuple[str, ...]
    ) -> list[np.ndarray]:
        """Return the indices of the training utterances of every draw."""
        if self.name == "study":
            return [study_draw(labels, percentage, classes)] * self.draws
        return [self._draw(labels, percentage, n) for n in range(self.draws)]

    def halved(
        self, labels: np.ndarray, voices: np.ndarray, percentage: int
    ) -> list[np.ndarray]:
        """Return the indices of the training utterances drawn of `halves_of` voices.

        Of a half, twice the percentage is drawn, as many utterances as of the whole, or
        all there are.
        """
        share = min(2 * percentage, 100)
        return [
            half[self._draw(labels[half], share, index // 2)]
            for index, half in enumerate(self.halves_of(voices))
        ]

    def halves_of(self, voices: np.ndarray) -> list[np.ndarray]:
        """Return the indices of the utterances of every half of the voices.

        Both halves of the first halving come first, then those of the second, and so
        on; none where a single voice speaks, or somebody unknown.
        """
        names = np.unique(voices.astype(str))
        if len(names) < 2 or any(name.startswith("utterance ") for name in names):
            return []
        numbers = range(self.halvings)
        return [
            half for number in numbers for half in halves(voices, self.seed, number)
        ]

    def _draw(self, labels, percentage, number):
        return draw(labels, percentage, self.seed, number, self.balanced)
