"""Families have one interface, and architectures the keys of their family."""

import inspect
from types import SimpleNamespace

import keras
import pytest
import yaml
from autoencoding import ARCHITECTURES, BINS, FRAME, ROOT, SEGMENT, learn, sequences
from jsonschema import Draft202012Validator

from speechcodes.autoencoders import (
    encoding,
    families,
    frame_model,
    grid,
    models,
    reconstruction,
)
from speechcodes.autoencoders.families import FAMILIES, Family
from speechcodes.errors import InputError

SCHEMA = ROOT / "config/schemas/architectures.schema.yaml"
FUNCTIONS = dict(inspect.getmembers(Family, inspect.isfunction))
FUNCTIONS = {name: f for name, f in FUNCTIONS.items() if not name.startswith("_")}


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_has_all_functions_with_the_same_parameters(family, function):
    expected = list(inspect.signature(FUNCTIONS[function]).parameters)[1:]
    found = inspect.signature(getattr(FAMILIES[family], function)).parameters
    assert list(found) == expected


@pytest.fixture(scope="module")
def schema():
    found = yaml.safe_load(SCHEMA.read_text())
    Draft202012Validator.check_schema(found)
    return found


def test_the_architectures_fit_their_schema(schema):
    validator = Draft202012Validator(schema)
    validator.validate(ARCHITECTURES)
    broken = [
        {**SEGMENT, "padding": "same"},
        {**SEGMENT, "pooling": ["mean"]},
        {**FRAME, "dense": None},
        {key: SEGMENT[key] for key in SEGMENT if key != "dense"},
        {key: FRAME[key] for key in FRAME if key != "family"},
        {**FRAME, "convolutions": SEGMENT["convolutions"]},
    ]
    for architecture in broken:
        assert not validator.is_valid({"broken": architecture})


def test_the_schema_names_families_that_there_are(schema):
    named = [one["if"] for one in schema["additionalProperties"]["allOf"]]
    named = [one["properties"]["family"]["const"] for one in named]
    assert named == list(schema["$defs"])
    assert set(named) <= set(FAMILIES)


def test_a_family_that_there_is_not_is_named():
    assert families.of(FRAME).NAME == "frame"
    with pytest.raises(InputError, match="'frames' .* segment, frame"):
        families.of({**FRAME, "family": "frames"})


def recurrent(architecture, configuration, shape, statistics, seed):
    """Build an autoencoder with a gated recurrent unit in place of convolutions."""
    keras.utils.set_random_seed(seed)
    mean, deviation = statistics
    spectrogram = keras.Input((None, len(mean)))
    x = keras.layers.Normalization(
        mean=mean.tolist(), variance=(deviation**2).tolist(), name="standardised"
    )(spectrogram)
    x = keras.layers.GRU(architecture["units"], return_sequences=True)(x)
    x = keras.layers.Dense(configuration.latent, name="code")(x)
    output = keras.layers.Dense(len(mean))(x)
    return keras.Model(spectrogram, output, name="recurrent_autoencoder")


def test_a_family_is_added_by_its_module_and_its_entry(monkeypatch, tmp_path, schema):
    # What a module would import of another family's, and what it would define.
    module = SimpleNamespace(**vars(frame_model))
    module.NAME, module.build = "recurrent", recurrent
    module.context_frames = lambda architecture: 1
    monkeypatch.setitem(FAMILIES, "recurrent", module)
    kept = ("piece_frames", "pooling", "loss", "output_activation", "code_activation")
    architecture = {"family": "recurrent", "units": 6} | {k: FRAME[k] for k in kept}
    Draft202012Validator(schema).validate({"gru": architecture})
    settings = {"latent": 3, "learning_rate": 0.01, "batch_size": 8}
    settings |= {"architecture": "gru", "optimiser": "adam"}
    shapes = {"whole": (None, BINS)}
    assert grid.expand([settings], {"gru": architecture}, shapes)["whole"]
    frames = sequences([20, 9, 30, 12])
    model, _, metrics = learn(architecture, frames, frames[:2], epochs=1)
    assert metrics["context_frames"] == 1 and metrics["instability"] > 0
    models.save(model, tmp_path / "model.keras")
    model = models.load(tmp_path / "model.keras")
    pooling = metrics["pooling"]
    assert encoding.encode(model, frames, pooling).shape == (4, 8)
    assert reconstruction.errors(model, frames).shape == (4,)
