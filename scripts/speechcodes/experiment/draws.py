"""Which training utterances a classifier sees: random nested draws, or the study's."""

from typing import NamedTuple

import numpy as np

from speechcodes.errors import InputError


def draw(labels: np.ndarray, percentage: int, seed: int, number: int) -> np.ndarray:
    """Draw a share of the training utterances, stratified by class.

    Of each class' utterances a percentage is drawn, rounded, but at least one. Draws
    of one number are nested: a larger percentage contains a smaller one.

    Returns
    -------
    chosen : np.ndarray, int
        Sorted indices of the utterances drawn.
    """
    rng = np.random.default_rng([seed, number])
    chosen = []
    for label in np.unique(labels):
        of_class = rng.permutation(np.flatnonzero(labels == label))
        size = max(1, round(len(of_class) * percentage / 100))
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


class Protocol(NamedTuple):
    """How training utterances are drawn and classifiers set up.

    Attributes
    ----------
    name : str
        `robust`: random nested draws, equal for all feature sets; ties of an SVM are
        broken by its decision values, which are averaged over an utterance's rows.
        `study`: `study_draw`, and classifiers exactly as the study had them.
    draws, seed : int
    tuning : dict, optional
        `folds`, and `grid`: settings to choose, and lists of their values.
    """

    name: str = "robust"
    draws: int = 1
    seed: int = 1
    tuning: dict | None = None

    def chosen(
        self, labels: np.ndarray, percentage: int, classes: tuple[str, ...]
    ) -> list[np.ndarray]:
        """Return the indices of the training utterances of every draw."""
        if self.name == "study":
            return [study_draw(labels, percentage, classes)] * self.draws
        return [draw(labels, percentage, self.seed, n) for n in range(self.draws)]
