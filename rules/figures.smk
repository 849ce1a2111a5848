"""From tables to figures, each in all of FORMATS: pictures, and the numbers behind."""

#: What figures may read, by the keys of the registry.
FIGURE_SETTINGS = {
    "classes": CLASSES,
    "metric": config["statistics"]["metric"],
    "segments": LENGTHS,
    "sampling_rate": config.get("audio", {}).get("sampling_rate"),
    "select_by": SELECT_BY,
    "tolerance": TOLERANCE,
    "protocol": EXPERIMENT["protocol"],
    "published": list(EXPERIMENT["published"]),
    "folds": len(FOLDS),
    "note": "Synthetic speech." if config["corpus"]["reader"] == "demo" else "",
}
#: What figures may be drawn from, by the same; those about autoencoders show fold 1.
FIGURE_INPUTS = {
    **{name: f"<results>/{name}.csv" for name in ("confounds", "scores", "confusions")},
    **{
        name: f"<results>/statistics/{{segment}}/{name}.csv"
        for name in (
            "intervals",
            "chance",
            "ranking",
            "differences",
            "forecast",
            "next_to_label",
        )
    },
    "durations": "<results>/durations.csv",
    "reliability": "<results>/reliability.csv",
    "published": list(EXPERIMENT["published"].values()),
    "choice": "<results>/fold1/autoencoders/{segment}/choice.yaml",
    "criteria": "<results>/fold1/autoencoders/{segment}/criteria.csv",
    "metrics": ["<results>/fold1/autoencoders/{segment}/{autoencoder}/metrics.json"],
    "histories": ["<results>/fold1/autoencoders/{segment}/{autoencoder}/history.csv"],
    "codes": expand("<results>/fold1/codes/{{segment}}/{role}.h5", role=ROLES[::2]),
    "roles": expand("<results>/fold1/roles/{role}.csv", role=ROLES[::2]),
}
#: And what of that there is not with this configuration.
NOT_DRAWABLE = {
    *([] if SEGMENTS else ["durations"]),
    *([] if PREDICTOR.get("in_all") else ["reliability"]),
    *([] if CODED else ["choice", "metrics", "histories", "codes"]),
    *([] if TRIED else ["criteria"]),
    # Two points make no picture of how autoencoders compare.
    *(["metrics", "criteria"] if any(number_trained(s) < 3 for s in CODED) else []),
    *([] if len(FEATURE_SETS) > 1 else ["differences"]),
    *([] if SIMULATED else ["next_to_label"]),
    *([] if EXPERIMENT["protocol"] == "study" else ["published"]),
}


def figure_of(wildcards):
    """The record of a figure, by its own name."""
    return registry.FIGURES[registry.parse(wildcards.figure)[0]]


def inputs_of_figure(wildcards):
    """The tables that a figure is drawn from: a list where FIGURE_INPUTS has one."""
    segment = wildcards.get("segment")
    files = {key: FIGURE_INPUTS[key] for key in figure_of(wildcards).needs}
    known = {"segment": segment}
    if {"metrics", "histories"} & files.keys():
        known["autoencoder"] = trained("1", segment)
    return {
        key: expand(path, **known)[0 if isinstance(path, str) else slice(None)]
        for key, path in files.items()
    }


def settings_of(figure, wildcards):
    """The settings that a figure reads."""
    of_variant = AUTOENCODERS.get(wildcards.get("segment"), {}).items()
    architectures = {name: settings.architecture for name, settings in of_variant}
    known = FIGURE_SETTINGS | {"architectures": architectures} | dict(wildcards)
    if spectrogram := SEGMENTS.get(wildcards.get("segment"), {}).get("spectrogram"):
        known["spectrogram"] = spectrogram
    return {key: known[key] for key in figure.settings if key in known}


def code_of_figure(wildcards):
    """Digest of the module that draws a figure, and of what it imports."""
    path = f"speechcodes/figures/{figure_of(wildcards).module}.py"
    return code_of(HERE / "scripts" / path, include=True)


def drawn(stem):
    """A figure in all formats beside its numbers; Snakemake's report shows the first."""
    first, *others = FORMATS
    return [shown(stem + first), *(stem + other for other in others)]


rule figure_of_corpus:
    """Draw one figure of the whole corpus."""
    input:
        unpack(inputs_of_figure),
        # Durations rest on no choice.
        once=lambda w: [] if "durations" in figure_of(w).needs else once_chosen(w),
    output:
        drawn("<results>/figures/{figure}"),
    log:
        "<logs>/figures/{figure}.log",
    benchmark:
        "<benchmarks>/figures/{figure}.tsv"
    localrule: True
    conda:
        "../envs/figures.yaml"
    params:
        caption=lambda wildcards: figure_of(wildcards).caption,
        settings=lambda wildcards: settings_of(figure_of(wildcards), wildcards),
        code=code_of_figure,
    script:
        "../scripts/figure.py"


use rule figure_of_corpus as figure_of_variant with:
    output:
        drawn("<results>/figures/{segment}/{figure}"),
    log:
        "<logs>/figures/{segment}/{figure}.log",
    benchmark:
        "<benchmarks>/figures/{segment}/{figure}.tsv"
    localrule: True


rule figure_reconstructions:
    """Draw test spectrograms and their reconstructions by the chosen autoencoder."""
    input:
        model=chosen("model.keras"),
        spectrograms=lambda w: shards(
            f"spectrograms/{w.segment}", FOLDS["1"].test, CLASSES
        ),
        roles="<results>/fold1/roles/test.csv",
    output:
        drawn("<results>/figures/{segment}/reconstructions"),
    log:
        "<logs>/figures/{segment}/reconstructions.log",
    benchmark:
        "<benchmarks>/figures/{segment}/reconstructions.tsv"
    conda:
        "../envs/autoencoder.yaml"
    resources:
        mem_mb=by_attempt(4000),
        runtime=by_attempt(30, per_mb=0.01),
    params:
        spectrogram=lookup(dpath="{segment}/spectrogram", within=SEGMENTS),
        input=lookup(dpath="{segment}", within=INPUTS),
        settings=lambda wildcards: settings_of(
            registry.FIGURES["reconstructions"], wildcards
        ),
    script:
        "../scripts/figure_reconstructions.py"


def all_figures(wildcards):
    """Every figure but that of the times, in all formats."""
    stems = {"corpus": "{figure}", "segment": "{segment}/{figure}"}
    stems["classifier"] = "{segment}/{figure}_{classifier}"
    return [
        path
        for name, figure in registry.FIGURES.items()
        if name != "times" and NOT_DRAWABLE.isdisjoint(figure.needs)
        if CODED or figure.stage != "autoencoders"
        for path in expand(
            f"<results>/figures/{stems[figure.per]}{{format}}",
            figure=name,
            segment=VARIANTS,
            classifier=CLASSIFIERS,
            format=FORMATS,
        )
    ]


def benchmarks_of_rules(*without):
    """Regular expressions for the benchmark files of each rule but some."""
    return {
        one.name: one.benchmark.regex().pattern
        for one in workflow.rules
        if one.benchmark and not one.name.endswith(without)
    }


rule figure_times:
    """Draw how long each rule of a run took, once everything else is done."""
    input:
        # What all other jobs end in.
        all_figures,
        lambda wildcards: all_tables(wildcards),
        once=once_chosen,
    output:
        drawn("<results>/figures/times"),
    log:
        "<logs>/figures/times.log",
    benchmark:
        "<benchmarks>/figures/times.tsv"
    localrule: True
    conda:
        "../envs/figures.yaml"
    params:
        benchmarks=lambda w, output: f"{Path(output[0]).parents[3]}/benchmarks/{CORPUS}",
        patterns=lambda wildcards: benchmarks_of_rules("figure_times", "report"),
        caption=registry.FIGURES["times"].caption,
        settings=lambda wildcards: settings_of(registry.FIGURES["times"], wildcards),
    script:
        "../scripts/figure_times.py"
