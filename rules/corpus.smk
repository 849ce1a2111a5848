"""From a corpus to the table of its utterances, and what had to be left out."""


rule synthesise_demo:
    """Speak the demo corpus with eSpeak NG, and write its label file."""
    output:
        # Of the corpus: folds share it.
        labels="<corpus>/audio/labels_consensus.csv",
        audio=demo_audio(),
    log:
        "<logs>/synthesise_demo.log",
    benchmark:
        "<benchmarks>/synthesise_demo.tsv"
    conda:
        "../envs/demo.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(500),
        runtime=by_attempt(30),
    params:
        corpus=config["corpus"],
        code=code_of("synthesise_demo"),
    script:
        "../scripts/synthesise_demo.py"


rule utterances:
    """Write the corpus table: every utterance, its speaker, class and split."""
    output:
        utterances=shown("<results>/utterances.csv"),
        rejected="<results>/rejected_rows.csv",
    log:
        "<logs>/utterances.log",
    benchmark:
        "<benchmarks>/utterances.tsv"
    conda:
        "../envs/audio.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(1000),
        runtime=by_attempt(10),
    params:
        corpus=config["corpus"],
        splits=SPLITTING,
        table=digest_of([UTTERANCES, REJECTED]),
        code=code_of("utterances"),
    script:
        "../scripts/utterances.py"


rule speakers:
    """Write who speaks in one split; unlike the table, no other split's change."""
    output:
        speakers="<results>/speakers/{split}.csv",
    log:
        "<logs>/speakers/{split}.log",
    benchmark:
        "<benchmarks>/speakers/{split}.tsv"
    conda:
        "../envs/audio.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(1000),
        runtime=by_attempt(10),
    params:
        utterances=utterances_of_split,
        code=code_of("speakers"),
    script:
        "../scripts/speakers.py"


rule durations:
    """Tell what each segment variant keeps of every split and class."""
    input:
        midterm=by_class("midterm", *SPLITS),
        utterances="<results>/utterances.csv",
    output:
        durations=shown("<results>/durations.csv"),
        segments=shown("<results>/segments.csv"),
    log:
        "<logs>/durations.log",
    benchmark:
        "<benchmarks>/durations.tsv"
    conda:
        "../envs/audio.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(1000),
        runtime=by_attempt(10),
    params:
        sampling_rate=config["audio"]["sampling_rate"],
        segments=SEGMENTS,
        code=code_of("durations"),
    script:
        "../scripts/durations.py"


rule repeats:
    """List utterances that are the same audio under several names."""
    input:
        midterm=by_class("midterm", *SPLITS),
        utterances="<results>/utterances.csv",
    output:
        repeats=shown("<results>/repeats.csv"),
    log:
        "<logs>/repeats.log",
    benchmark:
        "<benchmarks>/repeats.tsv"
    conda:
        "../envs/audio.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(1000),
        runtime=by_attempt(10),
    params:
        code=code_of("repeats"),
    script:
        "../scripts/repeats.py"


rule rejected:
    """List every utterance, row and file left out, with the reason."""
    input:
        **{
            f"spectrograms_{name}": by_class(f"spectrograms/{name}", *SPLITS)
            for name in SEGMENTS
        },
        **{f"{name}_table": path for name, path in TABLES.items()},
        rows="<results>/rejected_rows.csv",
        midterm=by_class("midterm", *SPLITS),
        utterances="<results>/utterances.csv",
    output:
        rejected=shown("<results>/rejected.csv"),
    log:
        "<logs>/rejected.log",
    benchmark:
        "<benchmarks>/rejected.tsv"
    conda:
        "../envs/audio.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(1000),
        runtime=by_attempt(10),
    params:
        code=code_of("rejected"),
    script:
        "../scripts/rejected.py"


rule count_rejected:
    """Count the rejected by reason; fail if too much audio is unusable."""
    input:
        rejected="<results>/rejected.csv",
        utterances="<results>/utterances.csv",
    output:
        counts=shown("<results>/rejected_counts.csv"),
    log:
        "<logs>/count_rejected.log",
    benchmark:
        "<benchmarks>/count_rejected.tsv"
    conda:
        "../envs/audio.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(1000),
        runtime=by_attempt(10),
    params:
        max_unusable_share=config["audio"]["max_unusable_share"],
        code=code_of("count_rejected"),
    script:
        "../scripts/count_rejected.py"
