# ruff: noqa: D103 - names of tests say what they test
"""Autoencoders with a code of each frame: pieces, corruption, training and codes."""

import json
from pathlib import Path

import keras
import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from speechcodes.autoencoders import (
    corruption,
    encoding,
    grid,
    models,
    reconstruction,
    training,
)
from speechcodes.autoencoders.pieces import Pieces, starts
from speechcodes.errors import DamagedFile, InputError
from speechcodes.storage import hdf5
from speechcodes.storage.sequences import Sequences

ROOT = Path(__file__).parents[3]
ALL = yaml.safe_load((ROOT / "config/architectures.yaml").read_text())
SMALL = {
    **ALL["denoising"],
    "convolutions": [{"filters": 6, "kernel": 3}, {"filters": 4, "kernel": 3}],
    "piece_frames": 8,
}
BINS = 5


def configuration(**changes):
    own = {"noise": 0.5, **changes}
    return grid.Configuration(
        "small", 3, 0.01, 8, "mse", "adam", "linear", "linear", **own
    )


def sequences(lengths, seed=0):
    """Frames whose bins all follow one smooth course, at levels of their own."""
    rng = np.random.default_rng(seed)
    courses = [np.cumsum(rng.normal(size=n)) for n in lengths]
    slopes, levels = np.linspace(1, 2, BINS), np.linspace(-3, 7, BINS)
    return [np.outer(c, slopes).astype(np.float32) + levels for c in courses]


def stored(path, frames):
    """Write sequences as the workflow stores them."""
    rows = {
        "spectrograms": np.concatenate(frames).astype(np.float32),
        "frames": np.array([len(each) for each in frames]),
    }
    hdf5.write(path, rows, parameters={}, libraries=[], description="")
    return str(path)


# --- sequences in files -----------------------------------------------------------


def test_sequences_are_read_from_several_files(tmp_path):
    frames = sequences([4, 1, 9, 2, 7])
    paths = [
        stored(tmp_path / "a.h5", frames[:2]),
        stored(tmp_path / "b.h5", frames[2:]),
    ]
    found = Sequences(paths, "spectrograms")
    assert len(found) == 5 and found.bins == BINS
    assert found.frames.tolist() == [4, 1, 9, 2, 7]
    assert found.nbytes == 23 * BINS * 4
    for one, expected in zip(found.loaded(), frames, strict=True):
        np.testing.assert_array_equal(one, expected.astype(np.float32))
    some = found.take(np.array([False, True, False, True, True]))
    assert some.frames.tolist() == [1, 2, 7]
    np.testing.assert_array_equal(some.part(2, 3, 5), frames[4][3:5].astype(np.float32))


def test_segments_of_one_length_are_sequences_too(tmp_path):
    values = np.random.default_rng(0).random((3, 4, BINS), np.float32)
    path = tmp_path / "a.h5"
    hdf5.write(
        path, {"spectrograms": values}, parameters={}, libraries=[], description=""
    )
    found = Sequences([str(path)], "spectrograms")
    np.testing.assert_array_equal(found.loaded(), values)


def test_a_file_cut_off_while_it_is_read_is_told(tmp_path):
    path = stored(tmp_path / "a.h5", sequences([50, 60]))
    found = Sequences([path], "spectrograms")
    with open(path, "r+b") as file:
        file.truncate(1500)
    with pytest.raises(DamagedFile, match="sequence 1"):
        found[1]


# --- pieces -----------------------------------------------------------------------


@given(st.integers(1, 200), st.integers(2, 40))
def test_pieces_cover_every_frame_and_no_more_are_made_than_needed(frames, length):
    found = starts(frames, length)
    covered = {i for first in found for i in range(first, min(first + length, frames))}
    assert covered == set(range(frames))
    assert len(found) == max(1, -(-frames // length))
    assert found[0] == 0 and found[-1] == max(0, frames - length)


def test_what_fills_up_short_sequences_has_no_weight():
    frames = sequences([3, 8, 11])
    pieces = Pieces(frames, 8)
    assert pieces.shape == (4, 8, BINS) and len(pieces) == 4
    weights = pieces.weights(np.arange(4))
    assert weights.sum(axis=1).tolist() == [3, 8, 8, 8]
    values = pieces[np.array([0, 3])]
    np.testing.assert_allclose(values[0, :3], frames[0], rtol=1e-6)
    assert not values[0, 3:].any()
    np.testing.assert_allclose(values[1], frames[2][3:], rtol=1e-6)


def test_pieces_are_the_same_from_files_and_from_memory(tmp_path):
    frames = [each.astype(np.float32) for each in sequences([3, 20, 9])]
    found = Sequences([stored(tmp_path / "a.h5", frames)], "spectrograms")
    there, here = Pieces(found, 8), Pieces(frames, 8)
    assert there.shape == here.shape
    np.testing.assert_array_equal(there[:], here[:])
    np.testing.assert_array_equal(there.weights([1, 0]), here.weights([1, 0]))


# --- corruption -------------------------------------------------------------------


def test_statistics_of_bins_by_numpy():
    frames = sequences([30, 7])
    mean, deviation = corruption.bin_statistics(frames)
    np.testing.assert_allclose(mean, np.concatenate(frames).mean(axis=0), rtol=1e-6)
    np.testing.assert_allclose(deviation, np.concatenate(frames).std(axis=0), rtol=1e-6)
    assert corruption.bin_statistics([np.full((4, 2), 0.3)])[1].tolist() == [1, 1]


def test_noise_is_measured_in_deviations_of_its_bin():
    clean = np.zeros((200, 40, 2), np.float32)
    statistics = np.zeros(2), np.array([1.0, 10.0])
    rng = np.random.default_rng(0)
    found = corruption.corrupt(clean, statistics, configuration(noise=0.5), rng)
    np.testing.assert_allclose(found.std(axis=(0, 1)), [0.5, 5], rtol=0.03)
    assert not clean.any()


def test_masks_are_stretches_of_the_mean_of_at_most_the_width():
    clean = np.ones((500, 20, 10), np.float32)
    settings = configuration(noise=0.0, masked_bins=3, masked_frames=6)
    statistics = np.full(10, 7.0), np.ones(10)
    rng = np.random.default_rng(0)
    found = corruption.corrupt(clean, statistics, settings, rng)
    assert set(np.unique(found)) == {1, 7}
    masked = found == 7
    frames, bins = masked.all(axis=2), masked.all(axis=1)
    for rows, most in ((frames, 6), (bins, 3)):
        widths = rows.sum(axis=1)
        assert set(widths) == set(range(most + 1))
        # One stretch: it begins once.
        begins = np.diff(np.pad(rows.astype(int), ((0, 0), (1, 0)))) == 1
        assert set(begins.sum(axis=1)) == {0, 1}
    np.testing.assert_array_equal(masked, frames[:, :, None] | bins[:, None, :])


def test_without_corruption_nothing_is_changed():
    clean = np.ones((2, 3, 4), np.float32)
    statistics = np.zeros(4), np.ones(4)
    settings = configuration(noise=0.0)
    assert not corruption.corrupts(settings)
    rng = np.random.default_rng(0)
    assert corruption.corrupt(clean, statistics, settings, rng) is clean


# --- models -----------------------------------------------------------------------


def build(**changes):
    statistics = np.arange(BINS), np.arange(1, BINS + 1)
    return models.build_by_frame({**SMALL, **changes}, statistics, 3, "linear", seed=1)


def test_parameters_are_counted_without_building_a_model():
    model = models.build_by_frame(
        ALL["denoising"], (np.zeros(40), np.ones(40)), 64, "linear"
    )
    expected = grid.parameters(ALL["denoising"], (None, 40), 64)
    trainable = sum(int(np.prod(w.shape)) for w in model.trainable_weights)
    assert trainable == expected


def test_any_length_goes_in_and_comes_out():
    model = build()
    for frames in (1, 2, 50):
        assert model(np.zeros((2, frames, BINS), np.float32)).shape == (2, frames, BINS)
    assert models.encoder(model).output_shape == (None, None, 3)


def test_what_goes_in_is_standardised(tmp_path):
    model = build()
    np.testing.assert_allclose(models.standardisation(model)[0], np.arange(BINS))
    np.testing.assert_allclose(models.standardisation(model)[1], np.arange(1, BINS + 1))
    layer = keras.Model(model.input, model.get_layer("standardised").output)
    values = np.random.default_rng(0).random((1, 4, BINS)).astype(np.float32)
    expected = (values - np.arange(BINS)) / np.arange(1, BINS + 1)
    np.testing.assert_allclose(layer(values), expected, rtol=1e-5, atol=1e-6)
    restored = models.reconstruct(model, values)
    outputs = np.asarray(model(values)) * np.arange(1, BINS + 1) + np.arange(BINS)
    np.testing.assert_allclose(restored, outputs, rtol=1e-5)
    models.save(model, tmp_path / "model.keras")
    again = models.load(tmp_path / "model.keras")
    np.testing.assert_array_equal(np.asarray(again(values)), np.asarray(model(values)))


def test_the_summary_tells_kernels_and_dilations():
    dilated = [{"filters": 6, "kernel": 3, "dilation": 4}]
    text = models.summary(build(convolutions=dilated))
    assert "Conv1D 6 of 3/1 dilated 4 relu" in text


def test_a_loss_that_does_not_suit_standardised_frames_is_refused():
    wrong = grid.Configuration(
        "denoising", 3, 0.01, 8, "binary_crossentropy", "adam", "linear", "linear"
    )
    with pytest.raises(InputError, match="loss must be mse"):
        grid.check(wrong, ALL, (None, 40))


def test_variants_get_the_architectures_that_suit_them():
    base = {"latent": 8, "learning_rate": 0.001, "batch_size": 8, "optimiser": "adam"}
    grids = [{**base, "architecture": ["study1", "denoising"]}]
    shapes = {"20k": (49, 200), "whole": (None, 40)}
    found = grid.of_variants(grids, ALL, shapes)
    (study,), (frames,) = found["20k"].values(), found["whole"].values()
    assert (study.loss, study.output_activation) == ("binary_crossentropy", "relu")
    assert (frames.loss, frames.output_activation) == ("mse", "linear")
    assert frames.noise == 1 and study.noise == 0
    assert frames.name.endswith("_noise1.0") and "noise" not in study.name
    # Named, codes of frames are for segments of one length, too.
    named = [{**base, "architecture": "denoising", "segments": ["20k", "whole"]}]
    assert all(grid.of_variants(named, ALL, shapes).values())
    with pytest.raises(InputError, match="no autoencoder is for .* 20k"):
        grid.of_variants([{**base, "architecture": "denoising"}], ALL, shapes)
    wrong = [{**base, "architecture": "study1", "segments": "whole"}]
    with pytest.raises(
        InputError, match="segments.whole.*takes segments of one length"
    ):
        grid.of_variants(wrong, ALL, shapes)
    with pytest.raises(InputError, match="no segment variant 'wohle'"):
        grid.of_variants(
            [{**base, "architecture": "study1", "segments": "wohle"}], ALL, shapes
        )


# --- training ---------------------------------------------------------------------


def trained(rows, validation, **settings):
    model = training.untrained(SMALL, configuration(), rows)
    limits = {"epochs": 15, "patience": 15, "min_delta": 0, **settings}
    history = training.train(model, rows, validation, configuration(), seed=3, **limits)
    return model, history


def test_training_learns_and_is_the_same_again():
    rows = Pieces(sequences([30] * 20), 8)
    validation = Pieces(sequences([30] * 5, 1), 8)
    model, history = trained(rows, validation)
    assert history["validation_loss"][-1] < 0.5 * history["validation_loss"][0]
    again, same = trained(rows, validation)
    assert same["validation_loss"] == history["validation_loss"]
    for one, other in zip(model.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_validation_loss_is_that_of_the_standardised_frames_alone():
    # One batch; of the pieces most frames only fill up.
    frames, short = sequences([40] * 10), sequences([3, 2, 8, 5], 2)
    rows, validation = Pieces(frames, 8), Pieces(short, 8)
    model, history = trained(rows, validation, epochs=1)
    mean, deviation = np.concatenate(frames).mean(0), np.concatenate(frames).std(0)
    padded = validation[:]
    outputs = np.asarray(model(padded))
    squares = [
        (outputs[i, : len(s)] - (s - mean) / deviation) ** 2
        for i, s in enumerate(short)
    ]
    expected = np.concatenate(squares).mean()
    assert history["validation_loss"][0] == pytest.approx(expected, rel=1e-4)
    assert history["validation_mse"][0] == pytest.approx(expected, rel=1e-4)
    of_mean = np.mean((np.concatenate(short) - mean) ** 2 / deviation**2)
    found = training.mean_spectrogram_loss(rows, validation, "mse", (mean, deviation))
    assert found == pytest.approx(of_mean, rel=1e-5)


def test_metrics_count_utterances_and_name_the_pooling():
    rows, validation = Pieces(sequences([30] * 6), 8), Pieces(sequences([30] * 2), 8)
    model, history = trained(rows, validation, epochs=1)
    metrics = training.measure(model, history, configuration(), SMALL, rows, validation)
    assert (metrics["training_segments"], metrics["validation_segments"]) == (6, 2)
    assert json.loads(json.dumps(metrics))["pooling"] == ["mean", "standard_deviation"]


# --- codes ------------------------------------------------------------------------


def test_codes_are_statistics_of_the_codes_of_frames(tmp_path):
    model, frames = build(), [s.astype(np.float32) for s in sequences([1, 6, 17])]
    pooling = ["mean", "standard_deviation", 90]
    found = encoding.encode_sequences(model, frames, pooling)
    assert found.shape == (3, 9) and found.dtype == np.float32
    encoder = models.encoder(model)
    for one, row in zip(frames, found, strict=True):
        values = np.asarray(encoder(one[None]))[0]
        expected = [values.mean(0), values.std(0), np.percentile(values, 90, axis=0)]
        np.testing.assert_allclose(row, np.concatenate(expected), rtol=1e-4, atol=1e-5)
    path = stored(tmp_path / "a.h5", frames)
    np.testing.assert_array_equal(encoding.of_files(model, [path], pooling), found)


def test_reconstructions_of_sequences_are_measured_and_shown(tmp_path, monkeypatch):
    model, frames = build(), [s.astype(np.float32) for s in sequences([4, 6])]
    found = Sequences([stored(tmp_path / "a.h5", frames)], "spectrograms")
    expected = [
        ((models.reconstruct(model, s[None])[0] - s) ** 2).mean() for s in frames
    ]
    np.testing.assert_allclose(reconstruction.errors(model, found), expected, rtol=1e-5)
    monkeypatch.setattr(reconstruction, "SHOWN", 5)
    originals, restored = reconstruction.pairs(model, found, [1, 0])
    assert (
        [len(each) for each in originals] == [len(each) for each in restored] == [5, 4]
    )
    np.testing.assert_array_equal(originals[1], frames[0])
