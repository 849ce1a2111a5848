"""From features to predictions, scores, statistics and conclusions over all folds."""

#: What all predictions together are told in, of each segment variant.
STATISTICS = expand(
    "<results>/statistics/{segment}/{table}.csv",
    segment=VARIANTS,
    table=["intervals", "chance", "ranking", "differences", "areas", "conclusions"],
)

#: What would change with more labels, or with those of more speakers.
FORECASTS = expand(
    "<results>/statistics/{segment}/{table}.csv",
    segment=VARIANTS,
    table=["forecast", "back_test", "speakers"],
)


def predictions_of(variants):
    """Predictions of every fold, classifier and percentage, of some variants."""
    return of_folds(
        "predictions/{segment}/{classifier}/{percentage}.h5",
        segment=variants,
        classifier=CLASSIFIERS,
        percentage=PERCENTAGES,
    )


rule predictions:
    """Train one classifier on draws of one percentage, and predict a fold's test parts."""
    input:
        unpack(lambda w: features_of(w.fold, w.segment, "training", "test")),
        training="<results>/fold{fold}/roles/training.csv",
        test="<results>/fold{fold}/roles/test.csv",
        choice=once_chosen,
    output:
        predictions="<results>/fold{fold}/predictions/{segment}/{classifier}/{percentage}.h5",
    log:
        "<logs>/fold{fold}/predictions/{segment}/{classifier}/{percentage}.log",
    benchmark:
        "<benchmarks>/fold{fold}/predictions/{segment}/{classifier}/{percentage}.tsv"
    conda:
        "../envs/experiment.yaml"
    resources:
        mem_mb=by_attempt(2000, per_mb=8),
        runtime=by_attempt(
            5, per_mb=lambda w: minutes_for(w.classifier, int(w.percentage))
        ),
    params:
        feature_sets=FEATURE_SETS,
        classes=CLASSES,
        classifier=lookup(dpath="{classifier}", within=CLASSIFIERS),
        protocol=lambda wildcards: protocol_for(wildcards.classifier),
    script:
        "../scripts/predictions.py"


rule scores:
    """Score all predictions, draw by draw."""
    input:
        predictions=predictions_of(VARIANTS),
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
    resources:
        mem_mb=by_attempt(2000, per_mb=2),
        runtime=by_attempt(10, per_mb=0.2),
    script:
        "../scripts/scores.py"


rule comparison:
    """Give intervals to scores, chance and differences, and draw conclusions."""
    input:
        predictions=predictions_of(VARIANTS),
        choice=once_chosen,
    output:
        [shown(path) for path in STATISTICS],
    log:
        "<logs>/comparison.log",
    benchmark:
        "<benchmarks>/comparison.tsv"
    conda:
        "../envs/experiment.yaml"
    threads: 2
    resources:
        mem_mb=by_attempt(2000, per_mb=4),
        runtime=by_attempt(10, per_mb=0.2),
    params:
        feature_sets=FEATURE_SETS,
        statistics=config["statistics"],
        seed=EXPERIMENT["seed"],
    script:
        "../scripts/comparison.py"


rule groups:
    """Tell how well the best feature set and classifier serves each group."""
    input:
        ranking="<results>/statistics/{segment}/ranking.csv",
        predictions=lambda w: of_folds(
            "predictions/{segment}/{classifier}/{percentage}.h5",
            segment=w.segment,
            classifier=CLASSIFIERS,
            percentage=PERCENTAGES[-1],
        ),
        utterances="<results>/utterances.csv",
        choice=once_chosen,
    output:
        groups=shown("<results>/statistics/{segment}/groups.csv"),
    log:
        "<logs>/groups/{segment}.log",
    benchmark:
        "<benchmarks>/groups/{segment}.tsv"
    conda:
        "../envs/experiment.yaml"
    resources:
        mem_mb=by_attempt(2000, per_mb=4),
        runtime=by_attempt(10, per_mb=0.2),
    params:
        groups=GROUPS,
        metric=config["statistics"]["metric"],
        resamples=config["statistics"]["resamples"],
        seed=EXPERIMENT["seed"],
    script:
        "../scripts/groups.py"


rule forecast:
    """Forecast what more labels would bring, and compare speakers with utterances."""
    input:
        predictions=predictions_of(VARIANTS),
        choice=once_chosen,
    output:
        [shown(path) for path in FORECASTS],
    log:
        "<logs>/forecast.log",
    benchmark:
        "<benchmarks>/forecast.tsv"
    conda:
        "../envs/experiment.yaml"
    threads: 2
    resources:
        mem_mb=by_attempt(2000, per_mb=4),
        runtime=by_attempt(10, per_mb=0.2),
    params:
        resamples=config["statistics"]["resamples"],
        seed=EXPERIMENT["seed"],
    script:
        "../scripts/forecast.py"


rule confounds:
    """Tell how far classes can be told apart by who speaks or where."""
    input:
        **{
            f"{segment}:{key}": paths
            for segment in VARIANTS
            for key, paths in features_of("1", segment, "training").items()
        },
        training="<results>/fold1/roles/training.csv",
        test=of_folds("roles/test.csv"),
        choice=once_chosen,
    output:
        confounds=shown("<results>/confounds.csv"),
    log:
        "<logs>/confounds.log",
    benchmark:
        "<benchmarks>/confounds.tsv"
    conda:
        "../envs/experiment.yaml"
    resources:
        mem_mb=by_attempt(2000, per_mb=8),
        runtime=by_attempt(10, per_mb=0.2),
    params:
        variants=VARIANTS,
        # The features of self-trained sets are those of the plain ones.
        feature_sets=list(dict.fromkeys(map(names.features, FEATURE_SETS))),
        tables=EXPERIMENT["feature_tables"],
        classes=CLASSES,
        seed=EXPERIMENT["seed"],
    script:
        "../scripts/confounds.py"
