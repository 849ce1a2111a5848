"""TensorFlow tells of errors where there may be a GPU, and of none that is none."""

import ctypes
import importlib
import os

import pytest

from speechcodes import autoencoders


@pytest.mark.parametrize(("has_driver", "level"), [(True, "2"), (False, "3")])
def test_errors_are_told_where_there_is_a_driver_whatever_another_host_said(
    monkeypatch, has_driver, level
):
    def load(name):
        assert name == "libcuda.so.1"
        if not has_driver:
            raise OSError("no such file")

    # A job inherits what was set where it was submitted.
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "3" if has_driver else "2")
    monkeypatch.setattr(ctypes, "CDLL", load)
    importlib.reload(autoencoders)
    assert os.environ["TF_CPP_MIN_LOG_LEVEL"] == level
