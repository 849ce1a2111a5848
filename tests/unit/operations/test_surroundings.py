"""What a user has set in the environment has no effect on jobs."""

import sys

import pytest
from tiny import Tiny

from speechcodes.errors import InputError
from speechcodes.operations import surroundings

HOSTILE = {
    "MPLBACKEND": "nonsense",
    "KERAS_BACKEND": "torch",
    "PYTHONUTF8": "0",
    "OMP_NUM_THREADS": "7",
    "OPENBLAS_NUM_THREADS": "7",
    "MKL_NUM_THREADS": "7",
    "OMP_THREAD_LIMIT": "1",
    "TF_ENABLE_ONEDNN_OPTS": "0",
}


def test_a_job_is_given_none_of_it_and_the_threads_of_its_rule(tmp_path, monkeypatch):
    for name, value in HOSTILE.items():
        monkeypatch.setenv(name, value)
    tiny = Tiny(tmp_path)
    snakefile = tmp_path / "Snakefile"
    text = snakefile.read_text()
    assert text.count("echo {params.setting}") == 1
    snakefile.write_text(text.replace("echo {params.setting}", "env"))
    tiny.run()
    given = dict(
        line.split("=", 1) for line in tiny.written().splitlines() if "=" in line
    )
    assert surroundings.SET.items() <= given.items()
    assert not set(surroundings.UNSET) & set(given)
    threads = {v for name, v in given.items() if name.endswith("_NUM_THREADS")}
    assert threads == {"1"}


@pytest.mark.parametrize("encoding", ["ascii", "iso8859-1"])
def test_an_encoding_that_hides_files_is_named(monkeypatch, encoding):
    monkeypatch.setattr(sys, "getfilesystemencoding", lambda: encoding)
    with pytest.raises(InputError, match=f"read as {encoding}.*LC_ALL=C.UTF-8"):
        surroundings.settle()


@pytest.mark.parametrize("folder", ["with space", "it's"])
def test_a_python_that_no_job_could_be_started_with_is_named(monkeypatch, folder):
    monkeypatch.setattr(sys, "executable", f"/home/{folder}/bin/python")
    with pytest.raises(InputError, match=f"{folder}/bin/python.*move this folder"):
        surroundings.settle()
