"""What rules share: the configuration, the corpus table, and names of files."""

import gc
import math
import os
import re
import sys
from functools import cache
from pathlib import Path

from snakemake.exceptions import WorkflowError
from snakemake.logging import logger

HERE = Path(str(workflow.current_basedir)).parent
sys.path.insert(0, str(HERE / "scripts"))

from speechcodes import names
from speechcodes.configuration import loading
from speechcodes.corpus import plan, table
from speechcodes.corpus.splits import checks, roles
from speechcodes.errors import InputError
from speechcodes.figures import registry
from speechcodes.operations import beginnings, code_digest, runs, surroundings
from speechcodes.predictor import listing
from speechcodes.records import NO_LABEL, ROLES
from speechcodes.report import contents, folders
from speechcodes.storage import sharding

# Reading a corpus makes millions of objects, nearly all to stay: looking for garbage
# among them takes a tenth of the time. It begins after the last rule, for Snakemake's,
# and less often than usual.
gc.disable()
gc.set_threshold(50_000, 20, 100)


def from_user(read, *arguments):
    """Call a function that reads user input; stop with one sentence if it is wrong."""
    try:
        return read(*arguments)
    except InputError as error:
        raise WorkflowError(error)


def in_record(digest):
    """Cache a digest that only Snakemake's records need; in a job, it is empty.

    Snakemake compares params with those of an earlier run before it starts jobs.
    """
    return cache(digest) if workflow.is_main_process else lambda *_, **__: ""


code_of = in_record(code_digest.digest)
from_user(surroundings.settle)
# Where another workflow uses this one as a module, files and options are not for it.
IS_MAIN = Path(workflow.main_snakefile).parent == HERE
GIVEN = (workflow.configfiles, workflow.config_settings.config) if IS_MAIN else ([], {})
if workflow.is_main_process and IS_MAIN:
    logger.info(beginnings.configuration(*GIVEN, HERE / "config/config.yaml"))
ARCHITECTURES, AUTOENCODERS = from_user(
    loading.read_configuration, config, *GIVEN, HERE / "config"
)
CORPUS = config["corpus"]["name"]
CLASSES = config["corpus"]["classes"]
EXPERIMENT = config["experiment"]
FEATURE_SETS = EXPERIMENT["feature_sets"]
# All that feature sets are put together from.
SETS = names.all_parts(FEATURE_SETS)
FUNCTIONALS = names.functionals(FEATURE_SETS)
CLASSIFIERS = EXPERIMENT["classifiers"]
PERCENTAGES = EXPERIMENT["percentages"]
# Segment variants, and how long their segments are.
SEGMENTS = config.get("segments", {})
LENGTHS = {
    name: {key: variant[key] for key in ("samples", "short_signals")}
    for name, variant in SEGMENTS.items()
}
# What the frames of each variant contain: spectrograms, and possibly pitch.
INPUTS = {name: variant["input"] for name, variant in SEGMENTS.items()}
# What predictions are made of: every segment variant, or the tables.
VARIANTS = list(SEGMENTS) or ["tables"]
# The variants that autoencoders are trained for, and whose autoencoders are all tried.
CODED = list(SEGMENTS) if names.need_autoencoders(FEATURE_SETS) else []
CODING = config.get("autoencoders", {})
# Whether anything is learned from a fold's unlabelled speech.
LEARNS = bool(SEGMENTS) and names.need_unlabelled(FEATURE_SETS)
TRIED = CODED if CODING.get("trial", {}).get("percentages") else []
PREDICTOR = config.get("predictor", {})
# What labels the rest, if it is not what scored best.
WANTED = {key: PREDICTOR.get(key) for key in ("segment", "feature_set", "classifier")}
# What new speech does not have: the user's tables, and controls.
UNUSABLE = ["untrained", *EXPERIMENT["feature_tables"], *([] if SEGMENTS else SETS)]
# Feature tables come divided, and without audio.
DIVISION = config.get("splits", {})
AUDIO = config.get("audio", {})
# Columns that define the groups whose scores the report gives.
GROUPS = config["report"]["groups"]
FORMATS = [".svg", ".pdf", ".png", ".csv"]
from_user(folders.check_version, f"results/{CORPUS}")
PER_SHARD = config.get("features", {}).get("utterances_per_shard")


def plan_corpus():
    """Read and divide the corpus; check that all that is configured can be computed."""
    utterances, rejected, folds = table.corpus_table(config["corpus"], DIVISION, GROUPS)
    if LEARNS:
        checks.check_voices(utterances, folds)
    for each in filter(names.is_per_speaker, FEATURE_SETS):
        checks.check_speakers(utterances, folds, each)
    if workflow.is_main_process:
        logger.info(beginnings.of_corpus(config["corpus"], utterances, rejected))
    shards = sharding.shards(utterances, PER_SHARD) if SEGMENTS else {}
    return plan.make(utterances, rejected, folds, shards)


# Jobs read what their run stored, which they are told the name of.
STORED = f".snakemake/plans/{CORPUS}.zip"
PLAN = (
    None if workflow.is_main_process else plan.read(STORED, os.environ.get(runs.MARK))
)
PLAN = PLAN or from_user(plan_corpus)
FOLDS, SHARDS = PLAN.folds, PLAN.shards
#: Fold 0 trains on all labels, for a predictor to label the rest. It has no scores:
#: only FOLDS have.
ROLES_OF = FOLDS | {"0": roles.everything(PLAN.parts)}


pathvars:
    results=f"results/{CORPUS}",
    logs=f"logs/{CORPUS}",
    benchmarks=f"benchmarks/{CORPUS}",


wildcard_constraints:
    part=r"[a-z]+\d*",
    label="|".join([*CLASSES, NO_LABEL]),
    shard="b[01]*",
    fold=r"\d+",
    role="|".join(ROLES),
    rung=r"\d+",
    segment="|".join(VARIANTS),
    # Sorted, since it is part of a param: another order would be another param.
    autoencoder="|".join(map(re.escape, sorted(set().union(*AUTOENCODERS.values())))),
    classifier="|".join(CLASSIFIERS),
    percentage=r"[1-9]\d?|100",
    percentages=r"\d+-\d+",
    figure="|".join(registry.STEMS),


def shown(path):
    """A result in Snakemake's own report, with the title and caption of ours."""
    return report(
        path,
        caption=os.path.relpath(contents.caption_of(path), HERE / "rules"),
        category=lambda wildcards: contents.stage_of(path.format(**wildcards)),
        labels=lambda wildcards: contents.labels(path, dict(wildcards)),
    )


def by_attempt(amount, per_mb=0):
    """A resource that grows with the size of the input, and with each attempt.

    Per megabyte of input is a number, or a function of the wildcards that gives it.
    """

    def grown(wildcards, input, attempt):
        rate = per_mb(wildcards) if callable(per_mb) else per_mb
        # Like input.size_mb, which starts an event loop for every job.
        size = sum(map(os.path.getsize, input)) / 1e6 if rate else 0
        return math.ceil(amount + rate * size) * attempt

    return grown


def shards(kind, parts=None, labels=(*CLASSES, NO_LABEL)):
    """Files of one kind of features, of some parts or the whole corpus."""
    return [
        f"<results>/features/{kind}/{part}/{label}/{shard}.h5"
        for (part, label), members in SHARDS.items()
        if (parts is None or part in parts) and label in labels
        for shard in members
    ]


def in_role(kind, role):
    """Files of one kind of features, of the parts with a role in a fold."""
    return lambda w: shards_in_role(kind.format(**dict(w)), w.fold, role)


def shards_in_role(kind, fold, role):
    """The same, of one fold: what tests or trains has a label, but for fold 0's test."""
    parts = getattr(ROLES_OF[fold], role)
    if role == "unlabelled":
        return shards(kind, parts)
    has_label = roles.wants_labels(ROLES_OF[fold], role)
    return shards(kind, parts, CLASSES if has_label else [NO_LABEL])


def files_of_set(name, fold, segment, role):
    """Files of one feature set of ours, of what has a role in a fold."""
    known = names.FEATURE_SETS[name]
    if known.per == "fold":
        return [f"<results>/fold{fold}/{known.dataset}/{segment}/{role}.h5"]
    kind = name if known.per == "corpus" else f"{name}/{segment}"
    return shards_in_role(kind, fold, role)


def features_of(fold, segment, *wanted):
    """Files of all feature sets in some roles, by the keys that the package reads."""
    tables = EXPERIMENT["feature_tables"].items()
    files = {f"{name}_table": path for name, path in tables}
    if not SEGMENTS:
        return files | {"corpus": config["corpus"]["path"]}
    ours = sorted(SETS & set(names.FEATURE_SETS))
    return files | {
        f"{name}_{role}": files_of_set(name, fold, segment, role)
        for name in ours
        for role in wanted
    }


def protocol_for(classifier):
    """How the experiment draws, and the settings that one classifier may take."""
    tuning = dict(EXPERIMENT["tuning"])
    tuning["grid"] = tuning.pop("grids").get(classifier)
    kept = {key: EXPERIMENT[key] for key in ("draws", "halvings", "balanced", "seed")}
    tuning = tuning if tuning["grid"] else None
    return {"name": EXPERIMENT["protocol"], "tuning": tuning, **kept}


def fits_for(classifier, percentage):
    """Fits of one classifier for one feature set, expressed as fits to all labels.

    Tuning repeats them. Self-training does so ten times, and ends with most of all rows.
    """
    tuning, fits = protocol_for(classifier)["tuning"], EXPERIMENT["draws"]
    if tuning and (tuning["most_rows"] or math.inf) > loading.checks.FEW_ROWS:
        fits *= 1 + tuning["folds"] * math.prod(map(len, tuning["grid"].values()))
    fits += 2 * EXPERIMENT["halvings"]
    if any(map(names.is_self_trained, FEATURE_SETS)):
        fits, percentage = 10 * fits, 100
    return fits * percentage / 100


def minutes_for(classifier, percentages):
    """Minutes of fits of one classifier per megabyte, with time to spare."""
    return 0.05 * sum(fits_for(classifier, each) for each in percentages)


def of_folds(path, **values):
    """One file of every fold."""
    return expand(f"<results>/fold{{fold}}/{path}", fold=FOLDS, **values)


def once_chosen(wildcards):
    """No file, but a second look at a job once the choices are made that it rests on.

    A job planned because an autoencoder may be chosen anew is dropped if the choice
    stays, but Snakemake looks again only at jobs whose own input asks a checkpoint,
    and would run all that follow from one dropped.
    """
    given = dict(wildcards)
    for segment in CODED:
        for fold in [given["fold"]] if "fold" in given else FOLDS:
            one = {"fold": fold, "segment": segment}
            if all(given.get(key, value) == value for key, value in one.items()):
                checkpoints.select_autoencoder.get(**one)
    return []
