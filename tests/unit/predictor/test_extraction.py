"""Every feature set that the workflow computes is computed of new audio, too."""

import numpy as np
import pytest
import soundfile
from autoencoding import FRAME, build
from voices import RATE, voice

from speechcodes.features import fisher, pca
from speechcodes.names import FEATURE_SETS
from speechcodes.predictor.extraction import Extractor

#: What needs a package that need not be there, and what is no set for new speech.
OPTIONAL = {"onnx", "untrained", "egemaps", "compare2016"}
SPECTROGRAM = {"window": 0.025, "step": 0.01, "taper": "hann", "bands": 8}
SPECTROGRAM |= {"scale": "log", "level": "kept", "centred": True}
WIDTHS = {"midterm": 136, "f0": 12, "pooled": 22, "modulation": 55, "code": 8}
WIDTHS |= {"pca": 6, "fisher": None}


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Two utterances of one speaker, in a folder, and one that is too short."""
    folder, rng = tmp_path_factory.mktemp("audio"), np.random.default_rng(0)
    paths = []
    for number, samples in enumerate((RATE, 2 * RATE, 100)):
        pitch = 120 + 30 * np.sin(np.arange(samples) / RATE * 5 + number)
        sound = voice(pitch) + 0.01 * rng.normal(size=samples)
        paths.append((f"u{number}", str(folder / f"u{number}.wav")))
        soundfile.write(paths[-1][1], sound.astype(np.float32), RATE, "FLOAT")
    return paths


def settings(*parts):
    return {
        "parts": list(parts),
        "audio": {"sampling_rate": RATE, "silent_below_db": -60},
        "features": {
            "midterm": {
                "window": 0.5,
                "step": 0.5,
                "short_window": 0.05,
                "short_step": 0.05,
            }
        },
        "variant": {"samples": "whole", "short_signals": "pad"},
        "spectrogram": SPECTROGRAM,
        "input": ["spectrogram", "pitch"],
    }


def models():
    rng = np.random.default_rng(0)
    heard = [rng.normal(size=(60, 11)).astype(np.float32) for _ in range(20)]
    return {
        "fisher": fisher.fit(heard, [slice(0, 8), slice(8, 11)], 1),
        "pca": pca.fit(heard, 3, 5, 1),
        "code": build(FRAME, (None, 11), 4),
        "pooling": ["mean", "standard_deviation"],
    }


def test_every_set_is_computed_of_new_audio(files):
    assert set(WIDTHS) == set(FEATURE_SETS) - OPTIONAL
    rows, rejected = Extractor(settings(*WIDTHS), models()).of_speaker(files)
    assert set(rows) == set(WIDTHS)
    for name, (features, utterance, _) in rows.items():
        assert utterance.tolist() == ["u0", "u1"], name
        assert len(features) == 2 and np.isfinite(features).all(), name
        assert WIDTHS[name] in (features.shape[1], None), name
    assert [(r.utterance, r.reason) for r in rejected] == [("u2", "too_short")]


def test_what_is_useless_gives_no_rows(files):
    rows, rejected = Extractor(settings("midterm"), {}).of_speaker(files[2:])
    assert rows == {} and len(rejected) == 1
