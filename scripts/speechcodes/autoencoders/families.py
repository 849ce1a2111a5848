"""The families of autoencoders: one module each, with the functions of `Family`.

A new family is a module and its entry in `FAMILIES`. Modules load Keras only in
the functions that need it, since grids are checked while the workflow is parsed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

from speechcodes.autoencoders import frame_model, segment_model
from speechcodes.errors import InputError

if TYPE_CHECKING:
    import keras
    import numpy as np

    from speechcodes.autoencoders.grid import Configuration
    from speechcodes.features.standardisation import Statistics
    from speechcodes.storage.sequences import Rows

    Shape = tuple[int | None, int]


class Family(Protocol):
    """What the module of a family of autoencoders holds.

    Throughout, `architecture` is one of architectures.yaml, `configuration` a
    `grid.Configuration` of it, and `shape` the (frames, bins) of spectrograms; frames
    are None where segments are whole utterances. `spectrograms` are those of many
    segments, in an array, a list, or their files (`read`); `rows` are what training
    draws from (`rows`); and a `batch` is an array (n, frames, bins), float32, of what a
    model takes together (`batches`).

    Attributes
    ----------
    NAME : str
        What architectures name as their `family`; its models' names begin with it.
    """

    NAME: str

    def suits(self, shape: Shape) -> bool:
        """Tell whether grids without `segments` are for spectrograms of a shape."""

    def check(
        self, configuration: Configuration, architecture: dict, shape: Shape
    ) -> None:
        """Raise InputError if a configuration cannot work on this shape."""

    def context_frames(self, architecture: dict) -> int:
        """Count the frames that a frame's code is computed from; 0 for segments.

        Principal components, which codes are held against, see as many.
        """

    def parameters(self, architecture: dict, shape: Shape, latent: int) -> int:
        """Count the weights and biases of an autoencoder without building it."""

    def build(
        self,
        architecture: dict,
        configuration: Configuration,
        shape: Shape,
        statistics: Statistics,
        seed: int,
    ) -> keras.Model:
        """Build an autoencoder, from batches to the same; its code's layer is ``code``.

        `statistics` are mean and standard deviation of each bin. The seed is that of
        Python, NumPy and Keras, from which the weights are drawn.
        """

    def standardisation(self, model: keras.Model) -> Statistics | None:
        """Return mean and standard deviation of each bin that outputs lack.

        None where a model restores spectrograms on their own scale.
        """

    def read(self, paths: Sequence[str], scratch: str | None = None) -> Rows:
        """Open the spectrograms in some files; see `sequences.Rows` for `scratch`."""

    def rows(self, spectrograms, architecture: dict):
        """Return rows of one `shape` (rows, frames, bins), indexed as an array is."""

    def weights(self, rows, members: np.ndarray) -> np.ndarray | None:
        """Return what frames of some rows count, shape (k, frames); None if alike."""

    def mean_loss(
        self, training, validation, loss: str, standard: Statistics | None
    ) -> float:
        """Compute the loss of saying the mean spectrogram of all validation rows.

        The mean is that of the training rows. An autoencoder that does not beat this
        has a code that says nothing about the segment that it stands for. `loss` is
        Keras' name of the function; for `standard`, see `standardisation`.
        """

    def batches(self, spectrograms) -> Iterator[np.ndarray]:
        """Give spectrograms batch by batch, in order."""

    def encode(
        self, encoder: keras.Model, batch: np.ndarray, pooling: list | None
    ) -> np.ndarray:
        """Compute the codes of a batch, shape (n, dimensions).

        For `pooling` over time, see `pooling.pool`; None where an encoder gives one
        code of a segment. Raises InputError if the encoder was built for another shape.
        """

    def reconstruct(self, model: keras.Model, batch: np.ndarray) -> np.ndarray:
        """Return what an autoencoder makes of a batch, on the batch's own scale."""


FAMILIES: dict[str, Family] = {
    family.NAME: family for family in (segment_model, frame_model)
}


def of(architecture: dict) -> Family:
    """Return the family of an architecture.

    Raises
    ------
    InputError
        If there is no such family.
    """
    if architecture["family"] not in FAMILIES:
        raise InputError(
            f"family {architecture['family']!r} of autoencoders: there are "
            f"{', '.join(FAMILIES)}"
        )
    return FAMILIES[architecture["family"]]


def of_model(model: keras.Model) -> Family:
    """Return the family that built an autoencoder, or whose encoder it is."""
    return FAMILIES[model.name.partition("_")[0]]
