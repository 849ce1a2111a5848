"""Real speech, every kind of broken file among it, and what cannot be configured."""

import copy
import csv
import itertools

import pandas as pd
import pytest
import soundfile
from broken import CASES, HOSTILE, RATE, SEGMENT, UNSUPPORTED, riff
from projects import SMALL, jobs_finished, new_project

from speechcodes.records import ROLES, UNUSABLE_AUDIO, VALENCE
from speechcodes.storage import hdf5

REAL = {
    "corpus": {
        "name": "small",
        "reader": "table",
        "path": "mine.csv",
        "labels": {"calm": "neutral", "happy": "positive", "sad": "negative"},
    },
    "splits": {"method": "given"},
    "audio": {"max_unusable_share": 0.4},
    "segments": {"27k": {"samples": SEGMENT, "short_signals": "drop"}},
    "features": {"spectrogram": {"scale": "log"}},
    "autoencoders": {
        "configurations": [{"architecture": "study2", "latent": 4, "batch_size": 8}],
        "training": {"epochs": 1},
        "trial": {"percentages": []},
    },
    "experiment": {
        "percentages": [100],
        "draws": 2,
        "halvings": 2,
        "classifiers": {"random_forest": {}},
    },
}
#: What shows the whole way, but for the figures.
TARGETS = [
    f"results/small/{name}" for name in ("summary.md", "rejected.csv", "scores.csv")
]
#: Calm, happy and sad, in both intensities.
UTTERANCES = [
    (f"03-01-{code}-{intensity}-01-01", word)
    for code, word in [("02", "calm"), ("03", "happy"), ("04", "sad")]
    for intensity in ("01", "02")
]
#: The actors of each split.
ACTORS = {"training": range(1, 4), "unlabelled": range(4, 10), "test": range(10, 13)}
#: Hours of speech take long to train on; `tests/unit` reads them.
BROKEN = {name: case for name, case in CASES.items() if name != "hours"}


def speech(ravdess):
    """Rows of real speech, by absolute paths."""
    for split, actors in ACTORS.items():
        for actor, (name, word) in itertools.product(actors, UTTERANCES):
            path = ravdess / f"Actor_{actor:02}" / f"{name}-{actor:02}.flac"
            yield path, f"actor {actor}", word, split


def broken(folder):
    """Write every kind of file, under names of its own; rows, and what they become."""
    where = itertools.cycle(itertools.product(ROLES, VALENCE))
    outcomes, files = {}, {}
    for name, case in BROKEN.items():
        files[f"data/{name}{case.suffix}"] = case.write
        outcomes[f"data/{name}"] = case.outcome
    for seed, name in enumerate(HOSTILE, start=1):
        files[f"{name}.wav"] = riff(seed=seed)
        outcomes[name] = "unsupported_name" if name in UNSUPPORTED else 1
    files["../outside.wav"] = CASES["clipped"].write
    outcomes["../outside"] = 1
    rows = []
    (folder / "data").mkdir()
    for (path, write), (split, label) in zip(files.items(), where, strict=False):
        write(folder / path)
        # Names that differ in their Unicode form alone would be an error.
        rows.append((path, f"{len(rows)} {path}", label, split))
    return rows, outcomes


def links(folder):
    """Make what is no file, and rows that are wrong in themselves."""
    (folder / "data" / "folder.wav").mkdir()
    (folder / "data" / "loop.wav").symlink_to("loop.wav")
    (folder / "data" / "again").symlink_to(".")
    rows = [("data/folder.wav", "missing_file"), ("data/loop.wav", "missing_file")]
    rows += [("data/gone.wav", "missing_file"), ("", "missing_file")]
    rejected = {(path, reason) for path, reason in rows}
    rows = [(path, "nobody", "neutral", "test") for path, _ in rows]
    rows += [("data/unknown.wav", "nobody", "unheard of", "test")]
    return rows, rejected | {("data/unknown.wav", "unknown_label")}


def paths_below(folder):
    """All files and folders, but for what Python compiles."""
    return {path for path in folder.rglob("*") if "__pycache__" not in path.parts}


@pytest.fixture(scope="module")
def real(root, ravdess, tmp_path_factory):
    """A project of real speech with every kind of broken file, and its run."""
    outside = tmp_path_factory.mktemp("real")
    project = new_project(root, outside / "real", REAL)
    rows, outcomes = broken(project.folder)
    wrong, project.rejected_rows = links(project.folder)
    project.outcomes = outcomes | dict.fromkeys(
        (str(path.with_suffix(""))[1:] for path, *_ in speech(ravdess)), "speech"
    )
    with (project.folder / "mine.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["path", "speaker", "label", "split"])
        table.writerows([*speech(ravdess), *rows, *wrong])
    project.before = paths_below(outside)
    project.output = project.snakemake("--cores", "2", *TARGETS).stdout
    project.after = paths_below(outside)
    return project


def rejected_at(project, stage):
    """Reasons of one stage, by utterance."""
    table = pd.read_csv(
        project.results / "rejected.csv", dtype=str, keep_default_na=False
    )
    return table[table["stage"] == stage]


def segments_of(project):
    """Number of segments of every utterance that has any."""
    return pd.concat(
        pd.Series(hdf5.read([path], "utterance")[0]).value_counts()
        for path in (project.results / "features" / "spectrograms" / "27k").rglob(
            "*.h5"
        )
    ).to_dict()


def test_real_speech_goes_through_with_broken_files_among_it(real):
    assert (real.results / "summary.md").is_file(), real.output
    scores = pd.read_csv(real.results / "scores.csv")
    assert set(scores["feature_set"]) == {"midterm", "code", "untrained"}
    assert scores["uar"].between(0, 1).all()


def test_every_file_is_in_the_results_or_rejected_with_its_reason(real):
    of_segments = rejected_at(real, "spectrograms_27k")
    found = dict(zip(of_segments["utterance"], of_segments["reason"], strict=True))
    assert not found.keys() & segments_of(real).keys()
    found |= segments_of(real)
    of_rows = rejected_at(real, "corpus")
    assert set(zip(of_rows["path"], of_rows["reason"], strict=True)) == {
        *real.rejected_rows,
        *((f"{name}.wav", "unsupported_name") for name in UNSUPPORTED),
    }
    found |= dict.fromkeys(UNSUPPORTED, "unsupported_name")
    assert found.keys() == real.outcomes.keys()
    for name, outcome in real.outcomes.items():
        assert outcome in ("speech", found[name]), name

    useless = [name for name, reason in found.items() if reason in UNUSABLE_AUDIO]
    of_midterm = rejected_at(real, "midterm")
    of_midterm = of_midterm[of_midterm["reason"] != "too_short"]
    assert sorted(of_midterm["utterance"]) == sorted(useless)


def test_every_reason_is_counted_in_the_summary(real):
    table = pd.read_csv(real.results / "rejected.csv", dtype=str)
    counts = table.groupby(["stage", "reason"]).size()
    summary = (real.results / "summary.md").read_text()
    rows = [[c.strip() for c in line.split("|")] for line in summary.splitlines()]
    for (stage, reason), count in counts.items():
        assert ["", stage, reason, str(count), ""] in rows
    assert set(UNUSABLE_AUDIO) <= set(table["reason"])


def test_nothing_is_executed_or_written_where_it_should_not_be(real):
    places = ("results", "logs", "benchmarks", ".snakemake")
    new = {path.relative_to(real.folder.parent) for path in real.after - real.before}
    assert {path.parts[0] for path in new} == {"real"}
    assert {path.parts[1] for path in new} == set(places)
    assert real.before <= real.after
    # Nor is anything there named by a user's path.
    names = {part.lower() for path in new for part in path.parts}
    found = {name.rpartition("/")[2].lower() for name in real.outcomes}
    assert not found & names


def test_the_same_audio_under_two_names_is_told(real):
    table = pd.read_csv(real.results / "duplicates.csv", dtype=str)
    same = table[table["utterance"].isin(["data/clipped", "../outside"])]
    assert len(same) == 2 and same["group"].nunique() == 1
    assert same["part"].nunique() == 2
    summary = (real.results / "summary.md").read_text()
    assert "The same audio is in two parts" in summary


def test_what_is_dropped_as_too_short_is_what_is_shorter(real):
    of_segments = rejected_at(real, "spectrograms_27k")
    short = set(of_segments[of_segments["reason"] == "too_short"]["utterance"])
    table = pd.read_csv(real.results / "utterances.csv", dtype=str)
    table = table[table["utterance"].map(real.outcomes) == "speech"]
    for row in table.itertuples():
        seconds = soundfile.info(row.path).duration
        # Not decided by how a resampler rounds.
        if abs(seconds - SEGMENT / RATE) > 0.001:
            assert (row.utterance in short) == (seconds < SEGMENT / RATE)
    assert short & set(table["utterance"])


def test_a_file_deleted_while_the_run_goes_on_is_rejected(real, tmp_path):
    project = real.copy(tmp_path / "deleted")
    table = pd.read_csv(project.results / "utterances.csv", dtype=str)
    row = table.set_index("utterance").loc["data/float"]
    script = project.folder / "scripts" / "signals.py"
    script.write_text(f"import os\n\nos.remove({row.path!r})\n" + script.read_text())
    shard = f"results/small/features/signals/{row.part}/{row.label}/b.h5"
    process = project.snakemake("--cores", "1", shard)
    assert process.returncode == 0, process.stdout
    rejected = {r.utterance: r for r in hdf5.read_rejected(project.folder / shard)}
    assert rejected["data/float"].reason == "missing_file"
    assert rejected["data/float"].path == row.path


def test_too_much_unusable_audio_is_an_error_that_costs_no_training(real):
    config = copy.deepcopy(REAL)
    config["audio"]["max_unusable_share"] = 0.04
    real.config = config
    process = real.snakemake("--cores", "2", *TARGETS)
    assert process.returncode != 0
    unusable = [o for o in real.outcomes.values() if o in UNUSABLE_AUDIO]
    assert f"{len(unusable)} of " in process.stdout
    assert "audio.max_unusable_share (4.0%)" in process.stdout
    assert "results/small/rejected.csv" in process.stdout
    assert "Traceback" not in process.stdout
    assert not jobs_finished(process.stdout)["train_autoencoder"]
    assert len(list(real.results.glob("fold1/autoencoders/*/*/model.keras"))) == 1
    real.config = REAL
    assert real.plan(*TARGETS)["count_rejected"] == 1


def test_training_refuses_a_split_that_is_mostly_broken(real, tmp_path):
    project = real.copy(tmp_path / "broken")
    config = project.config
    config["audio"]["max_unusable_share"] = 0.01
    project.config = config
    (model,) = (project.results / "fold1" / "autoencoders" / "27k").glob(
        "study2*/model.keras"
    )
    model.unlink()
    process = project.snakemake("--cores", "2", str(model.relative_to(project.folder)))
    assert process.returncode != 0
    assert "audio.max_unusable_share (1.0%)" in process.stdout
    assert "Error in rule train_autoencoder" in process.stdout


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"corpse": {}}, ["corpse", "corpus"]),
        ({"corpus": {"name": "small", "reader": "wav"}}, ["corpus.reader", "'wav'"]),
        (
            {"corpus": {"name": "small", "reader": "table", "path": "no.csv"}},
            ["no.csv"],
        ),
        (
            {
                "splits": {
                    "method": "balanced",
                    "sizes": {"training": 900, "unlabelled": 1, "test": 1},
                }
            },
            ["training 900", "would fit"],
        ),
        ({"segments": {"1k": {"samples": 700}}}, ["segments.1k.samples", "700"]),
    ],
)
def test_a_configuration_that_cannot_work_is_told_in_a_sentence(
    root, tmp_path, change, words
):
    project = new_project(root, tmp_path / "wrong", {**SMALL, **change})
    process = project.snakemake("--dry-run")
    assert process.returncode != 0
    assert "Traceback" not in process.stdout
    assert all(word in process.stdout for word in words), process.stdout


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "keys at top level"),
        ("- a list\n", "keys at top level"),
        ("corpus: [\n", "not valid JSON or YAML"),
        ("{}\n", "config: corpus is missing"),
        ("corpus: {name: a}\nsplits: {}\ncorpus: {name: b}\n", "line 3: the key"),
    ],
)
def test_a_configuration_that_cannot_be_read_is_told_in_a_sentence(
    root, tmp_path, content, words
):
    project = new_project(root, tmp_path / "wrong", SMALL)
    (project.folder / "small.yaml").write_text(content)
    process = project.snakemake("--dry-run")
    assert process.returncode != 0
    assert "Traceback" not in process.stdout
    assert words in process.stdout, process.stdout


def test_the_configuration_of_the_demo_does_not_show_through(root, tmp_path):
    # Snakemake merges configuration files; a second variant would be the demo's.
    project = new_project(root, tmp_path / "own", SMALL)
    output = project.snakemake("--dry-run").stdout
    assert "20k" in output
    assert "30k" not in output
