"""Figures are drawn without a warning."""

import warnings

import pytest


@pytest.fixture(autouse=True)
def no_warnings():
    """Fail on warnings, as which layouts that collapse and empty legends come."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield
