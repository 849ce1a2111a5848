"""What all rules share: the configuration, the corpus table, and names of files."""

import gc
import math
import os
import re
import sys
from collections import defaultdict
from functools import cache
from hashlib import blake2b
from pathlib import Path

from snakemake.exceptions import WorkflowError
from snakemake.utils import update_config

sys.path.insert(0, str(Path(workflow.basedir, "scripts")))

from speechcodes import configuration, names
from speechcodes.storage import sharding
from speechcodes.operations import code_digest
from speechcodes.corpus import splits
from speechcodes.errors import InputError
from speechcodes.records import LABELS, SPLITS
from speechcodes.report import contents, folders

# Planning makes millions of objects, nearly all to stay: looking for garbage among them
# as often as Python does takes a tenth of the time.
gc.set_threshold(50_000, 20, 100)


def read_configuration():
    """Validate the configuration in place; return architectures and autoencoders."""
    for path in workflow.configfiles:
        # Snakemake has read it, but does not tell of keys that stand twice.
        if Path(path).suffix != ".json":
            configuration.load(path)
    given = workflow.config_settings.overwrite_config
    update_config(config, {key: configuration.typed(given[key]) for key in given})
    folder = Path(workflow.basedir, "config")
    architectures = configuration.load(folder / "architectures.yaml")
    schemas = {
        name: configuration.load(folder / "schemas" / f"{name}.schema.yaml")
        for name in ("config", "architectures")
    }
    configuration.validate(config, schemas["config"], "config")
    configuration.validate(architectures, schemas["architectures"], "architectures")
    configuration.set_protocol(config["experiment"], schemas["config"])
    configuration.set_spectrograms(config, schemas["config"])
    return architectures, configuration.check(config, architectures)


def audio_in_shards(utterances):
    """Return {(split, label): {shard: [audio files]}} of all utterances in a split."""
    groups = defaultdict(dict)
    for utterance in utterances:
        if utterance.split:
            group = groups[utterance.split, utterance.label]
            group[utterance.utterance] = utterance.path
    most = config["features"]["utterances_per_shard"]
    return {
        group: {
            shard: [paths[utterance] for utterance in members]
            for shard, members in sharding.shard_names(paths, most).items()
        }
        for group, paths in groups.items()
    }


try:
    ARCHITECTURES, AUTOENCODERS = read_configuration()
    # Feature tables come divided.
    SPLITTING = config.get(
        "splits",
        {"method": "given", "partitions": {s: [s] for s in ("training", "test")}},
    )
    UTTERANCES, REJECTED = splits.corpus_table(config["corpus"], SPLITTING)
    FEATURE_SETS = config["experiment"]["feature_sets"]
    PARTS = names.all_parts(FEATURE_SETS)
    if names.need_autoencoders(FEATURE_SETS) and "segments" in config:
        splits.check_voices(UTTERANCES)
    for each in filter(names.is_per_speaker, FEATURE_SETS):
        splits.check_speakers(UTTERANCES, each)
except InputError as error:
    raise WorkflowError(error)

CORPUS = config["corpus"]["name"]
# Folds of one corpus lie side by side.
RUN = folders.name_of(config)
FROM_TABLES = config["corpus"]["reader"] == "feature_tables"
# Of each segment variant: how long segments are, and how spectrograms are computed.
SEGMENTS = {
    name: {key: variant[key] for key in ("samples", "short_signals")}
    for name, variant in config.get("segments", {}).items()
}
SPECTROGRAMS = {
    name: variant["spectrogram"] for name, variant in config.get("segments", {}).items()
}
# What predictions are made of: every segment variant, or the tables.
VARIANTS = list(SEGMENTS) or ["tables"]
EXPERIMENT = config["experiment"]
CLASSIFIERS = EXPERIMENT["classifiers"]
TABLES = EXPERIMENT["feature_tables"]
PERCENTAGES = EXPERIMENT["percentages"]
# The variants that autoencoders are trained for.
CODED = SEGMENTS if names.need_autoencoders(FEATURE_SETS) else {}
TRAINING = config.get("autoencoders", {}).get("training", {})
TOLERANCE = config.get("autoencoders", {}).get("selection_tolerance")
SELECT_BY = config.get("autoencoders", {}).get("select_by")
# What codes of all autoencoders are tried by, for analysis: at these percentages, with
# classifiers that differ most, as this feature set.
TRIED_PERCENTAGES = config.get("autoencoders", {}).get("trial", {}).get("percentages")
TRIED_CLASSIFIERS = [c for c in ("svm", "random_forest") if c in CLASSIFIERS]
TRIED_CLASSIFIERS = TRIED_CLASSIFIERS or [next(iter(CLASSIFIERS))]
TRIED_SET = next((s for s in FEATURE_SETS if s == "code@speaker"), "code")
# The variants whose autoencoders are tried.
TRIED = CODED if TRIED_PERCENTAGES else {}
AUDIO = {} if FROM_TABLES else audio_in_shards(UTTERANCES)
# The settings that features depend on: without the limit of unusable audio.
READING = {key: config["audio"][key] for key in ("sampling_rate", "silent_below_db")}
# Features that need no training to speak of.
REFERENCES = ["pooled", "pca"]
STATISTICS = ["intervals", "chance", "differences", "areas", "conclusions"]
#: Of every figure: for pages, for papers, for slides, and the numbers behind it.
FORMATS = [".svg", ".pdf", ".png", ".csv"]
# Audio files of each split and class whose length is read to describe a run.
LOOKED_INTO = 50
# Stands in every figure of a corpus that nobody spoke.
NOTE = "Synthetic speech." if config["corpus"]["reader"] == "demo" else ""


pathvars:
    results=f"results/{RUN}",
    logs=f"logs/{RUN}",
    benchmarks=f"benchmarks/{RUN}",
    # What folds share, and the name of all folds together.
    corpus=f"results/{CORPUS}",
    folds=f"{CORPUS}-folds",


wildcard_constraints:
    split="|".join(SPLITS),
    label="|".join(LABELS),
    segment="|".join(VARIANTS),
    shard="b[01]*",
    # Sorted, since it is part of a param: another order would be another param.
    autoencoder="|".join(sorted(map(re.escape, set().union(*AUTOENCODERS.values())))),
    classifier="|".join(CLASSIFIERS),
    percentage=r"[1-9]\d?|100",


# What takes a second or two and little memory: not worth a Slurm job.
localrules:
    utterances,
    speakers,
    durations,
    repeats,
    rejected,
    count_rejected,
    select_autoencoder,
    criteria,
    summary,
    report,
    compare,
    figure_durations,
    figure_share_kept,
    figure_losses,
    figure_loss_against_parameters,
    figure_criteria,
    figure_codes,
    figure_learning_curve,
    figure_learning_curves,
    figure_differences,
    figure_confusions,
    figure_study,
    figure_confounds,
    figure_times,
    check_cluster,
    describe,


def code_of(script):
    """Digest of the package's modules behind a script, so that an edit reruns it."""
    return code_digest.digest(Path(workflow.basedir, "scripts", f"{script}.py"))


def shown(path):
    """A result that Snakemake's own report shows, called and explained as in ours."""
    result = contents.result_of(path)
    caption = contents.caption_of(path)
    return report(
        path,
        caption=os.path.relpath(caption, Path(workflow.basedir, "rules")),
        category=result.stage,
        labels={
            "result": result.title,
            "segments": "{segment}" if "{segment}" in path else "all",
            "classifier": "{classifier}" if "{classifier}" in path else "all",
            "file": Path(path).suffix.removeprefix("."),
        },
    )


def drawn(stem):
    """A figure in all formats beside its numbers; Snakemake's report shows the first."""
    first, *others = FORMATS
    return [shown(stem + first), *(stem + other for other in others)]


def runs_to_compare():
    """Folders of all corpora that have a report, this configuration's or another's."""
    try:
        return folders.find("results")
    except InputError as error:
        raise WorkflowError(error)


def reports_of_runs(wildcards):
    """Reports of all corpora that have one: each is newer than all it was made of."""
    return [str(run / "report.html") for run in runs_to_compare()]


def configs_of_runs(wildcards):
    """Configurations that these reports were made with."""
    return [str(run / "config.yaml") for run in runs_to_compare()]


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


def minutes_of_fits(wildcards):
    """Minutes that fits to one percentage take per megabyte of features."""
    return minutes_for(wildcards.classifier, int(wildcards.percentage))


def minutes_of_trial(wildcards):
    """The same for all fits of a trial, per megabyte of spectrograms.

    They are at least 30 times as large as codes.
    """
    minutes = sum(
        minutes_for(classifier, percentage)
        for classifier in TRIED_CLASSIFIERS
        for percentage in TRIED_PERCENTAGES
    )
    return 0.01 + minutes / 30


def minutes_for(classifier, percentage):
    """Minutes of fits of one classifier per megabyte; tuning repeats them."""
    tuning = protocol_for(classifier)["tuning"] or {"folds": 0, "grid": {}}
    settings = math.prod(len(values) for values in tuning["grid"].values())
    fits = EXPERIMENT["draws"] / 10 * (1 + tuning["folds"] * settings)
    return 0.5 * fits * percentage / 100


def digest_of(values):
    """Digest of anything that repr() shows whole, for a param that may be long."""
    return blake2b(repr(values).encode(), digest_size=8).hexdigest()


def utterances_of_split(wildcards):
    """Utterance, speaker, session and label of everything in one split."""
    return [
        (u.utterance, u.speaker, u.session, u.label)
        for u in UTTERANCES
        if u.split == wildcards.split
    ]


def demo_audio():
    """Audio files of the demo corpus, none for any other."""
    is_demo = config["corpus"]["reader"] == "demo"
    return [u.path for u in UTTERANCES] if is_demo else []


def audio_of_shard(wildcards):
    """Audio files of one shard."""
    shards = AUDIO.get((wildcards.split, wildcards.label), {})
    if wildcards.shard not in shards:
        raise WorkflowError(
            f"{wildcards.split}/{wildcards.label} has no shard {wildcards.shard}; "
            f"there are {', '.join(shards)}"
        )
    return shards[wildcards.shard]


def signals_of_class(wildcards):
    """Signal shards of one split and class."""
    shards = AUDIO.get((wildcards.split, wildcards.label), {})
    return expand("<results>/signals/{{split}}/{{label}}/{shard}.h5", shard=shards)


def utterances_by_group(wildcards):
    """Number of utterances of each split and class."""
    counts = defaultdict(int)
    for utterance in UTTERANCES:
        if utterance.split:
            counts[utterance.split, utterance.label] += 1
    return sorted(counts.items())


def audio_to_look_into(wildcards):
    """Some audio files of each split and class; shards hold them in random order."""
    return [
        (group, [path for paths in shards.values() for path in paths][:LOOKED_INTO])
        for group, shards in AUDIO.items()
    ]


@cache
def reading_of(split, label):
    """Digest of what the signals of a class are read from and by."""
    return digest_of([AUDIO[split, label], code_of("signals")])


def reading_of_class(wildcards):
    """The same for a job, as signals may be missing: deleted, or of one killed.

    Then Snakemake does not see that they would be made otherwise now. All features of
    a class ask for it.
    """
    return reading_of(wildcards.split, wildcards.label)


def by_class(kind, *wanted_splits):
    """Files of one kind of features, one per class of some splits."""
    return [
        f"<results>/{kind}/{split}/{label}.h5"
        for split, label in AUDIO
        if split in wanted_splits
    ]


def spectrograms_of_split(wildcards):
    """Spectrograms of one variant and split."""
    return by_class(f"spectrograms/{wildcards.segment}", wildcards.split)


def chosen_model(wildcards):
    """The model that was chosen for a variant, known once all are trained."""
    return chosen(wildcards, "model.keras")


def chosen_metrics(wildcards):
    """The metrics of that model."""
    return chosen(wildcards, "metrics.json")


def chosen(wildcards, file):
    """One file of the autoencoder that was chosen for a variant.

    The choice is a checkpoint, since codes depend on which model was chosen and on
    nothing else: one more autoencoder remakes them only if it is the new choice.
    """
    choice = checkpoints.select_autoencoder.get(segment=wildcards.segment)
    name = configuration.load(choice.output.choice)["name"]
    return f"<results>/autoencoders/{wildcards.segment}/{name}/{file}"


def once_chosen(wildcards):
    """No file, but a second look at a job once all choices are made.

    A job planned because an autoencoder may be chosen anew is dropped if the choice
    stays, but Snakemake looks again only at jobs whose own input asks a checkpoint,
    and would run all that follow from one dropped.
    """
    for segment in CODED:
        checkpoints.select_autoencoder.get(segment=segment)
    return []


def once_chosen_here(wildcards):
    """The same for one segment variant."""
    if CODED:
        checkpoints.select_autoencoder.get(segment=wildcards.segment)
    return []


def features_of(segment, *wanted_splits):
    """Files of all feature sets of one variant, by the keys of `feature_sets.read`."""
    files = {f"{name}_table": path for name, path in TABLES.items()}
    if FROM_TABLES:
        return files | {"corpus": config["corpus"]["path"]}
    for split in wanted_splits:
        if "midterm" in PARTS:
            files[f"midterm_{split}"] = by_class("midterm", split)
        if "code" in PARTS:
            files[f"code_{split}"] = expand(codes_of(split), segment=segment)
        for reference in sorted(PARTS & set(REFERENCES)):
            files[f"{reference}_{split}"] = by_class(f"{reference}/{segment}", split)
    return files


def experiment_features(wildcards):
    """Training and test features of one variant."""
    return features_of(wildcards.segment, "training", "test")


def training_features():
    """Training features of all variants, each key behind the variant's name."""
    return {
        f"{segment}:{key}": paths
        for segment in VARIANTS
        for key, paths in features_of(segment, "training").items()
    }


def variant_of(wildcards):
    """Settings of one segment variant."""
    return SEGMENTS[wildcards.segment]


def spectrogram_of(wildcards):
    """How the spectrograms of one segment variant are computed."""
    return SPECTROGRAMS[wildcards.segment]


def centred(wildcards):
    """Whether the means of bins are taken out of the spectrograms of one variant."""
    return SPECTROGRAMS[wildcards.segment]["centred"]


def autoencoder_of(wildcards):
    """The configuration of one autoencoder, which a variant must have."""
    known = AUTOENCODERS[wildcards.segment]
    if wildcards.autoencoder not in known:
        raise WorkflowError(
            f"{wildcards.autoencoder} is no autoencoder of the segment variant "
            f"{wildcards.segment}; those are {', '.join(known)}"
        )
    return known[wildcards.autoencoder]


def configuration_of(wildcards):
    """Settings of one autoencoder."""
    return vars(autoencoder_of(wildcards))


def architecture_of(wildcards):
    """Layers of one autoencoder."""
    return ARCHITECTURES[autoencoder_of(wildcards).architecture]


def architectures_of(wildcards):
    """Architecture of each autoencoder of one variant."""
    known = AUTOENCODERS[wildcards.segment]
    return {name: configuration.architecture for name, configuration in known.items()}


def of_autoencoders(file, *variants):
    """One file of every autoencoder, of some variants."""
    return [
        f"<results>/autoencoders/{segment}/{name}/{file}"
        for segment in variants
        for name in AUTOENCODERS[segment]
    ]


def metrics_of_variant(wildcards):
    """Metrics of all autoencoders of one variant."""
    return of_autoencoders("metrics.json", wildcards.segment)


def histories_of_variant(wildcards):
    """Losses over the epochs of all autoencoders of one variant."""
    return of_autoencoders("history.csv", wildcards.segment)


def trials_of_variant(wildcards):
    """Scores of the codes of all autoencoders of one variant."""
    return of_autoencoders("trial.csv", wildcards.segment)


def protocol_of(wildcards):
    """How the experiment draws, and the settings that one classifier may take."""
    return protocol_for(wildcards.classifier)


def protocol_for(classifier):
    """The same for a classifier by its name."""
    tuning = EXPERIMENT["tuning"]
    grid = tuning["grids"].get(classifier)
    return {
        "name": EXPERIMENT["protocol"],
        "draws": EXPERIMENT["draws"],
        "seed": EXPERIMENT["seed"],
        "tuning": {"folds": tuning["folds"], "grid": grid} if grid else None,
    }


def of_variants(table):
    """One table of the statistics, of every variant."""
    return expand(f"<results>/statistics/{{segment}}/{table}.csv", segment=VARIANTS)


def classifier_of(wildcards):
    """Settings of one classifier."""
    return CLASSIFIERS[wildcards.classifier]


def codes_of(split):
    """The three files that hold the codes of one split."""
    return [f"<results>/codes/{{segment}}/{split}/{label}.h5" for label in LABELS]


def all_features(wildcards):
    """Every feature, model and prediction, so that a file that is lost is made anew.

    Snakemake does not look for what only lies on the way to a target.
    """
    kinds = ["midterm", *(f"spectrograms/{segment}" for segment in SEGMENTS)]
    features = [path for kind in kinds for path in by_class(kind, *SPLITS)]
    for reference in sorted(PARTS & set(REFERENCES)):
        for segment in SEGMENTS:
            kind = f"{reference}/{segment}"
            features += by_class(kind, "training", "test")
    features += expand(
        [
            *codes_of("training"),
            *codes_of("test"),
        ],
        segment=CODED,
    )
    for file in ("model.keras", "metrics.json", "history.csv"):
        features += of_autoencoders(file, *CODED)
    return features + all_predictions(VARIANTS)


def all_tables(wildcards):
    """Every table, so that one that is lost, or whose job was killed, is made anew.

    Of a killed job Snakemake has removed what was there before, and it asks only
    whether what is there is complete.
    """
    names = ["utterances", "rejected", "rejected_counts", "confounds"]
    names += ["scores", "confusions"]
    names += ["durations", "segments", "repeats"] if SEGMENTS else []
    spoken = SPLITS if CODED else ("training", "test")
    names += expand("speakers/{split}", split=spoken)
    names += expand("statistics/{segment}/{table}", segment=VARIANTS, table=STATISTICS)
    tables = expand("<results>/{name}.csv", name=names)
    tables += expand("<results>/autoencoders/{segment}/choice.yaml", segment=CODED)
    tables += of_autoencoders("trial.csv", *TRIED)
    return tables + criteria_tables()


def criteria_tables():
    """What is known of autoencoders without labels, and with, of every variant."""
    return expand("<results>/autoencoders/{segment}/criteria.csv", segment=TRIED)


def all_predictions(variants, run=RUN):
    """Predictions of every classifier at every percentage, for some variants.

    Of this run, of another fold, or of all folds together.
    """
    return expand(
        "results/{run}/predictions/{segment}/{classifier}/{percentage}.h5",
        run=run,
        segment=variants,
        classifier=CLASSIFIERS,
        percentage=PERCENTAGES,
    )


def predictions_of_variant(wildcards):
    """Predictions of one variant."""
    return all_predictions([wildcards.segment])


def figures_of_results():
    """Every figure but that of the times, in all formats."""
    per_corpus = ["confounds"]
    per_corpus += ["durations", "share_kept"] if SEGMENTS else []
    of_codes = ["losses", "loss_against_parameters", "reconstructions", "codes"]
    of_curves = ["learning_curves", "confusions"]
    of_curves += [f"learning_curve_{classifier}" for classifier in CLASSIFIERS]
    of_curves += ["differences"] if len(FEATURE_SETS) > 1 else []
    of_curves += ["study"] if EXPERIMENT["protocol"] == "study" else []
    of_kinds = [(CODED, of_codes), (TRIED, ["criteria"]), (VARIANTS, of_curves)]
    names = per_corpus + [
        f"{segment}/{name}"
        for variants, of_variant in of_kinds
        for segment in variants
        for name in of_variant
    ]
    return expand("<results>/figures/{name}{format}", name=names, format=FORMATS)


def all_figures(wildcards):
    """Every figure, in all formats."""
    return figures_of_results() + multiext("<results>/figures/times", *FORMATS)


def all_that_takes_time(wildcards):
    """What all other jobs end in, so that a look at their times comes last."""
    return [*figures_of_results(), "<results>/summary.md", "<results>/rejected.csv"]


def benchmarks_of_rules(wildcards):
    """Regular expressions for the benchmark files of each rule but of the last two."""
    return {
        one.name: one.benchmark.regex().pattern
        for one in workflow.rules
        if one.benchmark and one.name not in ("figure_times", "report")
    }


def folds_of_corpus(wildcards):
    """How many folds there are."""
    try:
        return folders.number_of_folds("results", config)
    except InputError as error:
        raise WorkflowError(error)


def predictions_of_folds(wildcards):
    """Predictions of one variant in all folds."""
    return predictions_in_folds(wildcards.segment)


def predictions_in_folds(segment):
    """Predictions of one variant in all folds, which other runs have made.

    But for those of this configuration's own fold, if it has one: they are made.
    """
    folds = range(1, folds_of_corpus(None) + 1)
    files = {
        fold: all_predictions([segment], folders.name_of(config, fold))
        for fold in folds
    }
    missing = {
        fold: path
        for fold, paths in files.items()
        for path in reversed(paths)
        if folders.name_of(config, fold) != RUN and not os.path.exists(path)
    }
    if missing:
        listed = ", ".join(f"{fold} ({path})" for fold, path in missing.items())
        given = "".join(f" --configfile {path}" for path in workflow.configfiles)
        raise WorkflowError(
            f"pool takes the predictions of all {len(folds)} folds, but some are "
            f"missing, of fold {listed}: make them with "
            f"for k in {' '.join(map(str, missing))}; do snakemake --cores all{given} "
            f'--config splits="{{folds: {len(folds)}, fold: $k}}"; done'
        )
    return [path for paths in files.values() for path in paths]


def pooled_predictions(variants):
    """Predictions of all folds together, for some variants."""
    return all_predictions(variants, run="<folds>")


def all_pooled(wildcards):
    """What all folds together say; an error, even if it is there, without any fold."""
    for segment in VARIANTS:
        predictions_in_folds(segment)
    names = ["learning_curves", *(f"learning_curve_{name}" for name in CLASSIFIERS)]
    names += ["differences"] if len(FEATURE_SETS) > 1 else []
    figures = [f"figures/{name}{format}" for name in names for format in FORMATS]
    return expand(
        "results/<folds>/{segment}/{name}",
        segment=VARIANTS,
        name=["summary.md", *figures],
    )
