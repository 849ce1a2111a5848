# ruff: noqa: D103 - names of tests say what they test
"""Autoencoders of segments: shapes, parameters, layers, and what is refused."""

import numpy as np
import pytest
from autoencoding import ARCHITECTURES as ALL
from autoencoding import SEGMENT, SHAPE, assert_weights, build, configuration, segments
from hypothesis import given
from hypothesis import strategies as st

from speechcodes.autoencoders import models, segment_model
from speechcodes.errors import InputError

#: Those of the study.
ARCHITECTURES = {
    name: layers for name, layers in ALL.items() if layers["family"] == "segment"
}


def test_shapes_worked_by_hand():
    # 74 // 2 = 37, 37 // 2 = 18, 18 // 3 = 6, 6 // 3 = 2; 200, 100, 50, 16, 5.
    assert segment_model.output_shapes(ARCHITECTURES["study3"], (74, 200)) == [
        (37, 100),
        (18, 50),
        (6, 16),
        (2, 5),
    ]
    # Lost on the way down: a row of 37; two columns of 50; a column of 16.
    assert segment_model.output_paddings(ARCHITECTURES["study3"], (74, 200)) == [
        (0, 0),
        (1, 0),
        (0, 2),
        (0, 1),
    ]


@given(st.integers(1, 120), st.integers(1, 250), st.sampled_from(list(ARCHITECTURES)))
def test_paddings_restore_every_shape(frames, bins, name):
    architecture = ARCHITECTURES[name]
    try:
        shapes = segment_model.output_shapes(architecture, (frames, bins))
    except InputError:
        return
    paddings = segment_model.output_paddings(architecture, (frames, bins))
    for before, after, padding, convolution in zip(
        [(frames, bins), *shapes[:-1]],
        shapes,
        paddings,
        architecture["convolutions"],
        strict=True,
    ):
        kernel, stride = convolution["kernel"], convolution["stride"]
        restored = [
            (n - 1) * stride + kernel + p for n, p in zip(after, padding, strict=True)
        ]
        assert tuple(restored) == before
        assert all(0 <= p < stride for p in padding)


def test_spectrograms_too_small_are_refused():
    study3 = ARCHITECTURES["study3"]
    segment_model.check(configuration(study3), study3, (36, 200))
    with pytest.raises(InputError, match=r"convolution 4 .* 3 over \(2, 16\)"):
        segment_model.check(configuration(study3), study3, (35, 200))
    with pytest.raises(InputError, match=r"\(35, 200\).*too small"):
        build(study3, (35, 200))


def test_a_code_longer_than_what_it_compresses_is_refused():
    # study3 leaves (49, 200) as 1 x 5 maps of 128: 640 values.
    study3 = ARCHITECTURES["study3"]
    segment_model.check(configuration(study3, 640), study3, (49, 200))
    with pytest.raises(InputError, match="latent is 641.*at most 640"):
        segment_model.check(configuration(study3, 641), study3, (49, 200))


@pytest.mark.parametrize(
    ("name", "latent", "parameters"),
    [
        ("study1", 128, 49_818),
        ("study2", 64, 49_966),
        ("study3", 64, 438_896),
        ("study4", 64, 814_776),
    ],
)
def test_encoders_have_the_parameters_that_the_study_reported(name, latent, parameters):
    model = build(ARCHITECTURES[name], latent=latent)
    assert models.encoder(model).count_params() == parameters


@pytest.mark.parametrize("name", ARCHITECTURES)
@pytest.mark.parametrize("shape", [(74, 200), (53, 83)])
def test_parameters_are_counted_without_building_a_model(name, shape):
    expected = build(ARCHITECTURES[name], shape, latent=48).count_params()
    assert segment_model.parameters(ARCHITECTURES[name], shape, 48) == expected


@pytest.mark.parametrize("name", ARCHITECTURES)
@pytest.mark.parametrize("shape", [(74, 200), (49, 200), (37, 101), (53, 83)])
def test_any_shape_is_restored(name, shape):
    model = build(ARCHITECTURES[name], shape)
    assert model.input_shape == model.output_shape == (None, *shape)
    assert model(np.zeros((2, *shape), np.float32)).shape == (2, *shape)


def test_strides_longer_than_kernels_are_mirrored():
    convolutions = [{"filters": 2, "kernel": 2, "stride": 3}] * 2
    model = build({**SEGMENT, "convolutions": convolutions}, (22, 31), 4)
    assert model(np.zeros((1, 22, 31), np.float32)).shape == (1, 22, 31)


def test_dropout_stands_between_convolutions_only():
    names = [layer.name for layer in build(ARCHITECTURES["study1"]).layers]
    kinds = [name.split("_")[0] for name in names]
    encoder = ["channel", *["convolution", "dropout"] * 2, "convolution", "flat"]
    decoder = ["maps", *["transposed", "dropout"] * 2, "transposed", "reconstruction"]
    assert kinds == ["spectrogram", *encoder, "code", "flat", *decoder]


def test_the_same_seed_builds_the_same_weights():
    first, second, other = (build(SEGMENT, SHAPE, 4, seed=s) for s in (1, 1, 2))
    assert_weights(first, second)
    with pytest.raises(AssertionError):
        assert_weights(first, other)


@pytest.mark.parametrize("rows", [1, 255, 256, 300])
def test_the_loss_of_the_mean_spectrogram_by_its_formula(rows):
    sides = segments(300), segments(rows, 1)
    mean, validation = sides[0].astype(float).mean(axis=0), sides[1]
    found = segment_model.mean_loss(*sides, "mse", None)
    assert found == pytest.approx(((validation - mean) ** 2).mean(), rel=1e-5)
    entropy = validation * np.log(mean) + (1 - validation) * np.log(1 - mean)
    found = segment_model.mean_loss(*sides, "binary_crossentropy", None)
    assert found == pytest.approx(-entropy.mean(), rel=1e-5)


def test_codes_are_the_output_of_the_code_layer():
    model, rows = build(SEGMENT, SHAPE, 4, seed=3), segments(11)
    x = rows[..., np.newaxis]
    for name in ("convolution_1", "convolution_2", "flat", "code"):
        x = model.get_layer(name)(x)
    found = segment_model.encode(models.encoder(model), rows, None)
    assert found.shape == (11, 4) and found.std() > 0
    np.testing.assert_allclose(found, x, rtol=1e-5, atol=1e-7)


def test_spectrograms_of_another_shape_are_refused():
    encoder = models.encoder(build(SEGMENT, SHAPE, 4))
    with pytest.raises(InputError, match=r"\(9, 14\).*\(8, 14\)"):
        segment_model.encode(encoder, segments(3)[:, :-1], None)
