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

SPLITS = ("training", "unlabelled", "test")
LABELS = ("negative", "neutral", "positive")

#: What looks at all jobs and results, once any of them is new.
TIMES = {"figure_times": 1, "report": 1}
#: All figures that show scores: one per classifier, the overview, the differences, the
#: confusions.
SCORE_FIGURES = {
    "figure_learning_curve": 2,
    "figure_learning_curves": 1,
    "figure_differences": 1,
    "figure_confusions": 1,
    **TIMES,
}
AFTER_PREDICTIONS = {"scores": 1, "comparison": 1, "summary": 1, **SCORE_FIGURES}
#: What looks at the features of the training split.
CONFOUNDS = {"confounds": 1, "figure_confounds": 1, **TIMES}
REJECTED = {"rejected": 1, "count_rejected": 1, **TIMES}
DURATIONS = {"durations": 1, "figure_durations": 1, "figure_share_kept": 1, **TIMES}
AUTOENCODER_FIGURES = {
    "figure_losses": 1,
    "figure_loss_against_parameters": 1,
    **TIMES,
}
#: Made anew with the codes of the training or test split.
CODES = {"codes": 1, "figure_codes": 1}


def wav_of(project, split):
    """The audio file of one utterance of a split."""
    table = pd.read_csv(project.results / "utterances.csv", dtype=str)
    return project.folder / table[table["split"] == split]["path"].iloc[0]


def make_louder(path):
    signal, rate = soundfile.read(path)
    soundfile.write(path, signal[: len(signal) // 2], rate)


def test_a_cold_dry_run_lists_every_job_of_the_run(finished):
    # No class has more utterances than a shard: one shard per split and class.
    assert finished.planned == {
        "synthesise_demo": 1,
        "utterances": 1,
        "speakers": 3,
        "signals": 9,
        "midterm": 9,
        "spectrograms": 9,
        **DURATIONS,
        "repeats": 1,
        **REJECTED,
        "train_autoencoder": 2,
        "select_autoencoder": 1,
        "codes": 2,
        "predictions": 4,
        **AFTER_PREDICTIONS,
        **CONFOUNDS,
        **AUTOENCODER_FIGURES,
        "figure_reconstructions": 1,
        "figure_codes": 1,
    }
    assert finished.ran == finished.planned


def test_after_a_full_run_there_is_nothing_to_do(project):
    # Also shows that copies of a finished project serve to test reruns.
    assert project.plan() == Counter()


@pytest.mark.parametrize(
    ("split", "expected"),
    [
        ("test", {**CODES, "figure_reconstructions": 1}),
        ("training", {**CODES, **CONFOUNDS}),
        (
            "unlabelled",
            {
                "train_autoencoder": 2,
                "select_autoencoder": 1,
                "codes": 2,
                "figure_codes": 1,
                **CONFOUNDS,
                "figure_reconstructions": 1,
                **AUTOENCODER_FIGURES,
            },
        ),
    ],
)
def test_a_replaced_wav_reruns_its_shard_its_features_and_what_follows(
    project, split, expected
):
    make_louder(wav_of(project, split))
    assert project.plan() == {
        "signals": 1,
        "midterm": 1,
        "spectrograms": 1,
        **DURATIONS,
        "repeats": 1,
        **REJECTED,
        **expected,
        "predictions": 4,
        **AFTER_PREDICTIONS,
    }


def test_a_changed_classifier_reruns_its_jobs_and_the_gathering(project):
    config = project.config
    config["experiment"]["classifiers"]["svm"]["C"] = 100
    project.config = config
    assert project.plan() == {"predictions": 2, **AFTER_PREDICTIONS}


def test_one_more_percentage_runs_its_jobs_and_the_gathering(project):
    config = project.config
    config["experiment"]["percentages"] = [10, 50, 100]
    project.config = config
    assert project.plan() == {"predictions": 2, **AFTER_PREDICTIONS}


def one_more_autoencoder(project, latent):
    config = project.config
    config["autoencoders"]["configurations"][0]["latent"].append(latent)
    project.config = config
    return project.run()


def test_one_more_autoencoder_that_is_not_chosen_remakes_no_code(project):
    ran = one_more_autoencoder(project, 32)
    assert ran == {
        "train_autoencoder": 1,
        "select_autoencoder": 1,
        **AUTOENCODER_FIGURES,
    }
    assert project.plan() == Counter()


def test_one_more_autoencoder_that_is_chosen_remakes_what_follows(project):
    ran = one_more_autoencoder(project, 4)
    assert ran == {
        "train_autoencoder": 1,
        "select_autoencoder": 1,
        **AUTOENCODER_FIGURES,
        "codes": 2,
        "figure_codes": 1,
        **CONFOUNDS,
        "figure_reconstructions": 1,
        "predictions": 4,
        **AFTER_PREDICTIONS,
    }
    choice = yaml.safe_load(
        (project.results / "autoencoders" / "20k" / "choice.yaml").read_text()
    )
    assert choice["latent"] == 4
    codes = project.results / "codes" / "20k" / "test" / "neutral.h5"
    with h5py.File(codes) as file:
        assert file["codes"].shape[1] == 4
    assert project.plan() == Counter()


def test_codes_of_all_autoencoders_are_tried_without_training_any_anew(project):
    config = project.config
    config["autoencoders"]["trial"] = {"percentages": [10, 100]}
    project.config = config
    looks = {"criteria": 1, "figure_criteria": 1, "summary": 1, **TIMES}
    assert project.run() == {"trial": 2, **looks}
    folder = project.results / "autoencoders" / "20k"
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
    summary = (project.results / "summary.md").read_text()
    assert "of 2 autoencoders, the one chosen by validation loss scores" in summary
    assert (project.results / "figures/20k/criteria.svg").exists()

    assert one_more_autoencoder(project, 32) == {
        **{"train_autoencoder": 1, "select_autoencoder": 1, "trial": 1},
        **AUTOENCODER_FIGURES,
        **looks,
    }
    config = project.config
    config["autoencoders"]["select_by"] = "effective_dimensions"
    project.config = config
    planned = project.plan()
    assert not planned["train_autoencoder"] and not planned["trial"]
    assert planned["select_autoencoder"] == planned["criteria"] == 1


@pytest.mark.parametrize(
    ("module", "expected"),
    [
        ("statistics/metrics", AFTER_PREDICTIONS),
        ("statistics/conclusions", {"comparison": 1, "summary": 1, **SCORE_FIGURES}),
        ("confounds", {**CONFOUNDS, "summary": 1}),
        ("summary", {"summary": 1, **TIMES}),
        ("report/page", {"report": 1}),
        (
            "figures/durations",
            {"figure_durations": 1, "figure_share_kept": 1, **TIMES},
        ),
        ("figures/times", TIMES),
        ("experiment/learning_curves", {"predictions": 4, **AFTER_PREDICTIONS}),
        (
            "autoencoders/selection",
            # It may choose another autoencoder: codes are planned, and dropped
            # from the run if the choice stays.
            {
                "select_autoencoder": 1,
                "codes": 2,
                "figure_codes": 1,
                **CONFOUNDS,
                **AUTOENCODER_FIGURES,
                "figure_reconstructions": 1,
                "predictions": 4,
                **AFTER_PREDICTIONS,
            },
        ),
        (
            "corpus/readers/emodb",
            # The corpus table may change; features and scores do not depend on it.
            {
                "utterances": 1,
                **DURATIONS,
                "repeats": 1,
                **CONFOUNDS,
                "count_rejected": 1,
                "rejected": 1,
                "summary": 1,
            },
        ),
        ("configuration", {}),
    ],
)
def test_an_edited_module_reruns_the_rules_that_use_it(project, module, expected):
    file = project.folder / "scripts" / "speechcodes" / f"{module}.py"
    file.write_text(file.read_text() + "\n# Edited.\n")
    assert project.plan() == expected


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


def test_deleted_features_are_remade_with_what_follows(project):
    (project.results / "midterm" / "test" / "neutral.h5").unlink()
    assert project.plan() == {
        "midterm": 1,
        **DURATIONS,
        "repeats": 1,
        **REJECTED,
        "predictions": 4,
        **AFTER_PREDICTIONS,
    }


@pytest.mark.parametrize(
    ("table", "rule"),
    [
        ("autoencoders/20k/choice.yaml", "select_autoencoder"),
        ("speakers/training.csv", "speakers"),
        ("statistics/20k/areas.csv", "comparison"),
        ("segments.csv", "durations"),
        ("rejected_counts.csv", "count_rejected"),
    ],
)
def test_a_table_that_a_killed_job_left_out_is_made(project, table, rule):
    (project.results / table).unlink()
    assert project.plan()[rule] == 1


def test_signals_that_would_be_read_otherwise_are_not_missed_in_vain(project):
    # As after a job that was killed, and whose old signals Snakemake had removed.
    shutil.rmtree(project.results / "signals")
    file = project.folder / "scripts" / "speechcodes" / "features" / "audio.py"
    file.write_text(file.read_text() + "\n# Edited.\n")
    planned = project.plan()
    assert planned["signals"] == planned["midterm"] == 9


def test_deleted_signals_are_not_missed_until_audio_changes(project):
    shutil.rmtree(project.results / "signals")
    assert project.plan() == Counter()
    make_louder(wav_of(project, "test"))
    planned = project.plan()
    assert planned["signals"] == planned["midterm"] == planned["spectrograms"] == 1
    assert not planned["train_autoencoder"]


def test_one_more_segment_variant_leaves_the_features_there_are(project):
    config = project.config
    config["segments"]["15k"] = {"samples": 15000, "short_signals": "drop"}
    project.config = config
    planned = project.plan()
    assert not planned["signals"] and not planned["midterm"]
    # Those of the new variant.
    assert planned["spectrograms"] == 9
    assert planned["train_autoencoder"] == 2
    assert planned["predictions"] == 4


def test_other_midterm_features_train_nothing_anew(project):
    config = project.config
    config["features"]["midterm"] = {"computed_by": "pyAudioAnalysis"}
    project.config = config
    planned = project.plan()
    assert planned["midterm"] == 9 and planned["predictions"] == 4
    untouched = ("signals", "spectrograms", "train_autoencoder", "codes")
    assert not any(planned[rule] for rule in untouched)


def test_audio_is_read_in_shards_and_a_replaced_file_touches_one(project):
    config = project.config
    config["features"]["utterances_per_shard"] = 3
    project.config = config
    target = "results/small/midterm/test/neutral.h5"
    with h5py.File(project.folder / target) as file:
        before = dict(zip(file["utterance"][:], file["midterm"][:], strict=True))
    ran = project.run(target)
    # 8 utterances, at most 3 a shard.
    assert ran["signals"] >= 3 and ran["midterm"] == 1
    with h5py.File(project.folder / target) as file:
        after = dict(zip(file["utterance"][:], file["midterm"][:], strict=True))
    assert before.keys() == after.keys()
    assert all((before[name] == after[name]).all() for name in before)
    table = pd.read_csv(project.results / "utterances.csv", dtype=str)
    wav = table.query("split == 'test' and label == 'neutral'")["path"].iloc[0]
    make_louder(project.folder / wav)
    assert project.plan(target) == {"signals": 1, "midterm": 1}


def test_a_single_target_by_its_file_name_runs_only_what_it_needs(project):
    target = "results/small/figures/durations.svg"
    (project.folder / target).unlink()
    assert project.run(target) == {"figure_durations": 1}
    assert "<svg" in (project.folder / target).read_text()


def test_every_figure_is_there_in_all_formats_beside_its_numbers(finished):
    figures = finished.results / "figures"
    formats = {}
    for path in figures.rglob("*.*"):
        name = str(path.relative_to(figures).with_suffix(""))
        formats.setdefault(name, set()).add(path.suffix)
        if path.suffix == ".csv":
            assert len(pd.read_csv(path)), path
    of_variant = ["losses", "loss_against_parameters", "reconstructions", "codes"]
    of_variant += ["learning_curves", "learning_curve_svm"]
    of_variant += ["learning_curve_decision_tree", "differences", "confusions"]
    names = ["durations", "share_kept", "confounds", "times"]
    names += [f"20k/{name}" for name in of_variant]
    assert formats == {name: {".svg", ".pdf", ".png", ".csv"} for name in names}


def test_times_are_those_of_all_jobs_but_the_last_two(finished):
    times = pd.read_csv(finished.results / "figures" / "times.csv")
    jobs = finished.ran - Counter(TIMES)
    assert dict(zip(times["rule"], times["jobs"], strict=True)) == jobs


def test_codes_of_unlabelled_segments_come_on_request(project):
    target = "results/small/codes/20k/unlabelled/positive.h5"
    assert project.run(target) == {"codes": 1}
    with h5py.File(project.folder / target) as file:
        # 16 utterances, each of at least one segment.
        assert len(set(file["utterance"][:])) == 16


def test_results_hold_what_they_promise(finished):
    results = finished.results
    table = pd.read_csv(results / "utterances.csv", dtype=str)
    columns = "utterance path speaker session label valence split"
    assert list(table) == columns.split()
    in_split = table.dropna(subset="split")
    sizes = in_split.groupby(["split", "label"]).size()
    assert (sizes["training"] == 8).all()
    assert (sizes["unlabelled"] == 16).all()
    for kind in ("speaker", "session"):
        assert in_split.groupby(kind)["split"].nunique().max() == 1

    scores = pd.read_csv(results / "scores.csv")
    # One row of mid-term features is an utterance, and has no segments.
    expected = itertools.product(
        [("midterm", "utterance"), ("code", "utterance"), ("code", "segment")],
        ["svm", "decision_tree"],
        [10, 100],
        range(3),
    )
    keys = ["feature_set", "unit", "classifier", "percentage", "draw"]
    found = set(scores[keys].itertuples(index=False, name=None))
    assert found == {(*pair, *rest) for pair, *rest in expected}
    assert len(scores) == 3 * 2 * 2 * 3 and set(scores["segment"]) == {"20k"}
    assert scores["weighted_f1"].between(0, 1).all()
    # 10 % of 8 utterances are 0.8 per class: one of each.
    used = scores[["percentage", "n_training_utterances"]].drop_duplicates()
    assert used.values.tolist() == [[10, 3], [100, 24]]


def test_scores_follow_from_the_stored_predictions_alone(finished):
    from sklearn.metrics import f1_score

    scores = pd.read_csv(finished.results / "scores.csv")
    file = finished.results / "predictions" / "20k" / "svm" / "100.h5"
    with h5py.File(file) as predictions:
        truth = predictions["label"][:]
        expected = [
            f1_score(truth, row, average="macro")
            for row in predictions["code"]["utterance"][:]
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
    speakers = table.query("split == 'test'")["speaker"].nunique()
    assert set(found["resampled"]) == {f"{speakers} test speakers"}
    summary = (finished.results / "summary.md").read_text()
    for sentence in pd.read_csv(statistics / "conclusions.csv")["sentence"]:
        assert sentence in summary


def test_files_cover_every_utterance_once_and_count_what_the_tables_count(finished):
    table = pd.read_csv(finished.results / "utterances.csv", dtype=str)
    segments = pd.read_csv(finished.results / "segments.csv")
    for split, label in itertools.product(SPLITS, LABELS):
        wanted = table.query("split == @split and label == @label")["utterance"]
        signals = sorted((finished.results / "signals" / split / label).glob("*.h5"))
        kinds = [finished.results / kind for kind in ("midterm", "spectrograms/20k")]
        for files in [signals, *([k / split / f"{label}.h5"] for k in kinds)]:
            found, rows = [], 0
            for path in files:
                with h5py.File(path) as file:
                    found += sorted(set(file["utterance"].asstr()[:]))
                    rows += len(file["utterance"])
            assert sorted(found) == sorted(wanted)
        counted = segments.query("split == @split and label == @label")
        assert counted["segments"].item() == rows


def test_an_autoencoder_leaves_its_model_history_summary_and_metrics(finished):
    folder = finished.results / "autoencoders" / "20k"
    (smaller,) = folder.glob("study1_latent8_*")
    metrics = json.loads((smaller / "metrics.json").read_text())
    history = pd.read_csv(smaller / "history.csv")
    assert metrics["epochs"] == len(history) <= 2
    assert metrics["validation_loss"] == pytest.approx(history["validation_loss"].min())
    # 3 * 12 * 8 values to 8, with biases, after three convolutions (538).
    assert metrics["encoder_parameters"] == 538 + (3 * 12 * 8 + 1) * 8
    assert "code" in (smaller / "summary.txt").read_text()
    log = finished.folder / "logs" / "small" / "autoencoders" / "20k"
    assert "trained 2 of at most 2 epochs" in (log / f"{smaller.name}.log").read_text()
