"""Autoencoders of segments: shapes, parameters, layers, and what is refused."""

import numpy as np
import pytest
from autoencoding import ARCHITECTURES as ALL
from autoencoding import SEGMENT, SHAPE, build, configuration, segments

from speechcodes.autoencoders import models, segment_model
from speechcodes.errors import InputError

#: Those of the study.
ARCHITECTURES = {
    name: layers for name, layers in ALL.items() if layers["family"] == "segment"
}
STUDY3 = ARCHITECTURES["study3"]
#: With strides longer than kernels.
SPARSE = {**SEGMENT, "convolutions": [{"filters": 2, "kernel": 2, "stride": 3}] * 2}


def test_shapes_worked_by_hand():
    # 74 // 2 = 37, 37 // 2 = 18, 18 // 3 = 6, 6 // 3 = 2; 200, 100, 50, 16, 5.
    shapes = [(37, 100), (18, 50), (6, 16), (2, 5)]
    assert segment_model.output_shapes(STUDY3, (74, 200)) == shapes
    # Lost on the way down: a row of 37; two columns of 50; a column of 16.
    paddings = [(0, 0), (1, 0), (0, 2), (0, 1)]
    assert segment_model.output_paddings(STUDY3, (74, 200)) == paddings


@pytest.mark.parametrize("architecture", [*ARCHITECTURES.values(), SPARSE])
@pytest.mark.parametrize("shape", [(74, 200), (49, 200), (37, 101), (53, 83)])
def test_any_shape_is_restored_with_the_parameters_that_are_counted(
    architecture, shape
):
    model = build(architecture, shape, latent=48)
    assert model.input_shape == model.output_shape == (None, *shape)
    assert model(np.zeros((2, *shape), np.float32)).shape == (2, *shape)
    counted = segment_model.parameters(architecture, shape, 48)
    assert counted == model.count_params()


def test_spectrograms_too_small_and_codes_too_long_are_refused():
    small, large = configuration(STUDY3), configuration(STUDY3, 641)
    segment_model.check(small, STUDY3, (36, 200))
    with pytest.raises(
        InputError, match=r"\(35, 200\).*too small.*convolution 4 .* 3 over \(2, 16\)"
    ):
        segment_model.check(small, STUDY3, (35, 200))
    # (49, 200) leaves 1 x 5 maps of 128: 640 values.
    segment_model.check(configuration(STUDY3, 640), STUDY3, (49, 200))
    with pytest.raises(InputError, match="latent is 641.*at most 640"):
        segment_model.check(large, STUDY3, (49, 200))


def test_a_kernel_of_one_pixel_takes_no_longer_strides():
    one = {**SEGMENT, "convolutions": [{"filters": 2, "kernel": 1, "stride": 1}]}
    assert segment_model.output_shapes(one, (9, 14)) == [(9, 14)]
    one["convolutions"][0]["stride"] = 2
    with pytest.raises(InputError, match="convolution 1 has a kernel of 1 and a strid"):
        segment_model.check(configuration(one), one, (9, 14))


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


def test_dropout_stands_between_convolutions_only():
    names = [layer.name for layer in build(ARCHITECTURES["study1"]).layers]
    kinds = [name.split("_")[0] for name in names]
    encoder = ["channel", *["convolution", "dropout"] * 2, "convolution", "flat"]
    decoder = ["maps", *["transposed", "dropout"] * 2, "transposed", "reconstruction"]
    assert kinds == ["spectrogram", *encoder, "code", "flat", *decoder]


@pytest.mark.parametrize("rows", [1, 256, 300])
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
    encoder = models.encoder(model)
    found = segment_model.encode(encoder, rows, None)
    assert found.shape == (11, 4) and found.std() > 0
    np.testing.assert_allclose(found, x, rtol=1e-5, atol=1e-7)
    with pytest.raises(InputError, match=r"\(9, 14\).*\(8, 14\)"):
        segment_model.encode(encoder, rows[:, :-1], None)
