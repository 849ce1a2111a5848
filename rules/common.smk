"""What all rules share: the configuration, the corpus table, and names of files."""

import re
import sys
from collections import defaultdict
from hashlib import blake2b
from pathlib import Path

from snakemake.exceptions import WorkflowError

sys.path.insert(0, str(Path(workflow.basedir, "scripts")))

from speechcodes import configuration, sharding, sources, splits
from speechcodes.errors import InputError
from speechcodes.records import LABELS, SPLITS


def read_configuration():
    """Validate the configuration in place; return architectures and autoencoders."""
    folder = Path(workflow.basedir, "config")
    architectures = configuration.load(folder / "architectures.yaml")
    for data, schema in [(config, "config"), (architectures, "architectures")]:
        schema_file = folder / "schemas" / f"{schema}.schema.yaml"
        configuration.validate(data, configuration.load(schema_file), schema)
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
    UTTERANCES, REJECTED = splits.corpus_table(config["corpus"], config["splits"])
except InputError as error:
    raise WorkflowError(error)

CORPUS = config["corpus"]["name"]
SEGMENTS = config["segments"]
CLASSIFIERS = config["experiment"]["classifiers"]
PERCENTAGES = config["experiment"]["percentages"]
AUDIO = audio_in_shards(UTTERANCES)
# The settings that features depend on: without the limit of unusable audio.
READING = {key: config["audio"][key] for key in ("sampling_rate", "silent_below_db")}
# Stands in every figure of a corpus that nobody spoke.
NOTE = "Synthetic speech." if config["corpus"]["reader"] == "demo" else ""


pathvars:
    results=f"results/{CORPUS}",
    logs=f"logs/{CORPUS}",
    benchmarks=f"benchmarks/{CORPUS}",


wildcard_constraints:
    split="|".join(SPLITS),
    label="|".join(LABELS),
    segment="|".join(SEGMENTS),
    shard="b[01]*",
    autoencoder="|".join(map(re.escape, AUTOENCODERS)),
    classifier="|".join(CLASSIFIERS),
    percentage=r"[1-9]\d?|100",
    format="png|svg|pdf",


def code_of(script):
    """Digest of the package's modules behind a script, so that an edit reruns it."""
    return sources.digest(Path(workflow.basedir, "scripts", f"{script}.py"))


def by_attempt(amount):
    """A resource that grows with each attempt at a job."""

    def grown(wildcards, attempt):
        return amount * attempt

    return grown


def digest_of(values):
    """Digest of anything that repr() shows whole, for a param that may be long."""
    return blake2b(repr(values).encode(), digest_size=8).hexdigest()


def unlabelled_speakers():
    """Digest of who speaks in the unlabelled split."""
    return digest_of([u[:4] for u in UTTERANCES if u.split == "unlabelled"])


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


def shards_of(kind, *wanted_splits):
    """Files of all shards of some splits, for one kind of features."""
    return [
        f"<results>/{kind}/{split}/{label}/{shard}.h5"
        for (split, label), shards in AUDIO.items()
        for shard in shards
        if split in wanted_splits
    ]


def spectrograms_of_split(wildcards):
    """Spectrogram shards of one variant and split."""
    return shards_of(f"spectrograms/{wildcards.segment}", wildcards.split)


def test_spectrograms(wildcards):
    """Spectrogram shards of one variant that reconstructions are drawn from."""
    return shards_of(f"spectrograms/{wildcards.segment}", "test")


def unlabelled_spectrograms(wildcards):
    """Spectrogram shards that autoencoders of one variant are trained on."""
    return shards_of(f"spectrograms/{wildcards.segment}", "unlabelled")


def chosen_model(wildcards):
    """The model that was chosen for a variant, known once all are trained.

    The choice is a checkpoint, since codes depend on which model was chosen and on
    nothing else: one more autoencoder remakes them only if it is the new choice.
    """
    choice = checkpoints.select_autoencoder.get(segment=wildcards.segment)
    name = configuration.load(choice.output.choice)["name"]
    return f"<results>/autoencoders/{wildcards.segment}/{name}/model.keras"


def once_chosen(wildcards):
    """No file, but a second look at a job once all choices are made.

    A job planned because an autoencoder may be chosen anew is dropped if the choice
    stays, but Snakemake looks again only at jobs whose own input asks a checkpoint,
    and would run all that follow from one dropped.
    """
    for segment in SEGMENTS:
        checkpoints.select_autoencoder.get(segment=segment)
    return []


def once_chosen_here(wildcards):
    """The same for one segment variant."""
    checkpoints.select_autoencoder.get(segment=wildcards.segment)
    return []


def variant_of(wildcards):
    """Settings of one segment variant."""
    return SEGMENTS[wildcards.segment]


def configuration_of(wildcards):
    """Settings of one autoencoder."""
    return vars(AUTOENCODERS[wildcards.autoencoder])


def architecture_of(wildcards):
    """Layers of one autoencoder."""
    return ARCHITECTURES[AUTOENCODERS[wildcards.autoencoder].architecture]


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
    shards = [path for kind in kinds for path in shards_of(kind, *SPLITS)]
    return shards + expand(
        [
            "<results>/autoencoders/{segment}/{autoencoder}/model.keras",
            *codes_of("training"),
            *codes_of("test"),
            "<results>/predictions/{segment}/{classifier}/{percentage}.h5",
        ],
        segment=SEGMENTS,
        autoencoder=AUTOENCODERS,
        classifier=CLASSIFIERS,
        percentage=PERCENTAGES,
    )


def all_figures(wildcards):
    """Every figure, in the format that opens anywhere."""
    per_segment = ["losses", "loss_against_parameters", "reconstructions"]
    per_segment += ["learning_curves"]
    per_segment += [f"learning_curve_{classifier}" for classifier in CLASSIFIERS]
    return ["<results>/figures/durations.png", "<results>/figures/share_kept.png"] + [
        f"<results>/figures/{segment}/{figure}.png"
        for segment in SEGMENTS
        for figure in per_segment
    ]


def print_results():
    """Say where the results of a finished run are."""
    folder = Path("results", CORPUS)
    figures = sorted(str(path) for path in folder.glob("figures/**/*.png"))
    summary = [str(path) for path in [folder / "summary.md"] if path.exists()]
    print("\n".join(["", "Figures:", *figures, "Summary:", *summary]))
