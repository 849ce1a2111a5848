"""Functionals of openSMILE are those that the package gives."""

import importlib
import json
import subprocess
import sys

import numpy as np
import pytest
import soundfile

from speechcodes import names
from speechcodes.errors import InputError, RejectedAudio
from speechcodes.features import smile

#: What openSMILE calls them.
SETS = {"egemaps": "eGeMAPSv02", "compare2016": "ComParE_2016"}
RATE = 8000
#: Prints what the package gives for a file: {name: value}. A process of its own, as
#: jobs have: the library is C++, and a crash of it would take a worker of tests along.
BY_PACKAGE = """
import json, sys
import opensmile
feature_set = getattr(opensmile.FeatureSet, sys.argv[2])
smile = opensmile.Smile(feature_set, opensmile.FeatureLevel.Functionals)
print(json.dumps(smile.process_file(sys.argv[1]).iloc[0].astype(float).to_dict()))
"""


def tone(frequency, seconds=1.5):
    """A voice-like sound: ten harmonics, each half as loud as the one before."""
    time = np.arange(int(seconds * RATE)) / RATE
    waves = [np.sin(2 * np.pi * k * frequency * time) / 2**k for k in range(1, 11)]
    return (0.3 * np.sum(waves, axis=0)).astype(np.float32)


@pytest.fixture
def opensmile(installed_extra):
    return installed_extra("opensmile")


def kind_of(name):
    return importlib.import_module(f"speechcodes.features.{name}")


@pytest.mark.parametrize("name", SETS)
def test_functionals_are_those_of_the_package(opensmile, name, tmp_path):
    kind, signal = kind_of(name), tone(180)
    soundfile.write(tmp_path / "tone.wav", signal, RATE, subtype="FLOAT")
    command = [sys.executable, "-c", BY_PACKAGE, tmp_path / "tone.wav", SETS[name]]
    expected = json.loads(subprocess.run(command, check=True, stdout=-1).stdout)
    assert kind.names() == list(expected)
    found = kind.features(signal, RATE)
    np.testing.assert_array_equal(found, list(expected.values()))
    assert len(found) == names.FEATURE_SETS[name].columns


@pytest.mark.parametrize("frequency", [120, 200])
def test_the_pitch_of_a_tone_is_told_in_semitones(opensmile, frequency):
    egemaps = kind_of("egemaps")
    found = dict(
        zip(egemaps.names(), egemaps.features(tone(frequency), RATE), strict=True)
    )
    mean = found["F0semitoneFrom27.5Hz_sma3nz_amean"]
    assert mean == pytest.approx(12 * np.log2(frequency / 27.5), abs=0.1)


def test_a_signal_that_is_too_short_is_rejected(opensmile):
    with pytest.raises(RejectedAudio) as error:
        kind_of("egemaps").features(np.ones(40, np.float32), RATE)
    assert error.value.reason == "too_short"


def test_without_the_package_it_is_told_how_to_install_it(monkeypatch):
    smile._extractor.cache_clear()
    monkeypatch.setitem(sys.modules, "opensmile", None)
    with pytest.raises(InputError, match="EXTRAS=opensmile"):
        smile.names("eGeMAPSv02")
