"""Mid-term features, held against pyAudioAnalysis called as its users call it."""

import os
import re
import warnings
import wave
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pytest
import soundfile
import soxr
from scipy.io import wavfile

from speechcodes.errors import InputError, RejectedAudio
from speechcodes.features import audio, midterm

with warnings.catch_warnings():
    warnings.simplefilter("ignore", RuntimeWarning)
    from pyAudioAnalysis import MidTermFeatures

RATE = 8_000
WINDOWS = {"window": 1.0, "step": 1.0, "short_window": 0.05, "short_step": 0.05}


def speech_like(samples, seed):
    """Noise whose level rises and falls, upon a gliding tone."""
    rng = np.random.default_rng(seed)
    time = np.arange(samples) / RATE
    voice = np.sin(2 * np.pi * (150 + 40 * np.sin(2 * np.pi * 2 * time)) * time)
    level = 0.55 + 0.45 * np.sin(2 * np.pi * 3 * time + rng.uniform(0, 6))
    return 0.2 * level * (voice + rng.normal(0, 0.3, samples))


def by_library(integers, window=8_000, step=8_000, short_window=400, short_step=400):
    """Mean of the library's mid-term features, and their names."""
    values, _, names = MidTermFeatures.mid_feature_extraction(
        integers, RATE, window, step, short_window, short_step
    )
    return values.mean(axis=1), names


@pytest.mark.parametrize(("samples", "seed"), [(30_000, 1), (24_000, 2), (9_999, 3)])
def test_equals_the_library(samples, seed):
    signal = speech_like(samples, seed)
    expected, _ = by_library(signal * 32_768)
    result = midterm.features(signal, RATE, **WINDOWS)
    assert result.shape == (136,)
    assert result.dtype == np.float64
    np.testing.assert_allclose(result, expected, rtol=1e-9, atol=1e-12)


def test_the_last_partial_window_counts_as_much_as_the_others():
    signal = speech_like(20_000, 4)  # two and a half seconds
    result = midterm.features(signal, RATE, **WINDOWS)
    values, short_term, _ = MidTermFeatures.mid_feature_extraction(
        signal * 32_768, RATE, 8_000, 8_000, 400, 400
    )
    assert values.shape == (136, 3)
    parts = [short_term[:, :20], short_term[:, 20:40], short_term[:, 40:]]
    means = np.mean([part.mean(axis=1) for part in parts], axis=0)
    stds = np.mean([part.std(axis=1) for part in parts], axis=0)
    np.testing.assert_allclose(result, [*means, *stds], rtol=1e-9, atol=1e-12)


def test_other_windows_and_steps_are_passed_on():
    signal = speech_like(16_000, 5)
    result = midterm.features(signal, RATE, 0.8, 0.4, 0.04, 0.02)
    expected, _ = by_library(signal * 32_768, 6_400, 3_200, 320, 160)
    np.testing.assert_allclose(result, expected, rtol=1e-9, atol=1e-12)
    assert not np.allclose(result, midterm.features(signal, RATE, **WINDOWS))


def test_names_are_the_librarys():
    _, names = by_library(speech_like(8_000, 6) * 32_768)
    assert list(midterm.NAMES) == names


def test_zero_crossings_and_energy_by_hand():
    # Alternating samples: a zero crossing at each, and the largest energy there is.
    signal = np.tile([0.25, -0.25], 8_000)
    result = dict(
        zip(midterm.NAMES, midterm.features(signal, RATE, **WINDOWS), strict=True)
    )
    assert result["zcr_mean"] == pytest.approx(1)
    assert result["energy_mean"] == pytest.approx(1)
    for name in ("zcr_std", "energy_std", "delta zcr_mean", "delta energy_mean"):
        assert result[name] == pytest.approx(0, abs=1e-12)


def test_a_16_bit_file_gives_what_a_user_of_the_library_gets(tmp_path):
    path = str(tmp_path / "a.wav")
    with wave.open(path, "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes((speech_like(26_000, 7) * 32_768).astype("<i2").tobytes())
    rate, integers = wavfile.read(path)
    assert (rate, integers.dtype) == (RATE, np.int16)
    expected, _ = by_library(integers)
    result = midterm.features(audio.load(path, RATE, -60), RATE, **WINDOWS)
    np.testing.assert_allclose(result, expected, rtol=0, atol=1e-9)


# --- parity ---------------------------------------------------------------------

#: Mid-term and short-term windows and steps in seconds, and the sampling rate.
SETTINGS = [
    (8_000, 1.0, 1.0, 0.05, 0.05),
    (16_000, 1.0, 1.0, 0.05, 0.05),
    (8_000, 1.0, 0.5, 0.05, 0.025),
    (16_000, 2.0, 1.0, 0.032, 0.01),
    (8_000, 0.5, 0.7, 0.1, 0.03),
    (8_000, 3.0, 3.0, 1.0, 0.5),
    # 401 samples, of which the library's parts leave out one.
    (8_000, 1.0, 1.0, 0.050125, 0.05),
    (44_100, 1.0, 1.0, 0.05, 0.05),
]
KEYS = ["window", "step", "short_window", "short_step"]


def by_both(signal, rate, *windows):
    """What this module and the library make of a signal."""
    windows = dict(zip(KEYS, windows, strict=True))
    return (
        midterm.features(signal, rate, **windows),
        midterm.features(signal, rate, **windows, computed_by="pyAudioAnalysis"),
    )


def hard_signals():
    """Signals at the limits of what features are made for."""
    time = np.arange(40_000)
    one_sample = np.zeros(20_000)
    one_sample[777] = 2.0**-15
    half_silent = speech_like(40_000, 11)
    half_silent[10_000:30_000] = 0
    impulses = np.zeros(40_000)
    impulses[::400] = 1
    yield "silence", np.zeros(20_000)
    yield "constant", np.full(20_000, 0.1)
    yield "negative constant", np.full(20_001, -0.3)
    yield "one sample above zero", one_sample
    yield "full-scale square", np.where(time // 20 % 2, 1.0, -1.0)
    yield "square with another period", np.where(time // 37 % 2, 1.0, -1.0)
    yield "alternating", np.tile([0.25, -0.25], 8_000)
    yield "tone in one bin", np.sin(2 * np.pi * 500 * time / RATE)
    yield "impulses", impulses
    yield "ramp", np.linspace(-1, 1, 40_000)
    yield "half silent", half_silent
    yield "faint", 1e-12 * speech_like(20_000, 12)
    yield "16 bits", np.round(speech_like(20_000, 13) * 2**15) / 2**15
    yield "one frame", speech_like(400, 14)
    yield "one frame and a half", speech_like(600, 15)
    yield "one window and one frame", speech_like(8_400, 16)
    yield "frames of many blocks", speech_like(60 * RATE, 17)


@pytest.mark.parametrize(
    "signal", [pytest.param(signal, id=name) for name, signal in hard_signals()]
)
def test_hard_signals_give_what_the_library_gives(signal):
    result, expected = by_both(signal, *SETTINGS[0])
    assert np.isfinite(expected).all()
    np.testing.assert_allclose(result, expected, rtol=0, atol=1e-9)


@pytest.mark.parametrize("setting", SETTINGS, ids=str)
def test_other_rates_and_windows_give_what_the_library_gives(setting):
    result, expected = by_both(speech_like(150_000, 18), *setting)
    np.testing.assert_allclose(result, expected, rtol=0, atol=1e-9)


@pytest.mark.parametrize("rate", [4_000, 6_000, 6_853, 6_855, 8_000, 11_025, 16_000])
@pytest.mark.parametrize("samples", [20, 64, 128, 170, 172, 174, 200, 257, 400, 1_000])
def test_where_the_library_fails_this_does_and_nowhere_else(rate, samples):
    windows = (1.0, 1.0, samples / rate, samples / rate)
    signal = speech_like(rate, 19)
    outcomes = []
    for computed_by in ("numpy", "pyAudioAnalysis"):
        try:
            settings = dict(zip(KEYS, windows, strict=True), computed_by=computed_by)
            outcomes.append(midterm.features(signal, rate, **settings))
        except InputError as error:
            place = f"short windows of {samples} samples at {rate} Hz"
            assert re.match(f"features.midterm: .* {place} ", str(error))
            outcomes.append(None)
    result, expected = outcomes
    assert (result is None) == (expected is None)
    if expected is not None:
        np.testing.assert_allclose(result, expected, rtol=0, atol=1e-9)


def largest_difference(job):
    """Between both ways, of one file at one setting."""
    path, setting = job
    signal = audio.load(path, setting[0], -60)
    return np.abs(np.subtract(*by_both(signal, *setting))).max()


def test_all_of_ravdess_gives_what_the_library_gives(ravdess):
    paths = [str(path) for path in sorted(ravdess.glob("Actor_*/*.flac"))]
    assert len(paths) == 1_440
    # All files at 8 kHz, some of each actor at 16 kHz, and fewer at other windows.
    jobs = [(path, SETTINGS[0]) for path in paths]
    jobs += [(path, SETTINGS[1]) for path in paths[::4]]
    jobs += [(path, setting) for path in paths[::30] for setting in SETTINGS[2:]]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        differences = list(pool.map(largest_difference, jobs, chunksize=20))
    assert max(differences) <= 1e-9


def test_a_file_of_real_speech_gives_what_a_user_of_the_library_gets(ravdess):
    path = sorted(ravdess.glob("Actor_12/*.flac"))[12]
    samples, rate = soundfile.read(path, dtype="int16")
    expected, _ = by_library(soxr.resample(samples.astype(float), rate, RATE))
    result = midterm.features(audio.load(str(path), RATE, -60), RATE, **WINDOWS)
    np.testing.assert_allclose(result, expected, rtol=1e-6, atol=1e-8)


# --- limits ---------------------------------------------------------------------


def test_less_than_one_short_window_is_too_short():
    with pytest.raises(RejectedAudio, match="399 samples, one window has 400") as error:
        midterm.features(speech_like(399, 8), RATE, **WINDOWS)
    assert error.value.reason == "too_short"


def test_exactly_one_short_window_is_enough():
    signal = speech_like(400, 9)
    result = midterm.features(signal, RATE, **WINDOWS)
    expected, _ = by_library(signal * 32_768)
    np.testing.assert_allclose(result, expected, rtol=1e-9, atol=1e-12)
    # One window varies in nothing.
    np.testing.assert_array_equal(result[68:], 0)


@pytest.mark.parametrize("value", [0.0, 0.5])
def test_silence_gives_finite_features(value):
    result = midterm.features(np.full(12_000, value), RATE, **WINDOWS)
    assert np.isfinite(result).all()


def test_the_signal_is_left_as_it_is():
    signal = speech_like(4_000, 10)
    before = signal.copy()
    midterm.features(signal, RATE, **WINDOWS)
    np.testing.assert_array_equal(signal, before)
