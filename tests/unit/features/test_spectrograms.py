"""Spectrograms, held against pyAudioAnalysis and against numpy."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyAudioAnalysis import ShortTermFeatures

from speechcodes.errors import InputError, RejectedAudio
from speechcodes.features import spectrograms

RATE = 8_000
WHOLE = {"samples": "whole", "short_signals": "drop"}
#: 2595 log10(1 + f / 700) of 50 and of 4000 Hz.
MEL_50, MEL_4000 = 77.7547, 2146.0645
SETTINGS = {"window": 0.05, "step": 0.05, "scale": "linear"}
#: A full-scale tone in the middle of bin 25, as bins are of 20 Hz.
TONE = np.sin(2 * np.pi * 500 * np.arange(4_000) / RATE)


def computed(segment, **changes):
    """The spectrogram of one segment, with changed settings."""
    return spectrograms.spectrogram(segment, RATE, **SETTINGS | changes)


def speech_like(samples):
    """Noise whose level rises and falls, upon a harmonic tone and a constant."""
    rng = np.random.default_rng(0)
    time = np.arange(samples) / RATE
    voice = sum(np.sin(2 * np.pi * 120 * k * time) / k for k in range(1, 8))
    level = 0.55 + 0.45 * np.sin(2 * np.pi * 3 * time)
    return 0.1 * level * (voice + rng.normal(0, 0.3, samples)) + 0.01


def by_library(segment):
    """Magnitudes as float32, without the last row, which is of zeros."""
    rows = ShortTermFeatures.spectrogram(segment * 32_768, RATE, 400, 400)[0]
    assert not rows[-1].any()
    return rows[:-1].astype(np.float32)


def by_numpy(segment, window, step):
    """Magnitudes of the lower half of every whole window after the first."""
    centred = segment - segment.mean()
    normed = centred / (np.abs(centred).max() + 1e-10)
    starts = range(window, len(segment) - window + 1, step)
    rows = [np.abs(np.fft.rfft(normed[s : s + window])) for s in starts]
    return np.array(rows)[:, : window // 2] / (window // 2)


@pytest.mark.parametrize("samples", [20_000, 30_000, 30_123])
def test_equals_the_library_without_its_row_of_zeros(samples):
    segment = speech_like(samples)
    result = computed(segment)
    assert result.dtype == np.float32
    np.testing.assert_array_equal(result, by_library(segment))


@pytest.mark.parametrize(("window", "step"), [(400, 400), (400, 100), (256, 300)])
def test_equals_what_numpy_computes(window, step):
    segment = speech_like(6_000)
    before = segment.copy()
    result = computed(segment, window=window / RATE, step=step / RATE)
    expected = by_numpy(segment, window, step)
    np.testing.assert_allclose(result, expected, rtol=1e-5, atol=1e-7)
    np.testing.assert_array_equal(segment, before)


@settings(max_examples=50, deadline=None)
@given(st.integers(400, 3_000), st.integers(2, 200), st.integers(1, 300))
def test_every_row_is_filled_whatever_window_and_step(samples, window, step):
    segment = np.random.default_rng(samples).normal(0, 0.1, samples)
    shape = spectrograms.shape(samples, RATE, window / RATE, step / RATE)
    result = computed(segment, window=window / RATE, step=step / RATE)
    assert result.shape == shape
    assert (result.max(axis=1) > 0).all()
    # Another row would need more samples than there are.
    assert window + shape[0] * step + window > samples


# --- scale --------------------------------------------------------------------


def test_decibels_by_hand():
    magnitudes = np.array([1, 0.1, 0.01, 1e-3, 10**-3.5, 1e-4, 1e-5, 0, 2])
    expected = [1, 0.75, 0.5, 0.25, 0.125, 0, 0, 0, 1]
    found = spectrograms.to_decibels(magnitudes)
    np.testing.assert_allclose(found, expected, atol=1e-12)
    found = spectrograms.to_decibels(np.array([1, 0.1, 1e-3, 1e-6, 1e-7]), 120)
    np.testing.assert_allclose(found, [1, 1 - 20 / 120, 0.5, 0, 0], atol=1e-12)


def test_log_scale_is_decibels_of_the_linear_one():
    segment = speech_like(8_000)
    result = computed(segment, scale="log")
    expected = ((80 + 20 * np.log10(by_library(segment))) / 80).clip(0, 1)
    assert result.dtype == np.float32
    assert 0 < np.median(expected) < expected.max() < 1
    np.testing.assert_allclose(result, expected, atol=1e-6)


@pytest.mark.parametrize("scale", ["linear", "log"])
@pytest.mark.parametrize("value", [0.0, 0.5, -1.0])
def test_silence_gives_zeros(scale, value):
    result = computed(np.full(4_000, value), scale=scale)
    np.testing.assert_allclose(result, np.zeros((9, 200)), atol=1e-4)


# --- of_segments --------------------------------------------------------------


def variant(samples, short_signals):
    return {"samples": samples, "short_signals": short_signals}


@pytest.mark.parametrize("short_signals", ["drop", "pad"])
def test_each_segment_is_scaled_by_itself(short_signals):
    signal = speech_like(5_000)
    signal[2_000:] *= 0.1
    settings = variant(2_000, short_signals)
    result = spectrograms.of_segments(signal, settings, RATE, SETTINGS)
    assert result.dtype == np.float32
    expected = [by_numpy(signal[i : i + 2_000], 400, 400) for i in (0, 2_000)]
    np.testing.assert_allclose(result, expected, rtol=1e-4)


def test_a_short_signal_is_dropped_with_its_length_or_filled_up():
    signal = speech_like(1_999)
    with pytest.raises(RejectedAudio, match="too_short: 1999 samples.* 2000") as caught:
        spectrograms.of_segments(signal, variant(2_000, "drop"), RATE, SETTINGS)
    assert caught.value.reason == "too_short"
    result = spectrograms.of_segments(signal, variant(2_000, "pad"), RATE, SETTINGS)
    expected = by_numpy(np.append(signal, 0), 400, 400)
    np.testing.assert_allclose(result, [expected], rtol=1e-4)


# --- bands, taper and level -------------------------------------------------------


def test_mel_bands_are_those_of_librosa():
    # librosa.filters.mel(sr=8000, n_fft=512, n_mels=5, fmin=50, htk=True, norm=None):
    # the frequencies of each band's peak and the sum of its weights.
    weights = spectrograms.mel_weights(5, 200, 8_000)
    assert weights.shape == (257, 5)
    np.testing.assert_allclose(weights.sum(axis=0), 1)
    peaks = np.argmax(weights, axis=0) * 8_000 / 512
    corners = 700 * (10 ** (np.linspace(MEL_50, MEL_4000, 7) / 2595) - 1)
    np.testing.assert_allclose(peaks, corners[1:-1], atol=8_000 / 512 / 2)
    outside = (np.arange(257) * 8_000 / 512 > corners[2]) & (weights[:, 0] > 0)
    assert not outside.any()


def test_white_noise_has_the_same_level_in_all_bands():
    noise = np.random.default_rng(1).normal(0, 0.1, (1, 80_000))
    own = {"window": 0.025, "step": 0.01, "bands": 20, "taper": "hann"}
    bands = computed(noise, **own, level="kept", whole=True)
    power = (bands[0].astype(float) ** 2).mean(axis=0)
    # Of 200 samples with Hann's window: 0.1**2 * sum(window**2) / (100 * 0.5)**2.
    expected = 0.01 * (np.hanning(201)[:-1] ** 2).sum() / 50**2
    np.testing.assert_allclose(power[1:], expected, rtol=0.1)


def test_bands_too_many_for_the_window_are_refused():
    with pytest.raises(InputError, match="500 bands are too many"):
        spectrograms.mel_weights(500, 200, RATE)
    with pytest.raises(InputError, match="too many"):
        spectrograms.mel_weights(1, 200, 80)


@pytest.mark.parametrize(("taper", "side"), [(None, 0.0), ("hann", 0.5)])
def test_a_tone_has_magnitude_1_in_its_bin_and_a_taper_widens_it(taper, side):
    result = computed(TONE, taper=taper)
    expected = np.zeros((9, 200))
    expected[:, 25] = 1
    expected[:, [24, 26]] = side
    np.testing.assert_allclose(result, expected, atol=1e-6)


def test_what_becomes_of_the_level():
    quiet = 0.01 * TONE + 0.2
    levels = ("peak", "rms", "kept")
    peaks = {level: computed(quiet, level=level).max() for level in levels}
    # A tone's root mean square is its peak divided by the root of 2.
    assert peaks == pytest.approx({"peak": 1, "rms": 0.1 * 2**0.5, "kept": 0.01})


# --- whole utterances -------------------------------------------------------------


@settings(max_examples=50, deadline=None)
@given(st.integers(200, 5_000), st.integers(2, 200), st.integers(1, 300))
def test_whole_utterances_have_every_window(samples, window, step):
    signal = speech_like(samples)
    own = {"window": window / RATE, "step": step / RATE}
    (result,) = spectrograms.of_segments(signal, WHOLE, RATE, own)
    n = len(range(0, samples - window + 1, step))
    assert len(result) == n
    stored = spectrograms.stored_shape([samples] * 3, WHOLE, RATE, own)
    assert stored == (3 * n, window // 2)
    # The first window, which segments of one length go without.
    centred = signal - signal.mean()
    first = np.abs(np.fft.rfft(centred[:window] / np.abs(centred).max()))
    expected = first[: window // 2] / (window // 2)
    np.testing.assert_allclose(result[0], expected, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("segments", [WHOLE, variant(1_000, "drop")])
def test_long_utterances_are_computed_in_blocks(monkeypatch, segments):
    own = {"window": 0.025, "step": 0.01, "bands": 40, "taper": "hann", "scale": "log"}
    signal = speech_like(20_000)
    expected = spectrograms.of_segments(signal, segments, RATE, own)
    monkeypatch.setattr(spectrograms, "FRAMES", 7)
    monkeypatch.setattr(spectrograms, "BLOCK", 7)
    found = spectrograms.of_segments(signal, segments, RATE, own)
    np.testing.assert_array_equal(found, expected)


def test_an_utterance_shorter_than_a_window_is_rejected_and_takes_no_room():
    own = {"window": 0.025, "step": 0.01}
    with pytest.raises(RejectedAudio, match="199 samples, a window has 200"):
        spectrograms.of_segments(np.ones(199), WHOLE, RATE, own)
    assert spectrograms.stored_shape([199, 10], WHOLE, RATE, own) == (0, 100)


def test_whole_utterances_are_stored_one_after_the_other():
    dataset = np.zeros((7, 2), np.float32)
    rows = [("a", np.ones((1, 3, 2))), ("b", np.full((1, 4, 2), 2))]
    columns = spectrograms.fill(dataset, rows)
    assert dataset[:, 0].tolist() == [1] * 3 + [2] * 4
    assert columns["utterance"].tolist() == ["a", "b"]
    assert columns["frames"].tolist() == [3, 4]
    assert columns["segment"].tolist() == [0, 0]


def test_what_is_taken_out_of_centred_segments_is_stored_beside():
    values = np.random.default_rng(0).random((3, 4, 5)).astype(np.float32)
    dataset = np.zeros((3, 4, 5), np.float32)
    columns = spectrograms.fill(dataset, [("a", values[:2]), ("b", values[2:])], True)
    assert columns["segment"].tolist() == [0, 1, 0]
    np.testing.assert_allclose(dataset.mean(axis=1), 0, atol=1e-6)
    np.testing.assert_allclose(columns["mean"], values.mean(axis=1), rtol=1e-6)
    np.testing.assert_allclose(dataset + columns["mean"][:, None], values, atol=1e-6)
    none = spectrograms.fill(np.zeros((0, 4, 5), np.float32), [], True)
    assert none["mean"].shape == (0, 5)


def test_channels_beside_spectrograms_are_neither_centred_nor_taken_out():
    values = np.random.default_rng(0).random((1, 4, 5)).astype(np.float32)
    pitch = np.arange(8, dtype=np.float32).reshape(4, 2)
    asked = []

    def beside(utterance, frames):
        asked.append((utterance, frames))
        return pitch

    dataset = np.zeros((4, 7), np.float32)
    columns = spectrograms.fill(dataset, [("a", values)], True, beside)
    assert asked == [("a", 4)]
    np.testing.assert_allclose(dataset[:, :5], values[0] - values[0].mean(0))
    np.testing.assert_array_equal(dataset[:, 5:], pitch)
    np.testing.assert_allclose(columns["mean"][0, :5], values[0].mean(0), rtol=1e-6)
    assert columns["mean"][0, 5:].tolist() == [0, 0]
    own = SETTINGS | {"bands": 40}
    assert spectrograms.stored_shape([800], WHOLE, RATE, own, 3) == (2, 43)
