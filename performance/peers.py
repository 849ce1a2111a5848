"""The same folds of RAVDESS through nkululeko and through this workflow: openSMILE's
eGeMAPS and an SVM (rbf, C = 10), on two cores, from audio files to predictions. Folds
are those that the workflow deals; scores are scikit-learn's, computed by one function
from what either side predicts.

nkululeko (Burkhardt et al., 2022) runs once per fold, and keeps features in its store,
so that only the first run computes them. Its leave-one-group-out mode tests all folds
in one run, but writes no predictions. With `standard`, features are standardised on the
training speakers; with `speaker`, per speaker, as in `egemaps@speaker`. It draws no
shares of the labels: each draw is a run, of which the time is estimated.

Files that are not mono at the most common rate, five in RAVDESS, are left out:
nkululeko takes their first channel, the workflow the mean of both, resampled. The last
column is of an SVM that leaves ties as they are, as nkululeko's does; that of the
workflow has `break_ties`.

    PYTHONPATH=scripts .venv/bin/python performance/peers.py FOLDER_OF_RAVDESS

nkululeko is installed from its package into an environment of its own, with what it
imports for this and nothing else: its requirements include PyTorch, several GB, which
it does not load for an SVM. NumPy, SciPy, scikit-learn, Matplotlib and openSMILE have
the versions of the workflow's environment. A second argument is a folder to keep that
environment in.
"""

import configparser
import sys
import time
from importlib.metadata import version
from itertools import product
from pathlib import Path
from statistics import mode

import made_up
import measure
import numpy as np
import pandas as pd
import soundfile
import yaml
from sklearn.metrics import f1_score, recall_score

from speechcodes.experiment import classifiers, feature_sets, predictions
from speechcodes.records import VALENCE
from speechcodes.storage.files import read_table

PEER = "nkululeko==1.14.1"
IMPORTED = ["audformat==1.4.3", "audmetric==1.4.2", "audplot==1.4.9"]
IMPORTED += ["confidence-intervals==0.0.3", "pandas==2.3.3", "seaborn==0.13.2"]
IMPORTED += [
    f"{name}=={version(name)}"
    for name in ("matplotlib", "numpy", "opensmile", "scikit-learn", "scipy")
]
CORES = 2
SVM = {"C": 10, "kernel": "rbf", "gamma": "scale"}
#: What standardises alike: nkululeko's setting, and the workflow's feature set.
SCALES = {"standard": "egemaps", "speaker": "egemaps@speaker"}
PERCENTAGES, DRAWS = (5, 10, 20, 50, 100), 10
CONFIG = yaml.safe_load((measure.ROOT / "config" / "ravdess.yaml").read_text())
FOLDS = [str(k + 1) for k in range(CONFIG["splits"]["folds"])]
RESULTS = Path("results", "ravdess")


def install(environment):
    """Make the environment of nkululeko, if it is not there; return its Python."""
    python = environment / "bin" / "python"
    if not python.exists():
        measure.child([sys.executable, "-m", "venv", environment])
        pip = [python, "-m", "pip", "install", "--quiet"]
        measure.child([*pip, "--no-deps", PEER])
        measure.child([*pip, *IMPORTED])
    return python


def link_alike(audio, folder):
    """Link the mono files of the commonest rate into a folder; return paths, rate."""
    infos = {path: soundfile.info(path) for path in made_up.audio_below(audio)}
    rate = mode(info.samplerate for info in infos.values())
    for path, info in infos.items():
        if info.channels == 1 and info.samplerate == rate:
            link = folder / Path(path).relative_to(audio)
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(path)
    paths = made_up.audio_below(folder)
    ids = [str(Path(path).relative_to(folder).with_suffix("")) for path in paths]
    return pd.Series(paths, ids), rate


def workflow(folder, rate, sets, percentages=(100,), draws=1, **splits):
    """Run the workflow up to its scores; return jobs, wall and CPU seconds, peak MB."""
    config = {
        "corpus": CONFIG["corpus"] | {"path": "../audio"},
        "splits": CONFIG["splits"] | splits,
        "audio": {"sampling_rate": rate},
        "segments": {"whole": {"samples": "whole"}},
        "experiment": {
            "feature_sets": list(sets),
            "percentages": list(percentages),
            "draws": draws,
            "halvings": 0,
            "classifiers": {"svm": SVM},
        },
    }
    start = time.time()
    run = ["--cores", str(CORES), str(RESULTS / "scores.csv")]
    taken = measure.snakemake(folder, config, *run)[:3]
    ended = (folder / "benchmarks").rglob("*.tsv")
    return sum(path.stat().st_mtime > start for path in ended), *taken


def roles(folder, fold, role):
    """The utterances that have a role in a fold."""
    return read_table(folder / RESULTS / f"fold{fold}" / "roles" / f"{role}.csv")


def write_databases(folder, peer, paths):
    """Write the test utterances of each fold as a database of nkululeko."""
    for fold in FOLDS:
        test = roles(folder, fold, "test")
        others = [roles(folder, k, "test").utterance for k in FOLDS if k != fold]
        training = roles(folder, fold, "training").utterance
        # All other folds' test utterances are what a fold trains on.
        assert set(pd.concat(others)) == set(training)
        test = test.assign(file=paths.loc[test.utterance].to_numpy(), fold=fold)
        columns = ["file", "speaker", "label", "fold"]
        test[columns].to_csv(peer / f"fold{fold}.csv", index=False)


def nkululeko(python, peer, tested, scale, **model):
    """Run nkululeko on one fold; return wall and CPU seconds and peak memory in MB."""
    data = {"databases": [f"fold{k}" for k in FOLDS], "target": "label"}
    for fold in FOLDS:
        data[f"fold{fold}"] = peer / f"fold{fold}.csv"
        data[f"fold{fold}.type"] = "csv"
        data[f"fold{fold}.split_strategy"] = "test" if fold == tested else "train"
    ini = configparser.ConfigParser()
    ini["EXP"] = {"root": peer, "name": "ravdess"}
    # It may reuse the features of a run before, but not how utterances were divided.
    ini["DATA"] = data | {"no_reuse": True}
    ini["FEATS"] = {"type": ["os"], "set": "eGeMAPSv02", "scale": scale}
    svm = {"type": "svm", "C_val": SVM["C"], "kernel": SVM["kernel"]}
    ini["MODEL"] = svm | {"n_jobs": CORES} | model
    with open(peer / "experiment.ini", "w") as file:
        ini.write(file)
    command = [python, "-m", "nkululeko.nkululeko", "--config", "experiment.ini"]
    return measure.child(command, cwd=peer)[:3]


def predicted_by_nkululeko(peer):
    """True and predicted class of the last run, by path of the utterance."""
    (path,) = (peer / "ravdess" / "results").rglob("pred_*.csv")
    table = pd.read_csv(path, index_col="file")
    path.unlink()
    return table.rename_axis("utterance")[["truth", "predicted"]]


def predicted_by_workflow(folder, fold, paths):
    """The same of the workflow, for each of its feature sets."""
    of_svm = folder / RESULTS / f"fold{fold}" / "predictions" / "whole" / "svm"
    for one in predictions.read_folds(sorted(of_svm.glob("*.h5"))):
        if one.percentage < 100:
            continue
        classes = np.array(one.classes)
        # With all labels, all draws are the same.
        columns = {
            "truth": classes[one.truth],
            "predicted": classes[one.predicted[0]],
        }
        yield one.feature_set, pd.DataFrame(columns, paths.loc[one.id])


def with_ties(folder, fold, paths):
    """The same of SVMs trained here that leave ties, on the workflow's features."""
    found, sets = {}, list(SCALES.values())
    for role in ("training", "test"):
        table = roles(folder, fold, role)
        shards = sorted((folder / RESULTS / "features" / "egemaps").rglob("*.h5"))
        files = {f"egemaps_{role}": shards}
        found[role] = feature_sets.read_role(sets, role, table, files, VALENCE)
    test, classes = found["test"], np.array(VALENCE)
    for name, training in found["training"].sets.items():
        settings = SVM | {"standardise": True}
        options = {"seed": 0, "threads": 1, "rows": len(training.features)}
        model = classifiers.build("svm", settings, **options, protocol="study")
        model.fit(training.features, training.labels)
        of_test = test.sets[name]
        columns = {
            "truth": classes[of_test.labels],
            "predicted": classes[model.predict(of_test.features)],
        }
        ids = test.utterances[of_test.utterance]
        yield name, pd.DataFrame(columns, paths.loc[ids])


def scores(table):
    """UAR and macro F1 of a table of true and predicted classes."""
    recall = recall_score(table.truth, table.predicted, average="macro")
    return float(recall), float(f1_score(table.truth, table.predicted, average="macro"))


def side_by_side(of_peer, of_workflow, of_ties):
    """Rows of both sides' scores and the shares of equal predictions, per fold."""
    rows = []
    for fold, theirs in of_peer.items():
        both = [of_workflow[fold].loc[theirs.index], of_ties[fold].loc[theirs.index]]
        assert all((ours.truth == theirs.truth).all() for ours in both)
        equal = [float((ours.predicted == theirs.predicted).mean()) for ours in both]
        (uar, f1), (our_uar, our_f1) = scores(theirs), scores(both[0])
        rows.append([uar, our_uar, f1, our_f1, *equal])
    rows.append(np.mean(rows, axis=0).tolist())
    return [[name, *row] for name, row in zip([*of_peer, "mean"], rows, strict=True)]


def together(runs, share=1):
    """Wall and CPU seconds of some runs, or a share of them, and the peak memory."""
    wall, cpu, memory = zip(*runs, strict=True)
    return sum(wall) * share, sum(cpu) * share, max(memory)


def measured(folder, python, audio):
    """Run both in a folder; return the rows of costs, and of scores."""
    ours, fewer, peer = (folder / name for name in ("ours", "fewer", "theirs"))
    for each in (ours, fewer, peer):
        each.mkdir()
    paths, rate = link_alike(audio, folder / "audio")
    cold = workflow(ours, rate, ["egemaps"])
    in_fewer = workflow(fewer, rate, ["egemaps"], parts_per_fold=1)
    write_databases(ours, peer, paths)
    runs, of_peer = {}, {scale: {} for scale in SCALES}
    for scale, fold in product(SCALES, FOLDS):
        runs[scale, fold] = nkululeko(python, peer, fold, scale)
        of_peer[scale][fold] = predicted_by_nkululeko(peer)
    groups = nkululeko(python, peer, FOLDS[0], "speaker", logo=len(FOLDS))
    curves = workflow(ours, rate, SCALES.values(), PERCENTAGES, DRAWS)
    imports = [python, "-c", "import nkululeko.nkululeko"]
    started = measure.fastest({"it": lambda: measure.child(imports)}, rounds=3)["it"]
    standard, speaker = (together([runs[s, k] for k in FOLDS]) for s in SCALES)
    _, *warm = runs.values()
    n = len(SCALES) * len(FOLDS) * len(PERCENTAGES) * DRAWS
    what = f"{len(PERCENTAGES)} percentages, {DRAWS} draws, both scales"
    costs = [
        ["nkululeko, standard", len(FOLDS), *standard],
        ["workflow, standard", *cold],
        ["workflow, standard, parts_per_fold: 1", *in_fewer],
        ["nkululeko, speaker, from its store", len(FOLDS), *speaker],
        ["nkululeko, speaker, all folds in one run, from its store", 1, *groups],
        ["nkululeko, imports of a run", 1, started, "-", "-"],
        [f"workflow, {what}, from its features", *curves],
        [f"nkululeko, {what}, estimated", n, *together(warm, n / len(warm))],
    ]
    of_ours, of_ties = (
        {fold: dict(predicted(ours, fold, paths)) for fold in FOLDS}
        for predicted in (predicted_by_workflow, with_ties)
    )
    rows = []
    for scale, name in SCALES.items():
        both = [{k: of[k][name] for k in FOLDS} for of in (of_ours, of_ties)]
        rows += [[scale, *row] for row in side_by_side(of_peer[scale], *both)]
    return costs, rows


def main():
    """Print what both cost, and what they predict."""
    audio, *kept = (Path(path).resolve() for path in sys.argv[1:])
    measure.heading("Beside nkululeko", __doc__)
    with measure.folder() as folder:
        python = install(kept[0] if kept else folder / "environment")
        costs, rows = measured(folder, python, audio)
    header = ["what", "runs or jobs", "wall s", "CPU s", "largest process, MB"]
    measure.table(header, costs)
    header = ["scale", "fold", "UAR, nkululeko", "workflow", "macro F1, nkululeko"]
    header += ["workflow", "equal predictions", "equal with ties"]
    measure.table(header, rows)


if __name__ == "__main__":
    main()
