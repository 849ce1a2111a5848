"""What a change reruns, and that it reruns nothing else."""

import itertools
import json
import shutil
from collections import Counter

import h5py
import pandas as pd
import pytest
import soundfile
import yaml

LABELS = ("negative", "neutral", "positive")
ROLES = ("training", "unlabelled", "test")

#: Rules whose jobs cost something; all others draw, count or tell.
COSTLY = (
    *("synthesise_demo", "signals", "functionals", "spectrograms", "train_autoencoder"),
    *("select_autoencoder", "codes", "predictions", "scores", "comparison", "forecast"),
    *("confounds", "trial", "criteria"),
)
#: What follows from new predictions.
STATISTICS = {"scores": 1, "comparison": 1, "forecast": 1}
#: What follows from new codes.
EXPERIMENT = {"predictions": 2, "confounds": 1, **STATISTICS}


def costly(jobs):
    """The jobs that cost something."""
    return {rule: n for rule, n in jobs.items() if rule in COSTLY}


def wav_of(project, part):
    """The audio file of one utterance with a label, of a part."""
    table = pd.read_csv(project.results / "utterances.csv", dtype=str)
    table = table[(table["part"] == part) & table["label"].notna()]
    return project.folder / table["path"].iloc[0]


def make_louder(path):
    signal, rate = soundfile.read(path)
    soundfile.write(path, signal[: len(signal) // 2], rate)


def test_a_cold_dry_run_lists_every_job_of_the_run(finished):
    # No class has more utterances than a shard: one shard per part and class, and one
    # of the speech without labels.
    assert costly(finished.planned) == {
        "synthesise_demo": 1,
        "signals": 10,
        "functionals": 10,
        "spectrograms": 10,
        "train_autoencoder": 2,
        "select_autoencoder": 1,
        "codes": 1,
        **EXPERIMENT,
    }
    assert finished.planned["roles"] == 3
    assert finished.ran == finished.planned


def test_after_a_full_run_there_is_nothing_to_do(project):
    # Also shows that copies of a finished project serve to test reruns.
    assert project.plan() == Counter()


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ("test", {"codes": 1, **EXPERIMENT}),
        ("training", {"codes": 1, **EXPERIMENT}),
        (
            "unlabelled",
            {"train_autoencoder": 2, "select_autoencoder": 1, "codes": 1, **EXPERIMENT},
        ),
    ],
)
def test_a_replaced_wav_reruns_its_shard_and_only_what_reads_its_part(
    project, part, expected
):
    make_louder(wav_of(project, part))
    planned = project.plan()
    features = {"signals": 1, "functionals": 1, "spectrograms": 1}
    assert costly(planned) == features | expected
    tables = ("survey", "rejected", "count_rejected", "report")
    assert [planned[rule] for rule in tables] == [1] * len(tables)


def test_a_changed_classifier_reruns_its_jobs_and_the_gathering(project):
    config = project.config
    config["experiment"]["classifiers"]["svm"]["C"] = 100
    project.config = config
    assert costly(project.plan()) == {"predictions": 1, **STATISTICS}


def test_one_more_percentage_runs_the_jobs_it_is_in_and_the_gathering(project):
    config = project.config
    config["experiment"]["percentages"] = [10, 50, 100]
    project.config = config
    assert costly(project.plan()) == {"predictions": 2, **STATISTICS}


def test_percentages_that_take_long_have_jobs_of_their_own(project):
    config = project.config
    config["experiment"]["draws"] = 1000
    config["experiment"]["feature_sets"] = ["midterm@self_training", "code"]
    project.config = config
    assert project.plan()["predictions"] == 4


def one_more_autoencoder(project, latent, *targets):
    config = project.config
    config["autoencoders"]["configurations"][0]["latent"].append(latent)
    project.config = config
    return project.run(*targets)


def test_one_more_autoencoder_that_is_not_chosen_remakes_no_code(project):
    ran = one_more_autoencoder(project, 32)
    assert costly(ran) == {"train_autoencoder": 1, "select_autoencoder": 1}
    assert project.plan() == Counter()


def test_one_more_autoencoder_that_is_chosen_remakes_what_follows(project):
    statistics = ("statistics/20k/conclusions", "statistics/20k/forecast")
    tables = ("scores", "confounds", *statistics)
    targets = [f"results/small/{table}.csv" for table in tables]
    ran = one_more_autoencoder(project, 4, *targets)
    assert costly(ran) == {
        "train_autoencoder": 1,
        "select_autoencoder": 1,
        "codes": 1,
        **EXPERIMENT,
    }
    fold = project.results / "fold1"
    choice = yaml.safe_load((fold / "autoencoders/20k/choice.yaml").read_text())
    assert choice["latent"] == 4
    with h5py.File(fold / "codes/20k/test.h5") as file:
        assert file["codes"].shape[1] == 4
    assert project.plan(*targets) == Counter()
    assert project.plan()["figure_reconstructions"] == 1


def test_codes_of_all_autoencoders_are_tried_without_training_any_anew(project):
    config = project.config
    config["autoencoders"]["trial"] = {"percentages": [10, 100]}
    project.config = config
    figure = "results/small/figures/20k/criteria.svg"
    assert costly(project.run(figure)) == {"trial": 2, "criteria": 1}
    folder = project.results / "fold1" / "autoencoders" / "20k"
    table = pd.read_csv(folder / "criteria.csv")
    name = table.loc[table["chosen"], "name"].item()
    trial = pd.read_csv(folder / name / "trial.csv")
    # Of the experiment's two classifiers a trial takes the SVM.
    keys = ["classifier", "percentage", "draw"]
    expected = pd.read_csv(project.results / "scores.csv").query(
        "feature_set == 'code' and unit == 'utterance' and classifier == 'svm'"
    )
    columns = [*keys, "macro_f1", "uar"]
    pd.testing.assert_frame_equal(
        trial.sort_values(keys, ignore_index=True)[columns],
        expected.sort_values(keys, ignore_index=True)[columns],
    )
    assert table["svm"].tolist() == pytest.approx(
        [
            pd.read_csv(folder / one / "trial.csv")["macro_f1"].mean()
            for one in table["name"]
        ],
        abs=1e-5,
    )
    assert (project.folder / figure).exists()

    assert costly(one_more_autoencoder(project, 32, figure)) == {
        **{"train_autoencoder": 1, "select_autoencoder": 1, "trial": 1},
        "criteria": 1,
    }
    config = project.config
    config["autoencoders"]["select_by"] = "effective_dimensions"
    project.config = config
    planned = project.plan()
    assert not planned["train_autoencoder"] and not planned["trial"]
    assert planned["select_autoencoder"] == planned["criteria"] == 1


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("experiment/metrics", {**STATISTICS}),
        ("experiment/conclusions", {"comparison": 1}),
        ("experiment/speakers", {"forecast": 1}),
        ("experiment/confounds", {"confounds": 1}),
        ("report/page", {}),
        ("figures/durations", {}),
        ("figures/times", {}),
        ("experiment/learning_curves", {"predictions": 2, **STATISTICS}),
        # It may choose another autoencoder: codes are planned, and dropped from the
        # run if the choice stays.
        (
            "autoencoders/selection",
            {"select_autoencoder": 1, "codes": 1, **EXPERIMENT},
        ),
        # The corpus table may change; features and scores do not depend on it.
        ("corpus/readers/emodb", {}),
        ("configuration/checks", {}),
    ],
)
def test_an_edited_module_reruns_the_rules_that_use_it(project, path, expected):
    file = project.folder / "scripts" / "speechcodes" / f"{path}.py"
    file.write_text(file.read_text() + "\n# Edited.\n")
    planned = project.plan()
    assert costly(planned) == expected
    assert planned.get("report", 0) == (path != "configuration/checks")


def test_an_edited_figure_is_drawn_anew_and_no_other(project):
    file = project.folder / "scripts/speechcodes/figures/confusions.py"
    file.write_text(file.read_text() + "\n# Edited.\n")
    planned = project.plan()
    assert planned == {"figure_of_variant": 1, "figure_times": 1, "report": 1}


def test_a_change_to_training_and_to_the_table_at_once_is_seen_whole(project):
    config = project.config
    config["autoencoders"]["training"]["epochs"] = 3
    project.config = config
    file = (
        project.folder / "scripts" / "speechcodes" / "corpus" / "readers" / "emodb.py"
    )
    file.write_text(file.read_text() + "\n# Edited.\n")
    planned = project.plan()
    assert planned["utterances"] == 1 and planned["train_autoencoder"] == 2


def test_groups_are_scored_without_features_training_or_predictions_anew(project):
    project.config = project.config | {"report": {"groups": ["gender"]}}
    planned = project.plan()
    assert not costly(planned) and planned["utterances"] == planned["groups"] == 1
    project.run("results/small/statistics/20k/groups.csv")
    # The demo's label file says it, too.
    labels = pd.read_csv(project.results / "audio" / "labels_consensus.csv", dtype=str)
    gender_of = dict(zip(labels["SpkrID"], labels["Gender"], strict=True))
    table = pd.read_csv(project.results / "utterances.csv", dtype=str)
    assert list(table["gender"]) == list(table["speaker"].map(gender_of))
    tested = table[(table["part"] == "test") & table["label"].notna()]
    found = pd.read_csv(project.results / "statistics" / "20k" / "groups.csv")
    counts = found.drop_duplicates("group").set_index("group")["utterances"]
    assert counts.to_dict() == tested["gender"].value_counts().to_dict()
    ranking = pd.read_csv(project.results / "statistics" / "20k" / "ranking.csv")
    best = ranking.query("metric == 'macro_f1' and rank == 1")
    for column in ("feature_set", "classifier"):
        assert set(found[column]) == set(best[column])


def test_deleted_features_are_remade_with_what_follows(project):
    (project.results / "features/midterm/test/neutral/b.h5").unlink()
    assert costly(project.plan()) == {"functionals": 1, "predictions": 2, **STATISTICS}


@pytest.mark.parametrize(
    ("table", "rule"),
    [
        ("fold1/autoencoders/20k/choice.yaml", "select_autoencoder"),
        ("fold1/roles/training.csv", "roles"),
        ("statistics/20k/areas.csv", "comparison"),
        ("segments.csv", "survey"),
        ("rejected_counts.csv", "count_rejected"),
    ],
)
def test_a_table_that_a_killed_job_left_out_is_made(project, table, rule):
    (project.results / table).unlink()
    assert project.plan()[rule] == 1


def test_signals_that_would_be_read_otherwise_are_not_missed_in_vain(project):
    # As after a job that was killed, and whose old signals Snakemake had removed.
    shutil.rmtree(project.results / "features" / "signals")
    file = project.folder / "scripts" / "speechcodes" / "features" / "audio.py"
    file.write_text(file.read_text() + "\n# Edited.\n")
    planned = project.plan()
    assert planned["signals"] == planned["functionals"] == 10


def test_deleted_signals_are_not_missed_until_audio_changes(project):
    shutil.rmtree(project.results / "features" / "signals")
    assert project.plan() == Counter()
    make_louder(wav_of(project, "test"))
    planned = project.plan()
    assert planned["signals"] == planned["functionals"] == planned["spectrograms"] == 1
    assert not planned["train_autoencoder"]


def test_one_more_segment_variant_leaves_the_features_there_are(project):
    config = project.config
    config["segments"]["15k"] = {"samples": 15000, "short_signals": "drop"}
    project.config = config
    planned = project.plan()
    assert not planned["signals"] and not planned["functionals"]
    # Those of the new variant.
    assert planned["spectrograms"] == 10
    assert planned["train_autoencoder"] == 2
    assert planned["predictions"] == 2


def test_other_midterm_features_train_nothing_anew(project):
    config = project.config
    config["features"]["midterm"] = {"window": 2.0}
    project.config = config
    planned = project.plan()
    assert planned["functionals"] == 10 and planned["predictions"] == 2
    untouched = ("signals", "spectrograms", "train_autoencoder", "codes")
    assert not any(planned[rule] for rule in untouched)


def test_audio_is_read_in_shards_and_a_replaced_file_touches_one(project):
    folder = "features/midterm/test/neutral"
    before = rows_of(project.results / folder)
    config = project.config
    config["features"]["utterances_per_shard"] = 3
    project.config = config
    process = project.snakemake("--cores", "2", "--until", "functionals")
    assert process.returncode == 0, process.stdout
    (project.results / folder / "b.h5").unlink()
    after = rows_of(project.results / folder)
    # 8 utterances, at most 3 a shard.
    assert len(list((project.results / folder).iterdir())) >= 3
    assert before.keys() == after.keys()
    assert all((before[name] == after[name]).all() for name in before)
    table = pd.read_csv(project.results / "utterances.csv", dtype=str)
    wav = table.query("part == 'test' and label == 'neutral'")["path"].iloc[0]
    make_louder(project.folder / wav)
    planned = project.plan("--until", "functionals")
    assert (planned["signals"], planned["functionals"]) == (1, 1)


def rows_of(folder):
    """Mid-term features by utterance, of all shards in a folder."""
    found = {}
    for path in folder.glob("*.h5"):
        with h5py.File(path) as file:
            found |= zip(file["utterance"][:], file["midterm"][:], strict=True)
    return found


def test_a_single_target_by_its_file_name_runs_only_what_it_needs(project):
    target = "results/small/figures/durations.svg"
    (project.folder / target).unlink()
    assert project.run(target) == {"figure_of_corpus": 1}
    assert "<svg" in (project.folder / target).read_text()


def test_every_figure_is_there_in_all_formats_beside_its_numbers(finished):
    figures = finished.results / "figures"
    formats = {}
    for path in figures.rglob("*.*"):
        name = str(path.relative_to(figures).with_suffix(""))
        formats.setdefault(name, set()).add(path.suffix)
        if path.suffix == ".csv":
            assert len(pd.read_csv(path)), path
    # Of two autoencoders, nothing is drawn point by point.
    of_variant = ["losses", "reconstructions", "codes"]
    of_variant += ["answer", "ranking", "learning_curves", "learning_curve_svm"]
    of_variant += ["learning_curve_decision_tree", "differences", "confusions"]
    of_variant += ["forecast_svm", "forecast_decision_tree"]
    names = ["durations", "share_kept", "confounds", "times"]
    names += [f"20k/{name}" for name in of_variant]
    assert formats == {name: {".svg", ".pdf", ".png", ".csv"} for name in names}


def test_times_are_those_of_all_jobs_but_the_last_two(finished):
    times = pd.read_csv(finished.results / "figures" / "times.csv")
    jobs = finished.ran - Counter({"figure_times": 1, "report": 1})
    assert dict(zip(times["rule"], times["jobs"], strict=True)) == jobs


def test_results_hold_what_they_promise(finished):
    results = finished.results
    table = pd.read_csv(results / "utterances.csv", dtype=str)
    columns = "utterance path speaker session label value partition part"
    assert list(table) == columns.split()
    dealt = table.dropna(subset=["part", "label"])
    sizes = dealt.groupby(["part", "label"]).size()
    assert (sizes["training"] == 8).all()
    assert (sizes["unlabelled"] == 16).all()
    for kind in ("speaker", "session"):
        in_parts = table.dropna(subset=["part", kind])
        assert in_parts.groupby(kind)["part"].nunique().max() == 1
    roles = {
        role: pd.read_csv(results / f"fold1/roles/{role}.csv", dtype=str)
        for role in ROLES
    }
    # What an autoencoder is trained on comes without labels.
    assert roles["unlabelled"]["label"].isna().all()
    assert not set(roles["test"]["voice"]) & set(roles["unlabelled"]["voice"])
    spoken = set(roles["unlabelled"]["utterance"])
    without = table[(table["part"] == "unlabelled") & table["label"].isna()]
    assert len(without) and set(without["utterance"]) <= spoken

    scores = pd.read_csv(results / "scores.csv")
    # One row of mid-term features is an utterance, and has no segments.
    expected = itertools.product(
        [
            ("midterm", "utterance"),
            *itertools.product(["code", "untrained"], ["utterance", "segment"]),
        ],
        ["svm", "decision_tree"],
        [10, 100],
        range(3),
    )
    keys = ["feature_set", "unit", "classifier", "percentage", "draw"]
    found = set(scores[keys].itertuples(index=False, name=None))
    assert found == {(*pair, *rest) for pair, *rest in expected}
    assert len(scores) == 5 * 2 * 2 * 3 and set(scores["segment"]) == {"20k"}
    assert scores["weighted_f1"].between(0, 1).all()
    # 10 % of 8 utterances are 0.8 per class: one of each.
    used = scores[["percentage", "n_training_utterances"]].drop_duplicates()
    assert used.values.tolist() == [[10, 3], [100, 24]]


def test_scores_follow_from_the_stored_predictions_alone(finished):
    from sklearn.metrics import f1_score

    scores = pd.read_csv(finished.results / "scores.csv")
    file = finished.results / "fold1" / "predictions" / "20k" / "svm" / "0-100.h5"
    with h5py.File(file) as predictions:
        truth = predictions["label"][:]
        expected = [
            f1_score(truth, row, average="macro")
            for row in predictions["100/code/utterance"][:]
        ]
    found = scores.query(
        "classifier == 'svm' and percentage == 100 and feature_set == 'code' "
        "and unit == 'utterance'"
    )
    assert found["macro_f1"].tolist() == pytest.approx(expected, abs=1e-6)


def test_intervals_lie_around_the_mean_of_the_scores(finished):
    scores = pd.read_csv(finished.results / "scores.csv")
    keys = ["feature_set", "classifier", "percentage", "unit"]
    expected = scores.groupby(keys)["macro_f1"].mean()
    statistics = finished.results / "statistics" / "20k"
    intervals = pd.read_csv(statistics / "intervals.csv")
    found = intervals.query("metric == 'macro_f1'").set_index(keys).sort_index()
    assert found["score"].to_dict() == pytest.approx(expected.to_dict(), abs=1e-5)
    assert (found["low"] <= found["score"]).all()
    assert (found["score"] <= found["high"]).all()
    table = pd.read_csv(finished.results / "utterances.csv", dtype=str)
    speakers = table.query("part == 'test'")["speaker"].nunique()
    assert set(found["resampled"]) == {f"{speakers} test speakers"}


def test_files_cover_every_utterance_once_and_count_what_the_tables_count(finished):
    table = pd.read_csv(finished.results / "utterances.csv", dtype=str)
    table = table[table["part"].notna()].fillna({"label": "none"})
    segments = pd.read_csv(finished.results / "segments.csv").set_index("label")
    rows = Counter()
    for (part, label), wanted in table.groupby(["part", "label"])["utterance"]:
        for kind in ("signals", "midterm", "spectrograms/20k"):
            folder = finished.results / "features" / kind / part / label
            found = []
            for path in sorted(folder.glob("*.h5")):
                with h5py.File(path) as file:
                    found += file["utterance"].asstr()[:].tolist()
            assert set(found) == set(wanted)
            rows[kind, label] += len(found)
    for label in (*LABELS, "none"):
        assert rows["spectrograms/20k", label] == segments.loc[label, "segments"]
        assert rows["midterm", label] == (table["label"] == label).sum()


def test_an_autoencoder_leaves_its_model_history_summary_and_metrics(finished):
    folder = finished.results / "fold1" / "autoencoders" / "20k"
    (smaller,) = folder.glob("study1_latent8_*")
    metrics = json.loads((smaller / "metrics.json").read_text())
    history = pd.read_csv(smaller / "history.csv")
    assert metrics["epochs"] == len(history) <= 2
    assert metrics["validation_loss"] == pytest.approx(history["validation_loss"].min())
    # 3 * 12 * 8 values to 8, with biases, after three convolutions (538).
    assert metrics["encoder_parameters"] == 538 + (3 * 12 * 8 + 1) * 8
    assert "code" in (smaller / "summary.txt").read_text()
    log = finished.folder / "logs" / "small" / "fold1" / "autoencoders" / "20k"
    assert "trained 2 of at most 2 epochs" in (log / f"{smaller.name}.log").read_text()
