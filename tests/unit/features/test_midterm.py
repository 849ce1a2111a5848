"""Mid-term features, held against pyAudioAnalysis called as its users call it."""

import os
import warnings
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pytest
import soundfile

from speechcodes.errors import InputError, RejectedAudio
from speechcodes.features import audio, midterm

with warnings.catch_warnings():
    warnings.simplefilter("ignore", RuntimeWarning)
    from pyAudioAnalysis import MidTermFeatures

RATE = 8_000
#: Sampling rate, and mid-term and short-term windows and steps in seconds.
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


def speech_like(samples, seed):
    """Noise whose level rises and falls, upon a gliding tone."""
    rng = np.random.default_rng(seed)
    time = np.arange(samples) / RATE
    voice = np.sin(2 * np.pi * (150 + 40 * np.sin(2 * np.pi * 2 * time)) * time)
    level = 0.55 + 0.45 * np.sin(2 * np.pi * 3 * time + rng.uniform(0, 6))
    return 0.2 * level * (voice + rng.normal(0, 0.3, samples))


def by_library(integers, rate, *seconds):
    """Mean of the library's mid-term features of 16-bit integers, and their names."""
    sizes = [round(each * rate) for each in seconds]
    values, _, names = MidTermFeatures.mid_feature_extraction(integers, rate, *sizes)
    return values.mean(axis=1), names


def difference(signal, setting):
    """Largest difference between this module's features and the library's."""
    expected, _ = by_library(np.asarray(signal, float) * 2**15, *setting)
    assert np.isfinite(expected).all()
    return np.abs(midterm.features(signal, *setting) - expected).max()


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
    before = signal.copy()
    assert difference(signal, SETTINGS[0]) <= 1e-9
    np.testing.assert_array_equal(signal, before)


@pytest.mark.parametrize("setting", SETTINGS, ids=str)
def test_other_rates_and_windows_give_what_the_library_gives(setting):
    assert difference(speech_like(150_000, 18), setting) <= 1e-9


@pytest.mark.parametrize("rate", [4_000, 6_000, 6_853, 6_855, 8_000, 11_025, 16_000])
@pytest.mark.parametrize("samples", [20, 64, 128, 170, 172, 174, 200, 257, 400, 1_000])
def test_where_the_library_fails_this_does_and_nowhere_else(rate, samples):
    setting = rate, 1.0, 1.0, samples / rate, samples / rate
    signal = speech_like(rate, 19)
    try:
        by_library(signal * 2**15, *setting)
    except (ValueError, IndexError):
        place = f"short windows of {samples} samples at {rate} Hz"
        with pytest.raises(InputError, match=f"^features.midterm: .* {place} "):
            midterm.features(signal, *setting)
    else:
        assert difference(signal, setting) <= 1e-9


def of_file(job):
    """Largest difference of one file at one setting."""
    path, setting = job
    return difference(audio.load(path, setting[0], -60), setting)


def test_ravdess_gives_what_the_library_gives(ravdess):
    paths = [str(path) for path in sorted(ravdess.glob("Actor_*/*.flac"))]
    assert len(paths) == 1_440
    # Of each actor four files at 8 kHz, some at 16 kHz, and fewer at other windows.
    jobs = [(path, SETTINGS[0]) for path in paths[::15]]
    jobs += [(path, SETTINGS[1]) for path in paths[::63]]
    jobs += [(path, setting) for path in paths[::90] for setting in SETTINGS[2:]]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        assert max(pool.map(of_file, jobs, chunksize=20)) <= 1e-9


def test_a_16_bit_file_gives_what_a_user_of_the_library_gets(tmp_path):
    path = str(tmp_path / "a.wav")
    soundfile.write(path, speech_like(26_000, 7), RATE, "PCM_16")
    integers, _ = soundfile.read(path, dtype="int16")
    expected, names = by_library(integers, *SETTINGS[0])
    found = midterm.features(audio.load(path, RATE, -60), *SETTINGS[0])
    assert (found.shape, found.dtype) == ((136,), np.float64)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-9)
    assert list(midterm.NAMES) == names


def test_less_than_one_short_window_is_too_short():
    with pytest.raises(RejectedAudio, match="399 samples, one window has 400") as error:
        midterm.features(speech_like(399, 8), *SETTINGS[0])
    assert error.value.reason == "too_short"
