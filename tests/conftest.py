"""What tests share: where the project and real speech are, and a finished run."""

import fcntl
import importlib
import json
import os
import shutil
import time
from collections import Counter

import pytest
from projects import ROOT, SMALL, Project, new_project

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
def installed_extra():
    """Import an optional package; skip without it, or fail where it must be there."""

    def load(name):
        if os.environ.get("SPEECHCODES_REQUIRE_EXTRAS"):
            return importlib.import_module(name)
        return pytest.importorskip(name, exc_type=ImportError)

    return load


@pytest.fixture(scope="session")
def finished(root, tmp_path_factory):
    """A project that has run from nothing to the end, with what it planned and did.

    And the seconds it took. One for all workers: copy it to change anything.
    """
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    project, notes = Project(shared / "finished"), shared / "finished.json"
    with (shared / "finished.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not notes.exists():
            notes.write_text(json.dumps(_run_from_nothing(root, project.folder)))
    planned, ran, project.seconds = json.loads(notes.read_text())
    project.planned, project.ran = Counter(planned), Counter(ran)
    return project


@pytest.fixture
def project(finished, tmp_path):
    """A copy of the finished project, to change."""
    return finished.copy(tmp_path / "copy")


def _run_from_nothing(root, folder):
    """Lay out a project and run it; return what it planned, what it ran and how long.

    What a worker left that failed at it is cleared away.
    """
    shutil.rmtree(folder, ignore_errors=True)
    project = new_project(root, folder, SMALL)
    planned, began = project.plan(), time.perf_counter()
    return planned, project.run(), time.perf_counter() - began


def _kept_beside(folder, what):
    """Return the folder; skip if it is not there, or fail where it must be."""
    if not folder.is_dir():
        reason = f"{what} not at {folder}"
        if os.environ.get("SPEECHCODES_REQUIRE_CORPORA"):
            pytest.fail(reason)
        pytest.skip(reason)
    return folder
