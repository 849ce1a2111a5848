"""Fisher vectors, held against gradients that are computed by differences."""

import numpy as np
import pytest
from autoencoding import stored
from sklearn.linear_model import LogisticRegression
from sklearn.mixture import GaussianMixture

from speechcodes.errors import InputError
from speechcodes.features import fisher
from speechcodes.storage.sequences import Sequences

BINS = 3


def sequences(n, seed=0):
    """Sequences of two kinds: slow waves in half of them, fast ones in the others."""
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(n):
        time = np.arange(rng.integers(60, 90))[:, None] + rng.integers(50)
        wave = np.sin(time / (2 if number % 2 else 8) + np.arange(BINS))
        rows.append((wave + rng.normal(0, 0.3, wave.shape)).astype(np.float32))
    return rows


def test_a_vector_is_the_gradient_of_the_mean_log_likelihood():
    rng = np.random.default_rng(0)
    mixture = GaussianMixture(4, covariance_type="diag", random_state=0)
    mixture.fit(rng.normal(size=(500, BINS)) * [1, 2, 0.5])
    frames = rng.normal(size=(40, BINS))
    weights, step = mixture.weights_[:, None], 1e-5

    def gradient(of, change):
        found = np.zeros_like(of)
        for place in np.ndindex(of.shape):
            ends = []
            for sign in (1, -1):
                moved = of.copy()
                moved[place] += sign * step
                change(moved)
                ends.append(mixture.score(frames))
            found[place] = (ends[0] - ends[1]) / (2 * step)
        change(of)
        return found

    def means(values):
        mixture.means_ = values

    def deviations(values):
        mixture.covariances_ = values**2
        mixture.precisions_cholesky_ = 1 / values

    found = fisher.fisher_vector(mixture, frames).reshape(2, 4, BINS)
    spread = np.sqrt(mixture.covariances_)
    by_means = gradient(mixture.means_, means)
    by_deviations = gradient(spread, deviations)
    # Divided by the root of Fisher's information: w / s^2, and 2 w / s^2.
    np.testing.assert_allclose(
        found[0], by_means * spread / np.sqrt(weights), rtol=1e-4, atol=1e-7
    )
    np.testing.assert_allclose(
        found[1], by_deviations * spread / np.sqrt(2 * weights), rtol=1e-4, atol=1e-7
    )


def test_changes_are_differences_over_the_reach_and_end_with_the_last_frame():
    frames = np.arange(50.0)[:, None] ** 2
    found = fisher.with_changes(frames)
    assert found.shape == (50, 4)
    np.testing.assert_array_equal(found[:, :1], frames)
    for column, reach in enumerate((2, 8, 20), start=1):
        assert found[25, column] == (25 + reach) ** 2 - (25 - reach) ** 2
        assert found[0, column] == reach**2
        assert found[49, column] == 49**2 - (49 - reach) ** 2


def test_twenty_labels_are_enough_for_what_unlabelled_speech_differs_in():
    models = fisher.fit(sequences(300), [slice(0, BINS)], seed=1)
    some, others = (
        fisher.of_sequences(sequences(n, seed), models)
        for n, seed in ((20, 5), (60, 6))
    )
    assert some.dtype == np.float32
    model = LogisticRegression().fit(some, np.arange(20) % 2)
    assert model.score(others, np.arange(60) % 2) > 0.85


def test_kinds_stand_side_by_side_with_the_same_variance():
    learned = sequences(100)
    kinds = [slice(0, 2), slice(2, 3)]
    models = fisher.fit(learned, kinds, seed=1)
    found = fisher.of_sequences(learned, models)
    widths = [model.components.n_components_ for model in models]
    assert found.shape == (100, sum(widths))
    variances = found.var(axis=0, ddof=1)
    first, second = np.split(variances, [widths[0]])
    assert first.sum() == pytest.approx(second.sum(), rel=1e-3)
    assert variances.mean() == pytest.approx(1, rel=1e-3)
    # What varies more comes first, and counts more.
    assert (np.diff(first) < 1e-6).all()
    # Each kind is of its own columns.
    alone = fisher.fit([one[:, 2:] for one in learned], [slice(0, 1)], seed=1)
    own = fisher.of_sequences([one[:, 2:] for one in learned], alone)
    scale = found[:, widths[0] :] / own
    np.testing.assert_allclose(scale, scale[0, 0], rtol=1e-3)


def test_files_and_lists_give_the_same_and_the_seed_decides(tmp_path, monkeypatch):
    monkeypatch.setattr(fisher, "MOST_UTTERANCES", 20)
    monkeypatch.setattr(fisher, "MOST_FRAMES", 500)
    learned, kinds = sequences(30), [slice(0, BINS)]
    path = stored(tmp_path / "one.h5", learned)
    read = Sequences([path], "spectrograms")
    first, again, other = (
        fisher.of_sequences(some, fisher.fit(some, kinds, seed))
        for some, seed in ((learned, 1), (read, 1), (learned, 2))
    )
    np.testing.assert_array_equal(first, again)
    assert first.shape == (30, 20) and not np.allclose(first, other)


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
def test_what_never_varied_in_what_was_heard_is_not_blown_up():
    # Nothing is voiced in the speech to learn from; all is, in other speech.
    still = [np.zeros((n, 1), np.float32) for n in (4, 5, 6)]
    models = fisher.fit(still, [slice(0, 1)], seed=1)
    other = [np.full((5, 1), 3, np.float32)]
    for some in (still, other):
        assert np.abs(fisher.of_sequences(some, models)).max() < 1000
    # Beside a channel that varies, one that is always the same.
    beside = [np.hstack([one, np.ones((len(one), 1))]) for one in sequences(30)]
    models = fisher.fit(beside, [slice(0, BINS + 1)], seed=1)
    changed = [one * np.r_[np.ones(BINS), 0] for one in beside]
    assert np.abs(fisher.of_sequences(changed, models)).max() < 100


def test_no_utterance_gives_no_row_and_one_is_too_few_to_learn_from():
    models = fisher.fit(sequences(9), [slice(0, BINS)], seed=1)
    assert fisher.of_sequences([], models).shape == (0, 9)
    told = "1 utterances of unlabelled speech are too few for Fisher vectors"
    with pytest.raises(InputError, match=told):
        fisher.fit(sequences(1), [slice(0, BINS)], seed=1)
