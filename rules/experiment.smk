"""From features to predictions, scores, statistics, and the answer."""


rule predictions:
    """Train one classifier on draws of one percentage, and predict the test split."""
    input:
        unpack(experiment_features),
        training="<results>/speakers/training.csv",
        test="<results>/speakers/test.csv",
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
        mem_mb=by_attempt(2000, per_mb=8),
        runtime=by_attempt(2, per_mb=minutes_of_fits),
    params:
        feature_sets=FEATURE_SETS,
        classifier=classifier_of,
        protocol=protocol_of,
        code=code_of("predictions"),
    script:
        "../scripts/predictions.py"


rule scores:
    """Score all predictions, draw by draw."""
    input:
        predictions=all_predictions(VARIANTS),
        choice=once_chosen,
    output:
        scores=shown("<results>/scores.csv"),
        confusions=shown("<results>/confusions.csv"),
    log:
        "<logs>/scores.log",
    benchmark:
        "<benchmarks>/scores.tsv"
    conda:
        "../envs/experiment.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(2000, per_mb=2),
        runtime=by_attempt(10, per_mb=0.2),
    params:
        code=code_of("scores"),
    script:
        "../scripts/scores.py"


rule comparison:
    """Give intervals to scores, chance and differences, and draw conclusions."""
    input:
        predictions=predictions_of_variant,
        choice=once_chosen_here,
    output:
        intervals=shown("<results>/statistics/{segment}/intervals.csv"),
        chance=shown("<results>/statistics/{segment}/chance.csv"),
        differences=shown("<results>/statistics/{segment}/differences.csv"),
        areas=shown("<results>/statistics/{segment}/areas.csv"),
        conclusions=shown("<results>/statistics/{segment}/conclusions.csv"),
    log:
        "<logs>/comparison/{segment}.log",
    benchmark:
        "<benchmarks>/comparison/{segment}.tsv"
    conda:
        "../envs/experiment.yaml"
    threads: 2
    resources:
        mem_mb=by_attempt(2000, per_mb=2),
        runtime=by_attempt(10, per_mb=0.2),
    params:
        feature_sets=FEATURE_SETS,
        statistics=config["statistics"],
        seed=EXPERIMENT["seed"],
        code=code_of("comparison"),
    script:
        "../scripts/comparison.py"


rule confounds:
    """Tell how far classes can be told apart by who speaks or where."""
    input:
        **training_features(),
        utterances="<results>/utterances.csv",
        choice=once_chosen,
    output:
        confounds=shown("<results>/confounds.csv"),
    log:
        "<logs>/confounds.log",
    benchmark:
        "<benchmarks>/confounds.tsv"
    conda:
        "../envs/experiment.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(2000, per_mb=8),
        runtime=by_attempt(10, per_mb=0.2),
    params:
        variants=VARIANTS,
        feature_sets=FEATURE_SETS,
        seed=EXPERIMENT["seed"],
        code=code_of("confounds"),
    script:
        "../scripts/confounds.py"
