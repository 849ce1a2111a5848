"""All folds of a corpus as one, once each has run: snakemake pool."""


localrules:
    pool_summary,
    pool_learning_curve,
    pool_learning_curves,
    pool_differences,


rule pool_predictions:
    """Put the predictions of all folds together."""
    input:
        predictions_of_folds,
    output:
        pooled_predictions(["{segment}"]),
    log:
        "logs/<folds>/predictions/{segment}.log",
    benchmark:
        "benchmarks/<folds>/predictions/{segment}.tsv"
    conda:
        "../envs/experiment.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(2000),
        runtime=by_attempt(10, per_mb=0.1),
    params:
        feature_sets=FEATURE_SETS,
        code=code_of("pool_predictions"),
    script:
        "../scripts/pool_predictions.py"


use rule scores as pool_scores with:
    input:
        predictions=pooled_predictions(VARIANTS),
    output:
        scores=shown("results/<folds>/scores.csv"),
        confusions=shown("results/<folds>/confusions.csv"),
    log:
        "logs/<folds>/scores.log",
    benchmark:
        "benchmarks/<folds>/scores.tsv"


use rule comparison as pool_comparison with:
    input:
        predictions=pooled_predictions(["{segment}"]),
    output:
        **{
            table: shown(f"results/<folds>/{{segment}}/{table}.csv")
            for table in STATISTICS
        },
    log:
        "logs/<folds>/comparison/{segment}.log",
    benchmark:
        "benchmarks/<folds>/comparison/{segment}.tsv"


use rule figure_learning_curve as pool_learning_curve with:
    input:
        intervals="results/<folds>/{segment}/intervals.csv",
        chance="results/<folds>/{segment}/chance.csv",
    output:
        drawn("results/<folds>/{segment}/figures/learning_curve_{classifier}"),
    log:
        "logs/<folds>/figures/{segment}/learning_curve_{classifier}.log",
    benchmark:
        "benchmarks/<folds>/figures/{segment}/learning_curve_{classifier}.tsv"


use rule figure_learning_curves as pool_learning_curves with:
    input:
        intervals="results/<folds>/{segment}/intervals.csv",
        chance="results/<folds>/{segment}/chance.csv",
    output:
        drawn("results/<folds>/{segment}/figures/learning_curves"),
    log:
        "logs/<folds>/figures/{segment}/learning_curves.log",
    benchmark:
        "benchmarks/<folds>/figures/{segment}/learning_curves.tsv"


use rule figure_differences as pool_differences with:
    input:
        intervals="results/<folds>/{segment}/intervals.csv",
        differences="results/<folds>/{segment}/differences.csv",
        scores="results/<folds>/scores.csv",
    output:
        drawn("results/<folds>/{segment}/figures/differences"),
    log:
        "logs/<folds>/figures/{segment}/differences.log",
    benchmark:
        "benchmarks/<folds>/figures/{segment}/differences.tsv"


rule pool_summary:
    """Tell in one page what all folds together say."""
    input:
        intervals="results/<folds>/{segment}/intervals.csv",
        chance="results/<folds>/{segment}/chance.csv",
        conclusions="results/<folds>/{segment}/conclusions.csv",
    output:
        summary=shown("results/<folds>/{segment}/summary.md"),
    log:
        "logs/<folds>/summary/{segment}.log",
    benchmark:
        "benchmarks/<folds>/summary/{segment}.tsv"
    conda:
        "../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(1000),
        runtime=by_attempt(10),
    params:
        corpus=config["corpus"],
        folds=folds_of_corpus,
        metric=config["statistics"]["metric"],
        code=code_of("pool_summary"),
    script:
        "../scripts/pool_summary.py"
