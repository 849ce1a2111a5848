"""What tests share: where the project and real speech are, and a finished run."""

import os
import time

import pytest
from projects import ROOT, SMALL, new_project

CORPORA = ROOT.parent / "shared" / "corpora"


@pytest.fixture(scope="session")
def root():
    return ROOT


@pytest.fixture(scope="session")
def ravdess():
    """The folder of RAVDESS, kept beside the project for tests only."""
    return _kept_beside(CORPORA / "ravdess", "RAVDESS is")


@pytest.fixture(scope="session")
def reference():
    """The folder of the study's published tables, kept there for tests only, too."""
    return _kept_beside(CORPORA.parent / "reference", "the published tables are")


@pytest.fixture(scope="session")
def finished(root, tmp_path_factory):
    """A project that has run from nothing to the end, with what it planned and did.

    And the seconds it took.
    """
    folder = tmp_path_factory.mktemp("workflow") / "finished"
    project = new_project(root, folder, SMALL)
    project.planned = project.plan()
    began = time.perf_counter()
    project.ran = project.run()
    project.seconds = time.perf_counter() - began
    return project


@pytest.fixture
def project(finished, tmp_path):
    """A copy of the finished project, to change."""
    return finished.copy(tmp_path / "copy")


def _kept_beside(folder, what):
    """Return the folder; skip if it is not there, or fail where it must be."""
    if not folder.is_dir():
        reason = f"{what} not at {folder}"
        if os.environ.get("SPEECHCODES_REQUIRE_CORPORA"):
            pytest.fail(reason)
        pytest.skip(reason)
    return folder
