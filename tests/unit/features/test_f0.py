"""Functionals follow from the pitch."""

import numpy as np
import pytest
from voices import RATE, semitones, voice

from speechcodes import names
from speechcodes.errors import RejectedAudio
from speechcodes.features import f0


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
