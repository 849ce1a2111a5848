"""Models of each family are saved, loaded, encoded with and described alike."""

import zipfile
import zlib

import keras
import numpy as np
import pytest
from autoencoding import (
    ARCHITECTURES,
    BINS,
    FRAME,
    SEGMENT,
    SHAPE,
    build,
    segments,
    sequences,
)

from speechcodes.autoencoders import families, models
from speechcodes.errors import InputError

SMALL = {
    "segment": (SEGMENT, SHAPE, segments(5)),
    "frame": (FRAME, (None, BINS), sequences([7])[0][None]),
}


@pytest.mark.parametrize("load", [models.load, keras.models.load_model])
@pytest.mark.parametrize("family", SMALL)
def test_a_saved_model_is_the_same_model(family, load, tmp_path):
    architecture, shape, rows = SMALL[family]
    model = build(architecture, shape, 4)
    models.save(model, tmp_path / "autoencoder.keras")
    loaded = load(tmp_path / "autoencoder.keras")
    np.testing.assert_array_equal(loaded(rows), model(rows))
    assert families.of_model(loaded) is families.FAMILIES[family]
    encoder = models.encoder(loaded)
    np.testing.assert_array_equal(encoder(rows), models.encoder(model)(rows))
    np.testing.assert_array_equal(encoder(rows), models.encoder(encoder)(rows))
    assert families.of_model(encoder) is families.FAMILIES[family]


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "autoencoder.keras"
    models.save(build(SEGMENT, SHAPE, 4), path)
    return path


def test_a_model_s_file_is_a_whole_archive_with_its_checksum_at_the_end(saved):
    content = saved.read_bytes()
    text = f"CRC-32 of all other bytes: {zlib.crc32(content[:-36]):08x}\n"
    with zipfile.ZipFile(saved) as archive:
        assert archive.testzip() is None
        assert archive.comment == content[-36:] == text.encode()


def test_a_damaged_model_is_named_with_the_command_to_remove_it(saved):
    whole = saved.read_bytes()
    flipped = [
        whole[:i] + bytes([whole[i] ^ 16]) + whole[i + 1 :]
        for i in (*range(0, len(whole), len(whole) // 50), *range(-200, 0))
    ]
    for content in [*flipped, b"", whole[:-1], whole[: len(whole) // 2], whole + b"\0"]:
        saved.write_bytes(content)
        with pytest.raises(InputError, match=f"{saved} is damaged.* rm {saved}"):
            models.load(saved)


def test_the_summary_names_layers_and_parameters():
    text = models.summary(build(ARCHITECTURES["study3"]))
    assert "encoder: 438,896 parameters" in text
    assert "Conv2D 64 of 3x3/3 relu" in text
    assert "(2, 5, 128)" in text
    assert "Dense softmax" in text
    assert "decoder: " in text
    dilated = {**FRAME, "convolutions": [{"filters": 6, "kernel": 3, "dilation": 4}]}
    text = models.summary(build(dilated, (None, BINS), 3))
    assert "Conv1D 6 of 3/1 dilated 4 relu" in text
