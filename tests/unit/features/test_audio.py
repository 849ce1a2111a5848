"""Reading and cutting of audio, on files written here."""

from pathlib import Path

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


# --- load ---------------------------------------------------------------------


@pytest.mark.parametrize("bits", [16, 24])
def test_integers_are_read_with_full_scale_1(tmp_path, bits):
    scale = 2 ** (bits - 1)
    numbers = np.array([0, 1, -1, scale // 2, scale - 1, -scale, 1_000])
    as_32_bits = (numbers << (32 - bits)).astype(np.int32)
    signal = load(write(tmp_path / "a.wav", as_32_bits, subtype=f"PCM_{bits}"))
    assert signal.dtype == np.float32
    np.testing.assert_array_equal(signal, numbers / scale)


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


# --- reasons to reject; `test_broken_audio` has more ------------------------------


def rejected(path):
    with pytest.raises(RejectedAudio) as caught:
        load(path)
    assert caught.value.reason in UNUSABLE_AUDIO
    assert str(path) not in caught.value.detail
    return caught.value


def test_what_is_missing_text_or_empty_is_rejected(tmp_path):
    for name in ("none.wav", "no/folder.wav", "a" * 300 + ".wav", "."):
        assert rejected(tmp_path / name).reason == "missing_file"
    for name in ("a.wav", "é.flac", "samples.raw"):
        Path(tmp_path, name).write_text("no audio at all\n" * 50)
        assert rejected(tmp_path / name).reason == "unreadable"
    # Resampling leaves nothing of it.
    assert rejected(write(tmp_path / "b.wav", [0.5], 48_000)).reason == "empty"


@pytest.mark.parametrize(
    ("start", "words"),
    [
        (b"version https://git-lfs.github.com/spec/v1\n", "run git lfs pull"),
        (b"\0\0\0\x20ftypM4A ", "it is MP4 or M4A: convert it"),
        (b"\x1aE\xdf\xa3\x9f", "it is WebM or Matroska"),
        (b"PK\x03\x04", "a ZIP archive"),
        (b"\n <HTML><body>404", "a web page"),
    ],
)
def test_what_a_file_really_is_is_told(tmp_path, start, words):
    Path(tmp_path, "a.wav").write_bytes(start + bytes(2_000))
    error = rejected(tmp_path / "a.wav")
    assert error.reason == "unreadable" and words in error.detail


def test_half_a_file_is_rejected_or_kept_with_a_line_in_the_log(tmp_path, caplog):
    path = write(tmp_path / "a.wav", noise(8_000), subtype="PCM_16")
    Path(path).write_bytes(Path(path).read_bytes()[: 44 + 8_000])
    error = rejected(path)
    assert (error.reason, error.detail[:4]) == ("truncated", "50 %")
    assert not caplog.text
    signal = audio.load(str(path), RATE, -60, truncated="keep")
    np.testing.assert_allclose(signal, noise(8_000)[:4_000], atol=2.0**-15)
    assert "a.wav: truncated; 50 % of what its header tells of" in caplog.text


def test_flac_that_breaks_off_is_rejected_and_not_half_read(tmp_path):
    path = write(tmp_path / "a.flac", noise(80_000), subtype="PCM_16")
    whole = Path(path).read_bytes()
    Path(path).write_bytes(whole[: len(whole) // 3])
    assert soundfile.info(path).frames == 80_000
    assert rejected(path).reason == "unreadable"


def test_channels_that_cancel_are_no_silence_without_a_word(tmp_path):
    left = noise(4_000)
    path = write(tmp_path / "a.wav", np.c_[left, -left], subtype="DOUBLE")
    error = rejected(path)
    level = f"{20 * np.log10(np.abs(left - left.mean()).max()):.0f} dB"
    assert error.reason == "silent"
    assert f"2 channels cancel each other, with peaks of up to {level}" in error.detail
    silent = write(tmp_path / "b.wav", np.zeros((4_000, 2)), subtype="DOUBLE")
    assert "cancel" not in rejected(silent).detail


@pytest.mark.parametrize(("offset", "is_told"), [(0.009, False), (0.02, True)])
def test_a_constant_offset_is_logged(tmp_path, caplog, offset, is_told):
    values = noise(8_000) * 0.1
    path = write(tmp_path / "a.wav", values - values.mean() + offset, subtype="DOUBLE")
    assert len(load(path)) == 8_000
    assert ("a constant offset of 0.020 of full scale" in caplog.text) == is_told


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


@pytest.mark.parametrize("value", [0.1, -0.3, 0.7])
def test_a_constant_is_told_as_one_although_its_mean_is_rounded(tmp_path, value):
    values = np.full(9_001, value, np.float32)
    assert values.mean() != values[0]
    path = write(tmp_path / "a.wav", values, subtype="FLOAT")
    assert rejected(path).detail.startswith("peak constant")


def test_what_lies_above_the_new_band_counts_as_silence(tmp_path):
    tone = 0.5 * np.sin(2 * np.pi * 15_000 * np.arange(48_000) / 48_000)
    path = write(tmp_path / "a.wav", np.hanning(48_000) * tone, 48_000, "FLOAT")
    assert rejected(path).reason == "silent"


def test_the_limit_of_silence_is_a_peak_in_decibels(tmp_path):
    signal = np.tile([0.01, -0.01], 500)  # -40 dB
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


@pytest.mark.parametrize(
    ("samples", "short_signals", "expected"),
    [
        (3, "drop", [[1, 2, 3]]),
        (3, "pad", [[1, 2, 3]]),
        (2, "drop", np.empty((0, 3))),
        (2, "pad", [[1, 2, 0]]),
        (8, "drop", [[1, 2, 3], [4, 5, 6]]),
        (8, "pad", [[1, 2, 3], [4, 5, 6]]),
    ],
)
def test_segments_by_hand(samples, short_signals, expected):
    segments = audio.cut(np.arange(1.0, samples + 1), 3, short_signals)
    np.testing.assert_array_equal(segments, expected)


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 60), st.integers(1, 20), st.sampled_from(["drop", "pad"]))
def test_as_many_segments_are_cut_as_counted(samples, length, short_signals):
    segments = audio.cut(np.arange(1.0, samples + 1), length, short_signals)
    n = audio.count_segments(samples, length, short_signals)
    assert segments.shape == (n, length)
    # Nothing is left that would fill another segment.
    assert samples - n * length < length
