"""Reading and cutting of audio, on files written here."""

import struct
import wave

import numpy as np
import pytest
import soundfile
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st

from speechcodes.errors import RejectedAudio
from speechcodes.features import audio
from speechcodes.records import UNUSABLE_AUDIO

RATE = 8_000
LIMIT = -60.0


def load(path):
    return audio.load(str(path), RATE, LIMIT)


def noise(samples, channels=None, scale=0.1):
    shape = samples if channels is None else (samples, channels)
    return np.random.default_rng(0).normal(0, scale, shape).clip(-1, 0.99)


def write(path, signal, rate=RATE, subtype=None):
    soundfile.write(path, signal, rate, subtype=subtype)
    return path


def tone(hertz, rate, seconds=1.0):
    return 0.5 * np.sin(2 * np.pi * hertz * np.arange(int(rate * seconds)) / rate)


# --- load ---------------------------------------------------------------------


def test_16_bit_wav_is_read_with_full_scale_1(tmp_path):
    numbers = [0, 1, -1, 16_384, 32_767, -32_768, 1_000]
    with wave.open(str(tmp_path / "a.wav"), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes(struct.pack(f"<{len(numbers)}h", *numbers))
    signal = load(tmp_path / "a.wav")
    assert signal.dtype == np.float32
    np.testing.assert_array_equal(signal, np.array(numbers) / 32_768)


def test_24_bit_wav_is_read_with_full_scale_1(tmp_path):
    numbers = [0, 1, -1, 2**22, 2**23 - 1, -(2**23)]
    with wave.open(str(tmp_path / "a.wav"), "wb") as file:
        file.setparams((1, 3, RATE, 0, "NONE", ""))
        file.writeframes(
            b"".join(n.to_bytes(3, "little", signed=True) for n in numbers)
        )
    np.testing.assert_array_equal(load(tmp_path / "a.wav"), np.array(numbers) / 2**23)


@pytest.mark.parametrize(
    ("name", "subtype", "accuracy"),
    [
        ("a.wav", "FLOAT", 2.0**-24),
        ("a.wav", "DOUBLE", 2.0**-24),
        ("a.flac", "PCM_16", 2.0**-16),
        ("a.flac", "PCM_24", 2.0**-24),
        ("a.aiff", "PCM_16", 2.0**-15),
    ],
)
def test_formats(tmp_path, name, subtype, accuracy):
    expected = noise(1_000)
    signal = load(write(tmp_path / name, expected, subtype=subtype))
    np.testing.assert_allclose(signal, expected, rtol=0, atol=accuracy * 1.01)


def test_channels_are_averaged(tmp_path):
    stereo = noise(500, channels=2)
    signal = load(write(tmp_path / "a.wav", stereo, subtype="DOUBLE"))
    np.testing.assert_allclose(signal, (stereo[:, 0] + stereo[:, 1]) / 2, atol=1e-7)


@pytest.mark.parametrize("rate", [11_025, 16_000, 44_100, 48_000, 4_000])
def test_other_rates_are_resampled_as_soxr_does(tmp_path, rate):
    original = noise(rate)
    signal = load(write(tmp_path / "a.wav", original, rate, "DOUBLE"))
    expected = soxr.resample(original.astype(np.float32), rate, RATE)
    np.testing.assert_array_equal(signal, expected)
    # Nothing is lost that the resampler keeps of a file of 64 bits.
    exact = soxr.resample(original, rate, RATE)
    np.testing.assert_allclose(signal, exact, rtol=0, atol=2.0**-24)
    assert len(signal) == RATE


def test_resampling_keeps_a_tone_and_removes_what_the_new_rate_cannot_hold(tmp_path):
    original = tone(440, 44_100) + 0.5 * tone(6_000, 44_100)
    signal = load(write(tmp_path / "a.wav", original, 44_100, "DOUBLE"))
    inside = slice(400, -400)
    np.testing.assert_allclose(signal[inside], tone(440, RATE)[inside], atol=1e-3)


@pytest.mark.parametrize("samples", [1_000, 16_001, 44_099])
def test_length_follows_the_rates(tmp_path, samples):
    signal = load(write(tmp_path / "a.wav", noise(samples), 44_100))
    assert abs(len(signal) - samples * RATE / 44_100) <= 0.5 + 1e-9


def test_real_speech_in_stereo_at_48_khz(ravdess):
    stereo = [
        path
        for path in sorted(ravdess.glob("Actor_*/*.flac"))
        if soundfile.info(path).samplerate == 48_000
    ]
    assert len(stereo) == 5
    samples, _ = soundfile.read(stereo[0])
    assert samples.shape[1] == 2
    expected = soxr.resample((samples[:, 0] + samples[:, 1]) / 2, 48_000, RATE)
    np.testing.assert_allclose(load(stereo[0]), expected, atol=2.0**-24)


# --- reasons to reject --------------------------------------------------------


def rejected(path):
    with pytest.raises(RejectedAudio) as caught:
        load(path)
    assert caught.value.reason in UNUSABLE_AUDIO
    assert str(path) not in caught.value.detail
    return caught.value


@pytest.mark.parametrize("name", ["none.wav", "no/such/folder.wav", "a" * 300 + ".wav"])
def test_a_path_without_a_file_is_missing(tmp_path, name):
    assert rejected(tmp_path / name).reason == "missing_file"


def test_a_folder_is_a_missing_file(tmp_path):
    assert rejected(tmp_path).reason == "missing_file"


def wav_bytes(tmp_path, samples=100):
    return write(tmp_path / "whole.wav", noise(samples)).read_bytes()


@pytest.mark.parametrize(
    "name", ["a.wav", "with  two spaces.wav", "it's.wav", "é.flac"]
)
def test_text_is_unreadable(tmp_path, name):
    path = tmp_path / name
    path.write_text("no audio at all\n" * 50)
    assert rejected(path).reason == "unreadable"


def test_a_file_of_no_bytes_is_unreadable(tmp_path):
    path = tmp_path / "a.wav"
    path.touch()
    assert rejected(path).reason == "unreadable"


@pytest.mark.parametrize("kept", [4, 12, 20, 30, 40])
def test_a_truncated_header_is_unreadable(tmp_path, kept):
    path = tmp_path / "a.wav"
    path.write_bytes(wav_bytes(tmp_path)[:kept])
    assert rejected(path).reason == "unreadable"


def test_samples_without_a_header_are_unreadable(tmp_path):
    path = tmp_path / "a.raw"
    path.write_bytes(wav_bytes(tmp_path)[44:])
    assert rejected(path).reason == "unreadable"


def test_a_header_without_samples_is_empty(tmp_path):
    path = write(tmp_path / "a.wav", np.zeros(0))
    assert path.stat().st_size >= 44
    assert rejected(path).reason == "empty"


def test_a_signal_that_resampling_leaves_nothing_of_is_empty(tmp_path):
    assert rejected(write(tmp_path / "a.wav", [0.5], 48_000)).reason == "empty"


@pytest.mark.parametrize("rate", [RATE, 16_000, 44_100])
@pytest.mark.parametrize(
    "signal",
    [
        pytest.param(np.zeros(9_000), id="zeros"),
        pytest.param(np.full(9_000, 0.5), id="constant"),
        pytest.param(noise(9_000).clip(-1, 1) * 10 ** (-70 / 20), id="faint noise"),
        pytest.param(0.3 + noise(9_000) * 10 ** (-70 / 20), id="faint upon constant"),
    ],
)
def test_silence_is_rejected_whatever_its_rate(tmp_path, signal, rate):
    path = write(tmp_path / "a.wav", signal, rate, "FLOAT")
    assert rejected(path).reason == "silent"


def test_what_lies_above_the_new_band_counts_as_silence(tmp_path):
    edges = np.hanning(48_000)
    path = write(tmp_path / "a.wav", edges * tone(15_000, 48_000), 48_000, "FLOAT")
    assert rejected(path).reason == "silent"


def test_the_limit_of_silence_is_a_peak_in_decibels(tmp_path):
    signal = np.zeros(1_000)
    signal[::2], signal[1::2] = 0.01, -0.01  # -40 dB
    path = str(write(tmp_path / "a.wav", signal, subtype="DOUBLE"))
    assert len(audio.load(path, RATE, -40.1)) == 1_000
    with pytest.raises(RejectedAudio, match="silent: peak -40 dB, limit -39.9 dB"):
        audio.load(path, RATE, -39.9)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_samples_that_are_no_numbers_are_rejected(tmp_path, value):
    signal = noise(1_000, channels=2)
    signal[10, 0] = signal[20, 1] = value
    error = rejected(write(tmp_path / "a.wav", signal, subtype="FLOAT"))
    assert error.reason == "not_finite"
    assert error.detail.startswith("2 samples")


# --- cut ----------------------------------------------------------------------


def test_a_signal_of_one_segment_gives_just_it():
    signal = np.arange(10.0)
    for short_signals in ("drop", "pad"):
        assert audio.count_segments(10, 10, short_signals) == 1
        np.testing.assert_array_equal(audio.cut(signal, 10, short_signals), [signal])


def test_a_signal_one_sample_short_is_dropped():
    assert audio.count_segments(9, 10, "drop") == 0
    assert audio.cut(np.arange(9.0), 10, "drop").shape == (0, 10)


def test_a_signal_one_sample_short_is_filled_up_with_zeros():
    assert audio.count_segments(9, 10, "pad") == 1
    segments = audio.cut(np.arange(1.0, 10.0), 10, "pad")
    np.testing.assert_array_equal(segments, [[1, 2, 3, 4, 5, 6, 7, 8, 9, 0]])


@pytest.mark.parametrize("short_signals", ["drop", "pad"])
def test_the_tail_is_dropped(short_signals):
    segments = audio.cut(np.arange(8.0), 3, short_signals)
    np.testing.assert_array_equal(segments, [[0, 1, 2], [3, 4, 5]])


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 60), st.integers(1, 20), st.sampled_from(["drop", "pad"]))
def test_as_many_segments_are_cut_as_counted(samples, length, short_signals):
    signal = np.arange(1.0, samples + 1)
    segments = audio.cut(signal, length, short_signals)
    n = audio.count_segments(samples, length, short_signals)
    assert segments.shape == (n, length)
    flat = segments.ravel()
    kept = min(samples, flat.size)
    np.testing.assert_array_equal(flat[:kept], signal[:kept])
    assert not flat[kept:].any()
    # Nothing is left that would fill another segment.
    assert samples - kept < length
