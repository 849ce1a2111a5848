"""From a corpus to the table of its utterances, and what had to be left out."""


rule synthesise_demo:
    """Synthesise the demo corpus with eSpeak NG, and write its label file."""
    output:
        labels="<results>/audio/labels_consensus.csv",
        audio=(
            [u.path for u in PLAN.utterances()]
            if config["corpus"]["reader"] == "demo"
            else []
        ),
    log:
        "<logs>/synthesise_demo.log",
    benchmark:
        "<benchmarks>/synthesise_demo.tsv"
    conda:
        "../envs/demo.yaml"
    params:
        corpus=config["corpus"],
    script:
        "../scripts/synthesise_demo.py"


@in_record
def digest_of_table():
    """Digest of the corpus table and of what is left out of it."""
    found = PLAN.utterances(), PLAN.rejected()
    return code_digest.of_values(list(map(code_digest.of_rows, found)))


rule utterances:
    """Write the corpus table: every utterance, its speaker, class and part."""
    output:
        utterances=shown("<results>/utterances.csv"),
        rejected="<results>/rejected_rows.csv",
    log:
        "<logs>/utterances.log",
    benchmark:
        "<benchmarks>/utterances.tsv"
    localrule: True
    conda:
        "../envs/audio.yaml"
    params:
        corpus=config["corpus"],
        splits=DIVISION,
        groups=GROUPS,
        table=lambda wildcards: digest_of_table(),
    script:
        "../scripts/utterances.py"


rule roles:
    """Write which utterances have a role in a fold: training, unlabelled or test."""
    output:
        roles="<results>/fold{fold}/roles/{role}.csv",
    log:
        "<logs>/fold{fold}/roles/{role}.log",
    benchmark:
        "<benchmarks>/fold{fold}/roles/{role}.tsv"
    localrule: True
    conda:
        "../envs/audio.yaml"
    params:
        # Whoever has the role; unlike the table, no other utterance.
        columns=lambda w: roles.of_role(PLAN.utterances(), ROLES_OF[w.fold], w.role),
    script:
        "../scripts/roles.py"


rule survey:
    """Measure utterances, count what segments keep, and find identical audio."""
    input:
        midterm=shards("midterm"),
        utterances="<results>/utterances.csv",
    output:
        durations=shown("<results>/durations.csv"),
        segments=shown("<results>/segments.csv"),
        duplicates=shown("<results>/duplicates.csv"),
    log:
        "<logs>/survey.log",
    benchmark:
        "<benchmarks>/survey.tsv"
    localrule: True
    conda:
        "../envs/audio.yaml"
    params:
        sampling_rate=AUDIO.get("sampling_rate"),
        segments=LENGTHS,
        classes=CLASSES,
    script:
        "../scripts/survey.py"


rule rejected:
    """List every utterance, row and file left out, with the reason."""
    input:
        **{f"spectrograms_{s}": shards(f"spectrograms/{s}") for s in SEGMENTS},
        **{f"{name}_table": p for name, p in EXPERIMENT["feature_tables"].items()},
        **{name: shards(name) for name in FUNCTIONALS},
        rows="<results>/rejected_rows.csv",
        utterances="<results>/utterances.csv",
    output:
        rejected=shown("<results>/rejected.csv"),
    log:
        "<logs>/rejected.log",
    benchmark:
        "<benchmarks>/rejected.tsv"
    localrule: True
    conda:
        "../envs/audio.yaml"
    script:
        "../scripts/rejected.py"


rule count_rejected:
    """Count rejected utterances by reason; fail if too much audio is unusable."""
    input:
        rejected="<results>/rejected.csv",
        utterances="<results>/utterances.csv",
    output:
        counts=shown("<results>/rejected_counts.csv"),
    log:
        "<logs>/count_rejected.log",
    benchmark:
        "<benchmarks>/count_rejected.tsv"
    localrule: True
    conda:
        "../envs/audio.yaml"
    params:
        max_unusable_share=AUDIO.get("max_unusable_share", 1),
    script:
        "../scripts/count_rejected.py"
