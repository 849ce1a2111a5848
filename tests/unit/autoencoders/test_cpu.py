"""Models that are trained faster on a CPU, and share the weights of Keras' own."""

import keras
import numpy as np
import pytest
from autoencoding import SEGMENT, SHAPE, assert_weights, build, segments

from speechcodes.autoencoders import backend, cpu, models
from speechcodes.autoencoders.convolutions import Convolution
from speechcodes.autoencoders.dropout import Dropout

pytestmark = pytest.mark.skipif(not backend.compiles(), reason="for TensorFlow's CPU")


def test_only_relu_before_dropout_is_fused():
    inputs = keras.Input((9, 7, 4))
    x = keras.layers.Conv2D(3, 3, activation="tanh", name="other")(inputs)
    x = keras.layers.Dropout(0.2)(x)
    x = keras.layers.Conv2D(3, 3, activation="relu", name="without")(x)
    model = keras.Model(inputs, x)
    trained = cpu.faster(model)
    for name in ("other", "without"):
        assert trained.get_layer(name) is model.get_layer(name)
    assert Dropout in map(type, trained.layers)


def test_a_model_is_trained_through_another_that_is_faster(tmp_path):
    model = build(SEGMENT, SHAPE, 4)
    trained = cpu.faster(model)
    kinds = {type(layer) for layer in trained.layers}
    assert Convolution in kinds and keras.layers.Dropout not in kinds
    assert [layer.name for layer in trained.layers] == [
        layer.name for layer in model.layers
    ]
    rows, before = segments(16), model.get_weights()
    trained.compile("adam", "mse")
    trained.fit(rows, rows, verbose=0)
    assert_weights(trained, model)
    assert any((a != b).any() for a, b in zip(before, model.get_weights(), strict=True))
    np.testing.assert_allclose(trained(rows), model(rows), rtol=1e-5, atol=1e-7)
    # Stored is the model itself, which Keras alone can read.
    models.save(model, tmp_path / "model.keras")
    assert_weights(keras.models.load_model(tmp_path / "model.keras"), model)


def test_adam_takes_the_steps_of_keras():
    ends = []
    for optimiser in (cpu.optimiser("adam", 0.01), keras.optimizers.Adam(0.01)):
        model = keras.Sequential([keras.Input((7,)), keras.layers.Dense(5)])
        rng = np.random.default_rng(0)
        model.set_weights([rng.normal(size=w.shape) for w in model.weights])
        model.compile(optimiser, "mse")
        for _ in range(20):
            model.train_on_batch(rng.normal(size=(4, 7)), rng.normal(size=(4, 5)))
        moments = [variable.numpy() for variable in optimiser.variables]
        ends.append([*model.get_weights(), *moments])
    for found, expected in zip(*ends, strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-7)
    assert ends[0][0].std() > 0
    assert isinstance(cpu.optimiser("sgd", 0.01), keras.optimizers.SGD)
