"""Files are written whole or not at all, and nothing here needs file locks."""

import ast
import errno
import gc
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pytest
from broken import as_nobody
from disks import mounted
from projects import ROOT

from speechcodes.corpus import synthesis
from speechcodes.errors import InputError
from speechcodes.figures import style
from speechcodes.storage import files

SCRIPTS = sorted((ROOT / "scripts").rglob("*.py"))
#: More than a full disk takes, and nothing that can be packed.
NOISE = np.random.default_rng(0).standard_normal((50, 1000))


# --- file systems that take no more -------------------------------------------------


def write_figure(path):
    figure = style.new_figure("A title", 2)
    figure.add_subplot().scatter(*NOISE[:2])
    style.save(figure, pd.DataFrame(NOISE[:2]), [path])


WRITERS = {
    "table.csv": lambda path: files.write_table(path, pd.DataFrame(NOISE)),
    "summary.md": lambda path: files.write_text(path, "answer\n" * 50_000),
    "figure.png": write_figure,
    "figure.svg": write_figure,
    "figure.pdf": write_figure,
    "speech.wav": lambda path: synthesis._write_wav(
        NOISE.ravel().astype(np.int16), path
    ),
}


@pytest.fixture
def disk(tmp_path):
    with mounted(tmp_path) as disk:
        yield disk
    # Files that could not be written complain once more as they are collected.
    gc.collect()


@pytest.mark.parametrize("free", [0, 4096, 12288])
@pytest.mark.parametrize("name", WRITERS)
def test_a_full_disk_is_told_in_a_sentence_and_tears_nothing(disk, name, free):
    path = disk.folder / name
    path.write_text("old")
    disk.leave(free)
    with pytest.raises(InputError) as error:
        WRITERS[name](path)
    assert str(path) in str(error.value)
    assert "no space left on device; make room" in str(error.value)
    assert {p.name: p.read_text() for p in disk.folder.iterdir()} == {name: "old"}
    disk.leave(2**20)
    WRITERS[name](path)
    assert path.stat().st_size > 2000
    assert list(disk.folder.iterdir()) == [path]


#: A job that writes an HDF5 file, in one of three ways, after which HDF5 is no good.
JOB = """
import sys
sys.path.insert(0, sys.argv[1])
import numpy as np
from speechcodes.storage import hdf5
from speechcodes.operations.logs import log_to

log_to(sys.argv[2] + ".log")
noise = np.random.default_rng(0).standard_normal((50, 1000))
what = {"parameters": {"n": 50}, "libraries": ["h5py"], "description": "noise"}
with hdf5.create(sys.argv[2], **what) as file:
    if sys.argv[3] == "at once":
        hdf5.put(file, {"midterm": noise})
    elif sys.argv[3] == "small":
        for i in range(20):
            hdf5.put(file, {f"{i}/utterance": np.array(["a", "b"])})
            del file["rejected"]
    else:
        signals = file.create_dataset("x", (0,), float, maxshape=(None,), chunks=(999,))
        for row in noise:
            signals.resize(len(signals) + len(row), axis=0)
            signals[-len(row):] = row
"""


@pytest.mark.parametrize("free", [4096, 12288])
@pytest.mark.parametrize("way", ["at once", "row by row", "small"])
def test_a_job_ends_in_order_whatever_hdf5_makes_of_a_full_disk(
    disk, tmp_path_factory, way, free
):
    path = disk.folder / "a.h5"
    path.write_text("old")
    log = tmp_path_factory.mktemp("log") / "a.log"
    (disk.folder / "a.h5.log").symlink_to(log)
    disk.leave(free)
    command = [sys.executable, "-c", JOB, ROOT / "scripts", path, way]
    job = subprocess.run(command, capture_output=True, text=True)
    (line,) = job.stderr.splitlines()
    assert f"{path} cannot be written: no space left on device; make room" in line
    (logged,) = log.read_text().splitlines()
    assert logged.partition(" ERROR ")[2] == line.partition(" ERROR ")[2] != ""
    assert job.returncode == 1
    assert {p.name for p in disk.folder.iterdir()} == {"a.h5", "a.h5.log"}
    assert path.read_text() == "old"
    disk.leave(2**20)
    assert subprocess.run(command, capture_output=True).returncode == 0
    assert h5py.is_hdf5(path)


def test_a_disk_that_is_mounted_for_reading_is_told(disk):
    path = disk.folder / "a.txt"
    path.write_text("old")
    disk.remount("ro")
    with pytest.raises(InputError, match=f"{path} .* read-only file system; have"):
        files.write_text(path, "new")
    assert path.read_text() == "old"


@pytest.mark.parametrize("name", WRITERS)
def test_a_folder_that_is_closed_is_told(name):
    # Below /tmp itself: the folders of pytest are closed to all others.
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o555)
        path = Path(folder, name)
        with (
            as_nobody(),
            pytest.raises(InputError, match=f"{path} .* permission denied; make"),
        ):
            WRITERS[name](path)
        os.chmod(folder, 0o755)


def test_a_quota_that_is_spent_is_told_as_network_file_systems_tell_it(
    tmp_path, monkeypatch
):
    def fsync(descriptor):
        raise OSError(errno.EDQUOT, "Disk quota exceeded")

    path = tmp_path / "a.txt"
    path.write_text("old")
    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(InputError, match=f"{path} .* disk quota exceeded; remove"):
        files.write_text(path, "new")
    assert [p.read_text() for p in tmp_path.iterdir()] == ["old"]


def caused(error, cause):
    error.__cause__ = cause
    return error


#: What HDF5 says of a quota in words only.
OF_HDF5 = (
    "Can't decrement id ref count (file write failed: time = Tue Nov 24 20:00:00 2026"
    "\n, filename = 'a.h5', file descriptor = 3, errno = 122, error message = 'Disk "
    "quota exceeded', buf = 0x1, total write size = 8)"
)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (RuntimeError(OF_HDF5), "a.h5 cannot be written: disk quota exceeded"),
        (OSError(OF_HDF5), "a.h5 cannot be written: disk quota exceeded"),
        # HDF5 cannot close what it could not write.
        (
            caused(RuntimeError("slist enabled?"), OSError(errno.ENOSPC, "full")),
            "a.h5 cannot be written: no space",
        ),
        # Another file that does not fit is the one that is named.
        (
            OSError(errno.ENOSPC, "No space left", "/scratch/copy"),
            "/scratch/copy cannot be written: no space",
        ),
    ],
)
def test_what_hdf5_and_others_say_of_a_full_disk_is_understood(tmp_path, error, told):
    path = tmp_path / "a.h5"
    with pytest.raises(InputError, match=told), files.replacing(path):
        raise error


@pytest.mark.parametrize(
    "error",
    [
        PermissionError(errno.EACCES, "Permission denied", "speech.wav"),
        OSError(errno.EIO, "Input/output error"),
        ValueError("errno = 28"),
        InputError("speech.wav is empty"),
        caused(InputError("train without scratch"), OSError(errno.ENOSPC, "full")),
    ],
)
def test_errors_of_another_kind_stay_what_they_are(tmp_path, error):
    with pytest.raises(type(error)) as raised, files.replacing(tmp_path / "a.h5"):
        raise error
    assert raised.value is error


def test_what_a_writer_leaves_that_is_killed_is_beside_its_place(tmp_path):
    path = tmp_path / "a.csv"
    if not (child := os.fork()):
        with files.replacing(path) as beside:
            beside.write_text("half")
            os.kill(os.getpid(), 9)
    os.waitpid(child, 0)
    # By this name `runs` removes it.
    (partial,) = tmp_path.glob(".*.partial.a.csv")
    assert partial.read_text() == "half"
    assert list(tmp_path.iterdir()) == [partial]


# --- the sources ----------------------------------------------------------------


def calls(path):
    """Yield (function or method, call, names of the functions it stands in)."""

    def walk(node, inside):
        if isinstance(node, ast.FunctionDef):
            inside = [*inside, node.name]
        if isinstance(node, ast.With):
            contexts = [item.context_expr for item in node.items]
            inside = [*inside, *map(called, contexts)]
        if isinstance(node, ast.Call):
            yield called(node), node, inside
        for child in ast.iter_child_nodes(node):
            yield from walk(child, inside)

    return walk(ast.parse(path.read_text(encoding="utf-8")), [path.name])


def called(node):
    """Name what a call calls, as in `h5py.File`; of a method the last two names."""
    function = node.func if isinstance(node, ast.Call) else node
    return ".".join(ast.unparse(function).split(".")[-2:])


def mode(name, call):
    """Return the mode in which a call opens a file, "" if it opens none."""
    if name not in ("h5py.File", "open") and not name.endswith(".open"):
        return ""
    values = [a.value for a in call.args if isinstance(a, ast.Constant)]
    given = [v for v in values if isinstance(v, str)]
    return given[-1] if given else "r"


LOCKS = r"^ *(?:import|from) (?:fcntl|filelock|portalocker|sqlite3)\b|os\.lockf"


def test_nothing_locks_files_or_renames_across_file_systems():
    for path in SCRIPTS:
        text = path.read_text(encoding="utf-8")
        assert not re.search(LOCKS, text, re.MULTILINE), path
        assert "os.rename" not in text and "shutil.move" not in text, path
        assert ("os.replace(" in text) == (path.name == "files.py"), path
        # A cluster is asked whether locks would work, for those who ask.
        locking = "locking=True" if path.name == "cluster.py" else "locking=False"
        opened = re.findall(r"h5py\.File\(.*", text)
        assert all(locking in call for call in opened), path


def test_all_that_is_written_goes_through_replacing():
    writing = {"to_csv", "savefig", "write_text", "write_bytes", "save", "dump"}
    found = {"inside": 0, "outside": set()}
    for path in SCRIPTS:
        for name, call, inside in calls(path):
            method = name.rpartition(".")[2] if "." in name else ""
            if name in ("style.save", "hdf5.write", "signals.write"):
                continue
            if method in writing or set(mode(name, call)) & set("wax+"):
                if "replacing" in inside:
                    found["inside"] += 1
                else:
                    found["outside"].add(tuple(inside[:2]))
    assert found["inside"] >= 5
    # What writes to a temporary folder, and what is given a path that `replacing` gave.
    temporary = {("cluster.py", "_write"), ("cluster.py", "hdf5_locks")}
    temporary.add(("describe.py", "planned_jobs"))
    assert found["outside"] - temporary <= {
        ("checksums.py", "write"),
        ("models.py", "save"),
    }


def test_what_is_not_forecast_is_read_as_no_number(tmp_path):
    path = tmp_path / "forecast.csv"
    path.write_text("feature_set,score,gain_low,reason\n1,,,it falls\n2,0.5,0.25,\n")
    table = files.read_scores(path)
    assert table["score"].isna().tolist() == [True, False]
    assert table["gain_low"].tolist()[1] == 0.25
    assert table["reason"].tolist() == ["it falls", ""]
    assert table["feature_set"].tolist() == ["1", "2"]


def test_tables_of_several_variants_are_read_as_one(tmp_path):
    for segment, score in {"20k": 0.5, "1": 0.25}.items():
        (tmp_path / segment).mkdir()
        (tmp_path / segment / "intervals.csv").write_text(f"score\n{score}\n")
    paths = [tmp_path / segment / "intervals.csv" for segment in ("20k", "1")]
    found = files.read_variants(paths)
    assert found.values.tolist() == [[0.5, "20k"], [0.25, "1"]]
    assert found.index.tolist() == [0, 1]
