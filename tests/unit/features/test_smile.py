"""Functionals of openSMILE are those that the package gives."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest
import soundfile
from projects import ROOT

from speechcodes import names
from speechcodes.errors import InputError
from speechcodes.features import smile

#: What openSMILE calls them.
SETS = {"egemaps": "eGeMAPSv02", "compare2016": "ComParE_2016"}
RATE = 8000
#: Prints {name: value} of a file, by the package and by ours, or why it is rejected.
#: A process of its own, as jobs have: beside TensorFlow, which other tests load,
#: opensmile 2.6.0 crashes.
BOTH = """
import importlib, json, sys
import opensmile, soundfile
from speechcodes.errors import RejectedAudio
path, name, of_package = sys.argv[1:]
kind = importlib.import_module(f"speechcodes.features.{name}")
feature_set = getattr(opensmile.FeatureSet, of_package)
smile = opensmile.Smile(feature_set, opensmile.FeatureLevel.Functionals)
package = smile.process_file(path).iloc[0].astype(float).to_dict()
try:
    values = map(float, kind.features(*soundfile.read(path, dtype="float32")))
    print(json.dumps([package, dict(zip(kind.names(), values, strict=True))]))
except RejectedAudio as rejected:
    print(json.dumps([package, rejected.reason]))
"""


@pytest.fixture
def both(installed_extra, tmp_path):
    """Compute functionals of a signal: those of the package, and ours."""
    installed_extra("opensmile")

    def compute(name, signal):
        path = tmp_path / "signal.wav"
        soundfile.write(path, signal, RATE, subtype="FLOAT")
        command = [sys.executable, "-c", BOTH, path, name, SETS[name]]
        ours = {"PYTHONPATH": str(ROOT / "scripts")}
        run = subprocess.run(
            command, env=os.environ | ours, check=True, stdout=subprocess.PIPE
        )
        return json.loads(run.stdout.splitlines()[-1])

    return compute


def tone(frequency, seconds=1.5):
    """A voice-like sound: ten harmonics, each half as loud as the one before."""
    time = np.arange(int(seconds * RATE)) / RATE
    waves = [np.sin(2 * np.pi * k * frequency * time) / 2**k for k in range(1, 11)]
    return (0.3 * np.sum(waves, axis=0)).astype(np.float32)


@pytest.mark.parametrize("name", SETS)
def test_functionals_are_those_of_the_package(both, name):
    package, ours = both(name, tone(180))
    assert list(ours.items()) == list(package.items())
    assert len(ours) == names.FEATURE_SETS[name].columns


@pytest.mark.parametrize("frequency", [120, 200])
def test_the_pitch_of_a_tone_is_told_in_semitones(both, frequency):
    _, ours = both("egemaps", tone(frequency))
    mean = ours["F0semitoneFrom27.5Hz_sma3nz_amean"]
    assert mean == pytest.approx(12 * np.log2(frequency / 27.5), abs=0.1)


def test_a_signal_that_is_too_short_is_rejected(both):
    _, ours = both("egemaps", np.ones(40, np.float32))
    assert ours == "too_short"


def test_without_the_package_it_is_told_how_to_install_it(monkeypatch):
    smile._extractor.cache_clear()
    monkeypatch.setitem(sys.modules, "opensmile", None)
    with pytest.raises(InputError, match="EXTRAS=opensmile"):
        smile.names("eGeMAPSv02")
