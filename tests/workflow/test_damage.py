"""Files damaged after they were made: found, named, and made anew as told."""

import os
import re
import subprocess

from results import same_results


def flip_a_bit(path):
    """Flip one bit in the middle of a file, which nothing outside of it shows."""
    status = path.stat()
    with open(path, "r+b") as file:
        file.seek(status.st_size // 2)
        (byte,) = file.read(1)
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte ^ 4]))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


#: What reads a file of each kind: {what is to be made: what it reads}.
READERS = {
    "scores.csv": "fold1/predictions/20k/svm/0-100.h5",
    "durations.csv": "features/midterm/test/negative/b.h5",
    "features/spectrograms/20k/training/neutral/b.h5": (
        "features/signals/training/neutral/b.h5"
    ),
    "figures/20k/reconstructions.svg": "fold1/autoencoders/20k/{chosen}/model.keras",
}


def test_damage_is_found_named_and_mended_by_the_command_told(project, finished):
    choice = (project.results / "fold1/autoencoders/20k/choice.yaml").read_text()
    chosen = re.search(r"^name: (.*)$", choice, flags=re.MULTILINE)[1]
    files = {
        target: f"results/small/{read.format(chosen=chosen)}"
        for target, read in READERS.items()
    }
    for damaged in files.values():
        flip_a_bit(project.folder / damaged)
    assert not project.plan()
    for target, damaged in files.items():
        (project.results / target).unlink()
        process = project.snakemake("--cores", "2", f"results/small/{target}")
        assert process.returncode != 0, target
        assert "Traceback" not in process.stdout
        assert f"{damaged} is damaged (its checksum does not hold)" in process.stdout
        command = f"rm {damaged}"
        assert re.search(rf"{re.escape(command)}$", process.stdout, re.MULTILINE)
        subprocess.run(command, shell=True, check=True, cwd=project.folder)
    project.run()
    same_results(project, finished)
    assert not project.plan()
