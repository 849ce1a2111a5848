"""Files damaged after they were made: found, named, and made anew as told."""

import os
import re
import subprocess

import h5py
import numpy as np
import pandas as pd
import pytest


def flip_a_bit(path):
    """Flip one bit in the middle of a file, which nothing outside of it shows."""
    status = path.stat()
    with open(path, "r+b") as file:
        file.seek(status.st_size // 2)
        (byte,) = file.read(1)
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte ^ 4]))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


@pytest.fixture
def damaged(project):
    """Files of each kind, one bit of each flipped, by the rule that reads them."""
    (choice,) = project.results.glob("autoencoders/20k/choice.yaml")
    (name,) = re.findall(r"^name: (.*)$", choice.read_text(), flags=re.MULTILINE)
    files = {
        "codes": f"autoencoders/20k/{name}/model.keras",
        "spectrograms": "signals/training/neutral/b.h5",
        "scores": "predictions/20k/svm/100.h5",
        "durations": "midterm/test/negative.h5",
    }
    for file in files.values():
        flip_a_bit(project.results / file)
    return files


def test_damage_is_found_named_and_mended_by_the_command_told(project, damaged):
    before = pd.read_csv(project.results / "scores.csv")
    assert not project.plan()
    lost = "spectrograms/20k/training/neutral.h5"
    with h5py.File(project.results / lost) as file:
        expected = file["spectrograms"][:]
    (project.results / lost).unlink()

    process = project.snakemake("--cores", "2", "--forcerun", *damaged)
    assert process.returncode != 0
    assert "Traceback" not in process.stdout
    commands = set()
    for rule, file in damaged.items():
        path = f"results/small/{file}"
        assert f"{path} is damaged (its checksum does not hold)" in process.stdout, rule
        commands |= set(re.findall(rf"rm {re.escape(path)}$", process.stdout, re.M))
    assert len(commands) == len(damaged)

    for command in commands:
        subprocess.run(command, shell=True, check=True, cwd=project.folder)
    project.run()
    pd.testing.assert_frame_equal(pd.read_csv(project.results / "scores.csv"), before)
    with h5py.File(project.results / lost) as file:
        np.testing.assert_array_equal(file["spectrograms"][:], expected)
    assert not project.plan()
