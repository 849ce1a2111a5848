"""From audio to signals in shards, and from each shard of signals to its features.

Features belong to the corpus: each is computed once, whatever the folds.
"""

from functools import cache

from speechcodes.storage import stamps

#: The settings that signals depend on: without the limit of unusable audio.
READING = {key: value for key, value in AUDIO.items() if key != "max_unusable_share"}
READ_BY = code_of(HERE / "scripts/signals.py")
COMPUTED_BY = {
    kind: code_of(code_digest.PACKAGE / f"features/{kind}.py", include=True)
    for kind in names.functionals(names.FEATURE_SETS)
}


@cache
def members(part, label, shard):
    """Ids and paths of the utterances of one shard.

    Listed once, for its digest and its job: utterances lie all over the memory.
    """
    known = SHARDS.get((part, label), {})
    if shard not in known:
        raise WorkflowError(
            f"{part}/{label} has no shard {shard}; "
            f"there are {', '.join(known) or 'none'}"
        )
    utterances = known[shard]
    return [u.utterance for u in utterances], [u.path for u in utterances]


@cache
def in_part(part):
    """Utterances of one part."""
    of_part = (found for (name, _), found in SHARDS.items() if name == part)
    return [u for found in of_part for shard in found.values() for u in shard]


# Whether rules may make audio, those of another workflow, too.
MAKES_AUDIO = config["corpus"]["reader"] == "demo" or not IS_MAIN


def check_audio():
    """Return the newest file of each shard, and a digest of what it is read from and by.

    Audio may be missing, and Snakemake would not see that it would be made otherwise.
    Refuses files from the future.
    """
    found = {}
    for key, of_key in SHARDS.items():
        for shard in of_key:
            ids, paths = members(*key, shard)
            newest, digest = stamps.stamp(paths)
            read = [tuple(ids), tuple(paths), READ_BY]
            read.append(None if MAKES_AUDIO else digest)
            found[*key, shard] = stamps.Stamp(newest, code_digest.of_values(read))
    newest = filter(None, (stamp.newest for stamp in found.values()))
    table.check_files(config, PLAN.utterances(), newest)
    return found


# Jobs look at no audio before they read it.
STAMPS = from_user(check_audio) if workflow.is_main_process else {}


def audio_of(wildcards):
    """The newest audio file of a shard; all of them where rules may create audio.

    Snakemake takes longer over a thousand inputs than the package over a thousand
    utterances. `reading_of_shard` tells of any file that changes.
    """
    _, paths = members(*wildcards)
    if MAKES_AUDIO:
        return paths
    return STAMPS[tuple(wildcards)].newest if STAMPS else []


def reading_of_shard(wildcards):
    """Digest of what one shard of signals is read from and by."""
    key = wildcards.part, wildcards.label, wildcards.shard
    return STAMPS[key].digest if STAMPS else ""


@in_record
def reading_of_part(part):
    """The same, of all signals of a part."""
    return code_digest.of_values(
        [s.digest for key, s in STAMPS.items() if key[0] == part]
    )


@in_record
def pitch_of(part):
    """Digest of what the pitch of a part is tracked in, and of who speaks.

    It is a param of every shard of spectrograms, and so computed once for a part.
    """
    return code_digest.of_values(
        [reading_of_part(part), [u.voice for u in in_part(part)]]
    )


rule signals:
    """Read and resample the audio of one shard's utterances."""
    input:
        audio=audio_of,
    output:
        shard="<results>/features/signals/{part}/{label}/{shard}.h5",
    log:
        "<logs>/features/signals/{part}/{label}/{shard}.log",
    benchmark:
        "<benchmarks>/features/signals/{part}/{label}/{shard}.tsv"
    conda:
        "../envs/audio.yaml"
    params:
        utterances=lambda wildcards: members(*wildcards)[0],
        paths=lambda wildcards: members(*wildcards)[1],
        audio=READING,
        reading=reading_of_shard,
    script:
        "../scripts/signals.py"


rule functionals:
    """Compute one kind of functionals of one shard's utterances: a row for each."""
    input:
        signals="<results>/features/signals/{part}/{label}/{shard}.h5",
    output:
        features="<results>/features/{functionals,midterm|f0}/{part}/{label}/{shard}.h5",
    log:
        "<logs>/features/{functionals}/{part}/{label}/{shard}.log",
    benchmark:
        "<benchmarks>/features/{functionals,midterm|f0}/{part}/{label}/{shard}.tsv"
    conda:
        "../envs/audio.yaml"
    params:
        audio=READING,
        reading=reading_of_shard,
        settings=lambda w: config.get("features", {}).get(w.functionals, {}),
        module=lookup(dpath="{functionals}", within=COMPUTED_BY),
    script:
        "../scripts/functionals.py"


use rule functionals as opensmile with:
    output:
        features="<results>/features/{functionals,egemaps|compare2016}/{part}/{label}/{shard}.h5",
    benchmark:
        "<benchmarks>/features/{functionals,egemaps|compare2016}/{part}/{label}/{shard}.tsv"
    conda:
        "../envs/opensmile.yaml"


use rule functionals as onnx with:
    input:
        signals="<results>/features/signals/{part}/{label}/{shard}.h5",
        model=config.get("features", {}).get("onnx", {}).get("model") or [],
    output:
        features="<results>/features/{functionals,onnx}/{part}/{label}/{shard}.h5",
    benchmark:
        "<benchmarks>/features/{functionals,onnx}/{part}/{label}/{shard}.tsv"
    conda:
        "../envs/onnx.yaml"
    resources:
        # Of the model, too, which takes a quarter of the time that speech lasts, or less.
        mem_mb=by_attempt(2000, per_mb=3),
        runtime=by_attempt(30, per_mb=0.1),


rule pitch:
    """Track the pitch of one part's utterances, and find each speaker's median."""
    input:
        signals=lambda wildcards: shards("signals", [wildcards.part]),
    output:
        pitch="<results>/features/pitch/{part}.h5",
    log:
        "<logs>/features/pitch/{part}.log",
    benchmark:
        "<benchmarks>/features/pitch/{part}.tsv"
    conda:
        "../envs/audio.yaml"
    resources:
        mem_mb=by_attempt(1000, per_mb=0.1),
        runtime=by_attempt(10, per_mb=0.01),
    params:
        audio=READING,
        reading=lambda wildcards: reading_of_part(wildcards.part),
        voices=lambda w: {u.utterance: u.voice for u in in_part(w.part)},
    script:
        "../scripts/pitch.py"


rule spectrograms:
    """Compute the spectrograms of all segments of one shard's utterances."""
    input:
        signals="<results>/features/signals/{part}/{label}/{shard}.h5",
        pitch=lambda w: (
            "<results>/features/pitch/{part}.h5"
            if "pitch" in INPUTS[w.segment]
            else []
        ),
    output:
        features="<results>/features/spectrograms/{segment}/{part}/{label}/{shard}.h5",
    log:
        "<logs>/features/spectrograms/{segment}/{part}/{label}/{shard}.log",
    benchmark:
        "<benchmarks>/features/spectrograms/{segment}/{part}/{label}/{shard}.tsv"
    conda:
        "../envs/audio.yaml"
    params:
        audio=READING,
        reading=reading_of_shard,
        variant=lookup(dpath="{segment}", within=LENGTHS),
        spectrogram=lookup(dpath="{segment}/spectrogram", within=SEGMENTS),
        input=lookup(dpath="{segment}", within=INPUTS),
        pitch=lambda w: pitch_of(w.part) if "pitch" in INPUTS[w.segment] else "",
    script:
        "../scripts/spectrograms.py"


rule pooled:
    """Pool the spectrograms of one shard over time."""
    input:
        spectrograms="<results>/features/spectrograms/{segment}/{part}/{label}/{shard}.h5",
    output:
        features="<results>/features/pooled/{segment}/{part}/{label}/{shard}.h5",
    log:
        "<logs>/features/pooled/{segment}/{part}/{label}/{shard}.log",
    benchmark:
        "<benchmarks>/features/pooled/{segment}/{part}/{label}/{shard}.tsv"
    conda:
        "../envs/audio.yaml"
    params:
        centred=lookup(dpath="{segment}/spectrogram/centred", within=SEGMENTS),
    script:
        "../scripts/pooled.py"


rule modulation:
    """Compute the modulation spectra of the spectrograms of one shard."""
    input:
        spectrograms="<results>/features/spectrograms/{segment}/{part}/{label}/{shard}.h5",
    output:
        features="<results>/features/modulation/{segment}/{part}/{label}/{shard}.h5",
    log:
        "<logs>/features/modulation/{segment}/{part}/{label}/{shard}.log",
    benchmark:
        "<benchmarks>/features/modulation/{segment}/{part}/{label}/{shard}.tsv"
    conda:
        "../envs/audio.yaml"
    params:
        step=lookup(dpath="{segment}/spectrogram/step", within=SEGMENTS),
    script:
        "../scripts/modulation.py"
