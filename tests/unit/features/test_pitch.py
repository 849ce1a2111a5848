"""Pitch is found where sounds of known pitch have it, and told from the median."""

import numpy as np
import pytest
from voices import RATE, semitones, voice

from speechcodes.errors import RejectedAudio
from speechcodes.features import pitch
from speechcodes.storage import hdf5


def track(signal, rate=RATE):
    return pitch.track(signal, rate)[0]


@pytest.mark.parametrize("frequency", [75, 110, 150, 233, 310, 450])
def test_a_steady_voice_has_its_pitch_in_every_frame(frequency):
    found = track(voice(np.full(RATE, float(frequency))))
    assert not np.isnan(found).any()
    np.testing.assert_allclose(found, semitones(frequency), atol=0.25)


@pytest.mark.parametrize("rate", [8000, 16_000, 22_050])
def test_a_pitch_is_the_same_at_any_sampling_rate(rate):
    time = np.arange(rate) / rate
    harmonics = [np.sin(2 * np.pi * k * 180 * time) / k for k in range(1, 8)]
    found = track(np.sum(harmonics, axis=0), rate)
    np.testing.assert_allclose(found, semitones(180), atol=0.1)


def test_a_glide_of_an_octave_is_followed():
    seconds = np.arange(2 * RATE) / RATE
    frequencies = 110 * 2 ** (seconds / 2)
    found = track(voice(frequencies))
    # Frames lie symmetric in the signal.
    centres = 1 + (np.arange(len(found)) - (len(found) - 1) / 2) * pitch.STEP
    np.testing.assert_allclose(found, semitones(110 * 2 ** (centres / 2)), atol=0.3)


def test_noise_and_silence_have_none():
    rng = np.random.default_rng(0)
    noise = rng.normal(0, 0.1, RATE).astype(np.float32)
    assert np.isnan(track(noise)).mean() > 0.9
    assert np.isnan(track(np.zeros(RATE, np.float32))).all()
    # A voice, and noise a hundred times weaker after it.
    both = np.concatenate([voice(np.full(RATE, 150.0)), noise / 100])
    found = track(both)
    middle = len(found) // 2
    assert not np.isnan(found[: middle - 5]).any()
    assert np.isnan(found[middle + 5 :]).all()


def test_a_contour_has_a_frame_every_10_ms_from_the_start():
    seconds = np.arange(2 * RATE) / RATE
    found = pitch.contour(voice(110 * 2 ** (seconds / 2)), RATE)
    assert found.shape == (201, 2)
    times = np.arange(5, 196) * 0.01
    expected = semitones(110 * 2 ** (times / 2))
    np.testing.assert_allclose(found[5:196, 0], expected, atol=0.3)
    assert (found[:, 1] > 0.8).all()


@pytest.mark.parametrize("samples", [369, 370])
def test_what_is_shorter_than_three_periods_is_rejected(samples):
    # Three periods at 65 Hz are 369.2 samples; Praat itself takes no fewer.
    signal = voice(np.full(samples, 200.0))
    if samples == 370:
        assert len(pitch.contour(signal, RATE)) == 5
        return
    with pytest.raises(RejectedAudio) as error:
        pitch.contour(signal, RATE)
    assert (error.value.reason, error.value.detail) == (
        "too_short",
        "369 samples, for pitch",
    )


def contour(*semitones):
    return np.column_stack([semitones, np.full(len(semitones), 0.5)])


def test_a_median_is_over_all_voiced_frames_of_a_speaker():
    nan = np.nan
    contours = [contour(1, nan, 2), contour(9, 9), contour(nan, 6), contour(nan, nan)]
    voices = ["speaker a", "speaker b", "speaker a", "session c"]
    assert pitch.medians(contours, voices).tolist() == [2, 9, 2, 0]


def test_channels_are_those_of_the_frame_in_the_middle_of_the_window():
    found = pitch.channels(contour(1, 2, np.nan, 4, 5), 3, 3, window=0.02, step=0.01)
    assert found.dtype == np.float32
    # The middles of three windows are at 10, 20 and 30 ms.
    np.testing.assert_allclose(found, [[-1, 1, 0.5], [0, 0, 0], [1, 1, 0.5]])
    # Of windows that reach further than the contour, its last frame.
    found = pitch.channels(contour(1, 2), 0, 2, window=0.05, step=0.05)
    np.testing.assert_allclose(found, [[2, 1, 0.5], [2, 1, 0.5]])


def test_channels_do_not_depend_on_how_high_a_voice_is():
    seconds = np.arange(RATE) / RATE
    rising = [voice(lowest * 2 ** (seconds / 2)) for lowest in (100.0, 200.0)]
    contours = [pitch.contour(signal, RATE) for signal in rising]
    medians = pitch.medians(contours, ["speaker low", "speaker high"])
    low, high = (
        pitch.channels(one, median, 90, 0.025, 0.01)
        for one, median in zip(contours, medians, strict=True)
    )
    np.testing.assert_allclose(low[:, 0], high[:, 0], atol=0.3)
    assert medians[1] - medians[0] == pytest.approx(12, abs=0.1)


@pytest.mark.parametrize("rate", [8000, 19_500, 22_050, 39_000])
def test_praat_takes_the_shortest_signal(rate):
    samples = pitch.shortest(rate)
    assert len(pitch.track(np.zeros(samples, np.float32), rate).semitones)
    with pytest.raises(RejectedAudio):
        pitch.track(np.zeros(samples - 1, np.float32), rate)


@pytest.mark.parametrize("contours", [[], [contour(1, 2), contour(np.nan)]])
def test_what_is_stored_is_found_by_utterance(tmp_path, contours):
    path = tmp_path / "pitch.h5"
    rows = {
        "contours": np.concatenate([np.empty((0, 2)), *contours]),
        "utterance": ["a", "b"][: len(contours)],
        "frames": np.array([len(one) for one in contours], dtype=int),
        "median": np.array([3.0, 4.0])[: len(contours)],
    }
    hdf5.write(path, rows, parameters={}, libraries=[], description="")
    found = pitch.Stored(path)
    for name, one, median in zip("ab", contours, (3, 4), strict=False):
        np.testing.assert_array_equal(found[name][0], one)
        assert found[name][1] == median
