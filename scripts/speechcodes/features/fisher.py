"""Fisher vectors: how an utterance's frames differ from a mixture of Gaussians.

Perronnin, Sánchez and Mensink (2010), "Improving the Fisher kernel for large-scale
image classification", ECCV; mixtures and components are scikit-learn's.
"""

import warnings
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from sklearn.decomposition import PCA
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture

from speechcodes.errors import InputError
from speechcodes.features.standardisation import bin_statistics, standardised
from speechcodes.progress import each

#: Gaussians of a mixture, and dimensions of what they are fitted to at most.
GAUSSIANS, DIMENSIONS = 16, 24
#: Numbers of the vector that an utterance gets of each kind of channel, at most.
COMPONENTS = 60
#: A frame stands with its changes over so many frames to both sides.
REACHES = (2, 8, 20)
#: Share of the first direction's variance that others need to be looked at.
LEAST_VARIANCE = 1e-6
#: Most utterances that are learned from, and most of their frames.
MOST_UTTERANCES, MOST_FRAMES = 10_000, 100_000


class Mixture(NamedTuple):
    """A mixture that was fitted to one kind of channels.

    Attributes
    ----------
    columns : slice
        The channels' bins of a spectrogram.
    mean : np.ndarray, shape (4 times bins,)
        Of frames with their changes.
    weights : np.ndarray, shape (4 times bins, dimensions)
        From what differs from that mean to what the Gaussians see.
    gaussians : sklearn.mixture.GaussianMixture
        Diagonal.
    """

    columns: slice
    mean: np.ndarray
    weights: np.ndarray
    gaussians: GaussianMixture

    def of(self, spectrogram: np.ndarray) -> np.ndarray:
        """Return the Fisher vector of a spectrogram (frames, bins), of signed roots."""
        frames = with_changes(spectrogram[:, self.columns])
        frames -= self.mean
        vector = fisher_vector(self.gaussians, frames @ self.weights)
        return np.sign(vector) * np.sqrt(np.abs(vector))


class Model(NamedTuple):
    """What turns the channels of one kind into numbers of an utterance.

    Attributes
    ----------
    mixture : Mixture
    components : sklearn.decomposition.PCA
        From Fisher vectors to fewer numbers.
    scale : float
        The root of the mean variance of these numbers, which is divided by.
    """

    mixture: Mixture
    components: PCA
    scale: float

    def of(self, sequences: Sequence[np.ndarray]) -> np.ndarray:
        """Return the numbers of n spectrograms, shape (n, dimensions)."""
        vectors = [self.mixture.of(one) for one in each(sequences, "utterances")]
        return self.components.transform(np.array(vectors)) / self.scale


def fit(
    sequences: Sequence[np.ndarray], kinds: Sequence[slice], seed: int
) -> list[Model]:
    """Learn from unlabelled speech how utterances differ, one `Model` for each kind.

    Parameters
    ----------
    sequences : sequences.Sequences, or list of np.ndarray, each of shape (frames, bins)
    kinds : sequence of slice
        The bins of each kind of channels, such as bands and pitch.
    seed : int
        Of what is drawn where there is too much to learn from, and of scikit-learn.

    Raises
    ------
    InputError
        If there are fewer than two spectrograms.
    """
    n = len(sequences)
    if n < 2:
        raise InputError(
            f"{n} utterances of unlabelled speech are too few for Fisher vectors: they "
            "are learned from two or more"
        )
    drawn = np.random.default_rng(seed).permutation(n)[:MOST_UTTERANCES]
    return [_fit(sequences, np.sort(drawn), columns, seed) for columns in kinds]


def of_sequences(
    sequences: Sequence[np.ndarray], models: Sequence[Model]
) -> np.ndarray:
    """Return the numbers of n utterances, shape (n, dimensions), in single precision.

    Those of all models stand side by side, and each model's vary as much in total.
    """
    if not len(sequences):
        return np.empty((0, sum(m.components.n_components_ for m in models)), "f4")
    found = [model.of(sequences) for model in models]
    mean = np.mean([one.shape[1] for one in found])
    weighted = [one * np.sqrt(mean / one.shape[1]) for one in found]
    return np.concatenate(weighted, axis=1).astype(np.float32)


def fisher_vector(gaussians: GaussianMixture, frames: np.ndarray) -> np.ndarray:
    """Return the Fisher vector of some frames (n, dimensions).

    The gradient of the mean log-likelihood by the means and the standard deviations of
    diagonal Gaussians, divided by the root of its expected square (the diagonal of
    Fisher's information, Perronnin et al., equations 16 and 17). The shape is (2 times
    Gaussians times dimensions,).
    """
    means, variances = gaussians.means_, gaussians.covariances_
    # Each frame's shares: `predict_proba` of the mixture, in one product of matrices.
    factors = np.concatenate([means / variances, -0.5 / variances], axis=1)
    constant = means**2 / variances + np.log(variances)
    constant = np.log(gaussians.weights_) - constant.sum(axis=1) / 2
    terms = np.concatenate([frames, frames**2], axis=1)
    shares = terms @ factors.T + constant.astype(frames.dtype)
    shares -= shares.max(axis=1, keepdims=True)
    np.exp(shares, out=shares)
    shares /= shares.sum(axis=1, keepdims=True)
    counts = shares.sum(axis=0)[:, None]
    sums, squares = np.split(shares.T @ terms, 2, axis=1)
    by_means = (sums - counts * means) / np.sqrt(variances)
    by_deviations = (squares - 2 * means * sums + counts * means**2) / variances
    by_deviations = (by_deviations - counts) / np.sqrt(2)
    scale = len(frames) * np.sqrt(gaussians.weights_)[:, None]
    return np.concatenate([(by / scale).ravel() for by in (by_means, by_deviations)])


def with_changes(frames: np.ndarray) -> np.ndarray:
    """Return frames (n, bins) with their changes, shape (n, 4 times bins).

    A change is the difference between the frames that lie so far after and before one
    as `REACHES` tells; beyond the ends, the first and the last frame are repeated.
    """
    (n, bins), most = frames.shape, max(REACHES)
    padded = frames[np.clip(np.arange(-most, n + most), 0, n - 1)]
    found = np.empty((n, 1 + len(REACHES), bins), frames.dtype)
    found[:, 0] = frames
    for i, reach in enumerate(REACHES, start=1):
        after, before = padded[most + reach :][:n], padded[most - reach :][:n]
        np.subtract(after, before, out=found[:, i])
    return found.reshape(n, -1)


def _fit(sequences, drawn, columns, seed):
    """Fit the `Model` of some columns to the sequences drawn, by their numbers."""
    rng, rows = np.random.default_rng(seed), []
    for number in drawn:
        frames = with_changes(sequences[number][:, columns])
        rows.append(rng.permutation(frames)[: MOST_FRAMES // len(drawn)])
    statistics = mean, deviation = bin_statistics(rows)
    rows = standardised(np.concatenate(rows), statistics)
    directions = PCA(min(DIMENSIONS, *rows.shape), random_state=seed).fit(rows)
    variances = directions.explained_variance_
    # What hardly varies in what is heard would be blown up in what is not.
    kept = max(1, int(np.sum(variances > LEAST_VARIANCE * variances[0])))
    whitened = directions.components_[:kept]
    if variances[0] > LEAST_VARIANCE:
        whitened = whitened / np.sqrt(variances[:kept, None])
    mean = (mean + directions.mean_ * deviation).astype(np.float32)
    weights = (whitened / deviation).T.astype(np.float32)
    gaussians = GaussianMixture(
        min(GAUSSIANS, len(rows)),
        covariance_type="diag",
        reg_covar=1e-3,
        random_state=seed,
    )
    with warnings.catch_warnings():
        # A mixture that still moves a little describes speech as well.
        warnings.simplefilter("ignore", ConvergenceWarning)
        gaussians.fit((rows - directions.mean_) @ whitened.T)
    mixture = Mixture(columns, mean, weights, gaussians)
    numbers = each(drawn, "utterances to learn from")
    vectors = np.array([mixture.of(sequences[number]) for number in numbers])
    components = PCA(min(COMPONENTS, *vectors.shape), random_state=seed).fit(vectors)
    scale = np.sqrt(components.explained_variance_.mean())
    return Model(mixture, components, scale if scale > LEAST_VARIANCE else 1.0)
