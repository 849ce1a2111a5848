"""Backends of Keras: all encode and train alike from the same weights."""

import importlib.util
import json
import os
import subprocess
import sys

import numpy as np
import on_backend
import pytest
from autoencoding import BINS, FRAME, SEGMENT, SHAPE, build
from projects import ROOT

from speechcodes.autoencoders import backend, models

#: Without dropout, whose chance is each backend's own.
SMALL = {
    "segment": ({**SEGMENT, "dropout": 0}, SHAPE),
    "frame": (FRAME, (None, BINS)),
}


def on(name, path, family):
    """Encode and train in a process of its own."""
    surroundings = os.environ | {"CUDA_VISIBLE_DEVICES": "", "JAX_PLATFORMS": "cpu"}
    folders = [ROOT / "scripts", ROOT / "tests" / "support", os.getenv("PYTHONPATH")]
    surroundings["PYTHONPATH"] = os.pathsep.join(str(f) for f in folders if f)
    command = [sys.executable, ROOT / "tests/support/on_backend.py", name, path, family]
    said = subprocess.run(
        command, env=surroundings, check=True, stdout=subprocess.PIPE, text=True
    ).stdout
    return json.loads(said.splitlines()[-1])


@pytest.mark.other_backend
@pytest.mark.parametrize("family", SMALL)
@pytest.mark.parametrize("name", ["jax", "torch"])
def test_from_the_same_weights_all_backends_encode_and_train_alike(
    name, family, tmp_path
):
    if not importlib.util.find_spec(name):
        pytest.skip(f"{name}, another backend of Keras, is not installed")
    path = tmp_path / "autoencoder.keras"
    models.save(build(*SMALL[family], 4), path)
    expected, found = on_backend.losses(path, family), on(name, path, family)
    np.testing.assert_allclose(found["codes"], expected["codes"], rtol=1e-4, atol=1e-5)
    assert expected["validation_loss"][1] < expected["validation_loss"][0]
    for key in ("loss", "validation_loss", "validation_mse"):
        np.testing.assert_allclose(found[key], expected[key], rtol=1e-3)


def test_the_workflow_trains_on_tensorflow_whatever_keras_is_told():
    code = (
        "from speechcodes.autoencoders import backend; import keras;"
        "print(keras.config.backend(), backend.device())"
    )
    surroundings = os.environ | {
        "KERAS_BACKEND": "torch",
        "CUDA_VISIBLE_DEVICES": "",
        "PYTHONPATH": str(ROOT / "scripts"),
    }
    said = subprocess.check_output(
        [sys.executable, "-c", code], env=surroundings, text=True
    )
    assert said.split() == ["tensorflow", "CPU"]
    assert backend.device().split(":")[0] in ("CPU", "GPU")
