"""What tests share: where the project and real speech are."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CORPORA = ROOT.parent / "shared" / "corpora"


@pytest.fixture(scope="session")
def root():
    return ROOT


@pytest.fixture(scope="session")
def ravdess():
    """The folder of RAVDESS, kept beside the project for tests only."""
    folder = CORPORA / "ravdess"
    if not folder.is_dir():
        reason = f"RAVDESS is not at {folder}"
        if os.environ.get("SPEECHCODES_REQUIRE_CORPORA"):
            pytest.fail(reason)
        pytest.skip(reason)
    return folder
