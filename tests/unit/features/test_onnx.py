"""Embeddings are those of a model that the test makes, of one convolution."""

import embedding
import numpy as np
import pytest
import soxr

from speechcodes.errors import InputError, RejectedAudio
from speechcodes.features import onnx

RATE = 16_000


@pytest.fixture
def model(installed_extra, tmp_path):
    """Make a model, and return its path."""
    installed_extra("onnxruntime")

    def make(name="model.onnx", **options):
        return embedding.make(tmp_path / name, **options)

    return make


def signal(samples):
    return np.random.default_rng(1).normal(0, 0.1, samples).astype(np.float32)


def expected(heard):
    windows = np.lib.stride_tricks.sliding_window_view(heard, embedding.WINDOW)
    windows = windows[:: embedding.WINDOW]
    frames = windows @ embedding.WEIGHTS[:, 0].T
    return np.concatenate([frames.mean(axis=0), frames.std(axis=0)])


@pytest.mark.parametrize("mask", [False, True])
def test_an_embedding_is_mean_and_deviation_of_what_the_model_gives(model, mask):
    path, one = model(mask=mask), signal(4100)
    found = onnx.features(one, RATE, path)
    np.testing.assert_allclose(found, expected(one), rtol=1e-4, atol=1e-5)
    assert onnx.names(path)[2:4] == ["mean_2", "standard_deviation_0"]
    assert len(onnx.names(path)) == len(found)


def test_the_model_hears_16_khz_and_normalised_if_asked(model):
    path, one = model(), signal(44_100) + 0.3
    heard = soxr.resample(one, 44_100, RATE)
    np.testing.assert_allclose(
        onnx.features(one, 44_100, path), expected(heard), rtol=1e-3, atol=1e-4
    )
    heard = (heard - heard.mean()) / heard.std()
    found = onnx.features(one, 44_100, path, normalise=True)
    np.testing.assert_allclose(found, expected(heard), rtol=1e-3, atol=1e-4)


def test_what_is_too_short_for_the_model_is_rejected(model):
    with pytest.raises(RejectedAudio) as error:
        onnx.features(signal(embedding.WINDOW - 1), RATE, model())
    assert error.value.reason == "too_short"


def test_an_error_that_length_does_not_explain_is_told(model, monkeypatch):
    path, opened = model(), onnx._opened

    def failing(model):
        def embed(signal):
            if len(signal) > RATE:
                raise RuntimeError("out of memory")
            return opened(model)(signal)

        return embed

    monkeypatch.setattr(onnx, "_opened", failing)
    onnx.features(signal(RATE), RATE, path)
    with pytest.raises(InputError, match=r"does not embed 20000 samples: out of mem"):
        onnx.features(signal(20_000), RATE, path)


def test_what_is_no_such_model_is_told(model, tmp_path):
    path = tmp_path / "text.onnx"
    path.write_text("no model")
    with pytest.raises(InputError, match=r"text.onnx should be an ONNX model"):
        onnx.features(signal(4000), RATE, str(path))
    flat = model(flat=True, name="flat.onnx")
    with pytest.raises(InputError, match=r"flat.onnx .*: its output has 2 dimensions"):
        onnx.features(signal(4000), RATE, flat)
