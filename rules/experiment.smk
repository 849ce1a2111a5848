"""From features to predictions and scores."""


rule predictions:
    """Train one classifier on draws of one percentage, and predict the test split."""
    input:
        midterm_training=shards_of("midterm", "training"),
        midterm_test=shards_of("midterm", "test"),
        code_training=codes_of("training"),
        code_test=codes_of("test"),
        choice=once_chosen_here,
    output:
        predictions="<results>/predictions/{segment}/{classifier}/{percentage}.h5",
    log:
        "<logs>/predictions/{segment}/{classifier}/{percentage}.log",
    benchmark:
        "<benchmarks>/predictions/{segment}/{classifier}/{percentage}.tsv"
    conda:
        "../envs/experiment.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(2000),
        runtime=by_attempt(60),
    params:
        classifier=classifier_of,
        draws=config["experiment"]["draws"],
        seed=config["experiment"]["seed"],
        code=code_of("predictions"),
    script:
        "../scripts/predictions.py"


rule scores:
    """Score all predictions."""
    input:
        predictions=expand(
            "<results>/predictions/{segment}/{classifier}/{percentage}.h5",
            segment=SEGMENTS,
            classifier=CLASSIFIERS,
            percentage=PERCENTAGES,
        ),
        choice=once_chosen,
    output:
        scores="<results>/scores.csv",
        chance="<results>/chance.csv",
    log:
        "<logs>/scores.log",
    benchmark:
        "<benchmarks>/scores.tsv"
    conda:
        "../envs/experiment.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(2000),
        runtime=by_attempt(30),
    params:
        code=code_of("scores"),
    script:
        "../scripts/scores.py"


rule summary:
    """Tell in one page what went in, what was chosen, and what came out."""
    input:
        scores="<results>/scores.csv",
        chance="<results>/chance.csv",
        choice=once_chosen,
        segments="<results>/segments.csv",
        utterances="<results>/utterances.csv",
        rejected="<results>/rejected_counts.csv",
        choices=expand("<results>/autoencoders/{segment}/choice.yaml", segment=SEGMENTS),
    output:
        summary="<results>/summary.md",
    log:
        "<logs>/summary.log",
    benchmark:
        "<benchmarks>/summary.tsv"
    conda:
        "../envs/experiment.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(1000),
        runtime=by_attempt(10),
    params:
        corpus=config["corpus"],
        code=code_of("summary"),
    script:
        "../scripts/summary.py"
