"""What a run says before it starts and when it ends."""

import os
import re


def described(project):
    """What `snakemake describe` prints of a project."""
    process = project.snakemake("--cores", "1", "describe")
    assert process.returncode == 0, process.stdout
    return process.stdout.split("Corpus small: utterances")[1]


def test_a_run_is_described_before_it_starts_and_each_time_anew(project):
    page = described(project)
    assert "Jobs to run: none" in page
    # The configuration asks for so many of each class.
    assert re.search(r"\| training +\| +8 \| +8 \| +8 \| +24 \|", page)
    assert "the headers of" in page
    (project.results / "scores.csv").unlink()
    page = described(project)
    assert f"Jobs to run: {project.plan().total()}\n" in page
    assert re.search(r"\| scores +\| +1 \|", page)


def test_disk_is_estimated_to_a_tenth(project):
    page = described(project)
    for kind in ("signals", "spectrograms"):
        estimated = float(re.search(rf"\| {kind} +\| ([\d.]+) MB", page)[1])
        files = (project.results / "features" / kind).rglob("*.h5")
        found = sum(path.stat().st_size for path in files) / 1e6
        # Signals fill whole chunks, of 0.26 MB, in each of nine files.
        assert abs(estimated - found) < 0.1 * found + 9 * 0.26, kind


def test_a_run_ends_with_its_own_times_what_was_left_out_and_where_results_are(project):
    (project.results / "summary.md").unlink()
    output = project.snakemake("--cores", "1").stdout
    end = output.split("Time taken by this run's jobs:")[1]
    rules = re.findall(r"^  (\w+) +\d+ +\d+ s +\d+ s$", end, flags=re.MULTILINE)
    assert rules == ["report"]
    assert "left out" in end
    assert "results/small/summary.md" in end


def test_a_quiet_run_tells_how_far_it_is_and_nothing_of_gpus_or_single_jobs(project):
    # TensorFlow draws it.
    figure = project.results / "figures" / "20k" / "reconstructions.svg"
    figure.unlink()
    target = str(figure.relative_to(project.folder))
    process = project.snakemake("--quiet", "rules", "host", "--cores", "1", target)
    assert process.returncode == 0, process.stdout
    for noise in ("cuda", "cuinit", "tensorrt", "onednn", "execute", "platform:"):
        assert noise not in process.stdout.lower()
    assert "1 of 1 steps (100%) done" in process.stdout
    assert "Time taken by this run's jobs:" in process.stdout


def test_a_failed_run_ends_with_the_rule_its_message_and_what_to_try(project):
    (project.results / "summary.md").unlink()
    for table in (project.results / "statistics").rglob("conclusions.csv"):
        time = table.stat().st_mtime
        table.write_text("nonsense\n")
        os.utime(table, (time, time))
    process = project.snakemake("--cores", "1", "results/small/summary.md")
    assert process.returncode != 0
    end = process.stdout.split("Rule report failed (1 job)")[1]
    assert "logs/small/report.log ends with:" in end
    assert "KeyError: " in end
    assert "report it" in end
    assert "same command" in end
