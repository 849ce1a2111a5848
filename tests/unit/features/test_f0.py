"""Pitch is found where sounds of known pitch have it; functionals follow from it."""

import numpy as np
import pytest

from speechcodes import names
from speechcodes.errors import RejectedAudio
from speechcodes.features import f0

RATE = 8000


def voice(frequencies):
    """All harmonics of a frequency for each sample, weaker the higher they are."""
    phase = 2 * np.pi * np.cumsum(frequencies / RATE)
    number = np.arange(1, int(RATE / 2 / frequencies.max()))
    sound = (np.sin(number[:, None] * phase) / number[:, None]).sum(axis=0)
    return (0.5 * sound / np.abs(sound).max()).astype(np.float32)


def semitones(frequency):
    return 12 * np.log2(frequency / f0.LOWEST)


def track(signal, rate=RATE):
    return f0.track(signal, rate)[0]


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
    centres = 1 + (np.arange(len(found)) - (len(found) - 1) / 2) * f0.STEP
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


def test_functionals_are_those_of_the_pitch():
    # A second at 150 Hz, half a second of silence, and a second an octave higher.
    still = np.zeros(RATE // 2, np.float32)
    low, high = (voice(np.full(RATE, f)) for f in (150.0, 300.0))
    found = dict(
        zip(
            f0.names(),
            f0.features(np.concatenate([low, still, high]), RATE),
            strict=True,
        )
    )
    middle = semitones(150) + 6
    assert found["mean"] == pytest.approx(middle, abs=0.4)
    assert found["deviation"] == pytest.approx(6, abs=0.2)
    assert found["percentile_20"] == pytest.approx(semitones(150), abs=0.3)
    assert found["percentile_80"] == pytest.approx(semitones(300), abs=0.3)
    assert found["voiced_share"] == pytest.approx(0.8, abs=0.03)
    assert found["voiced_stretches_per_second"] == pytest.approx(2 / 2.5, rel=0.03)
    assert found["voiced_stretch_seconds"] == pytest.approx(1, abs=0.05)
    # No step is counted over the silence.
    assert found["absolute_slope"] < 5


def test_a_rise_is_told_from_a_fall():
    seconds = np.arange(RATE) / RATE
    for sign in (1, -1):
        signal = voice(200 * 2 ** (sign * seconds / 3))
        found = dict(zip(f0.names(), f0.features(signal, RATE), strict=True))
        faster = "rising_slope" if sign > 0 else "falling_slope"
        assert found[faster] == pytest.approx(sign * 4, abs=1.5)


def test_without_voice_functionals_are_zero_and_a_click_is_rejected():
    assert (f0.features(np.zeros(RATE, np.float32), RATE) == 0).all()
    with pytest.raises(RejectedAudio) as error:
        f0.features(np.ones(100, np.float32), RATE)
    assert error.value.reason == "too_short"


def test_there_are_as_many_as_the_registry_says():
    assert len(f0.names()) == names.FEATURE_SETS["f0"].columns
