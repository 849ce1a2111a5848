"""From features to predictions, scores, statistics and conclusions over all folds."""

from itertools import pairwise

from speechcodes.experiment import batches

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

# A corpus of feature tables has no such section.
LABELLING = config.get("next_to_label", {})
# Up to which percentages it is tried whether choosing what to label helps, and from
# which; of all utterances there is no choice.
STEPS = {
    after: before
    for before, after in pairwise(PERCENTAGES)
    if after < 100 and EXPERIMENT["protocol"] == "robust"
}
# The variants that it is tried for: where something has no label.
SIMULATED = (
    VARIANTS if STEPS and any(part and not label for part, label in PLAN.found) else []
)
#: Of each of them, whether choice beats labelling at random, and what to label next.
#: That list takes what is learned from all speech, as the predictor does.
LABELLING_TABLES = [
    *expand("<results>/statistics/{segment}/next_to_label.csv", segment=SIMULATED),
    *(["<results>/next_to_label.csv"] if SIMULATED and PREDICTOR.get("in_all") else []),
]


#: Training utterances of the fold with most.
MOST_LABELS = max(
    sum(n for (part, label), n in PLAN.found.items() if label and part in fold.training)
    for fold in FOLDS.values()
)


def seconds_for(classifier):
    """A function that estimates the seconds a percentage takes, of all feature sets."""
    thousands = len(FEATURE_SETS) * MOST_LABELS / 1000
    each = names.CLASSIFIERS[classifier].seconds * thousands
    return lambda percentage: each * fits_for(classifier, percentage)


#: Percentages that share a job, of each classifier.
BATCHES = {
    classifier: batches.batches(PERCENTAGES, seconds_for(classifier))
    for classifier in CLASSIFIERS
}


def predictions_of(variants):
    """Predictions of every fold, classifier and percentage, of some variants."""
    return of_folds(
        "predictions/{segment}/{batch}.h5",
        segment=variants,
        batch=[f"{name}/{each}" for name in CLASSIFIERS for each in BATCHES[name]],
    )


def percentages_of(wildcards):
    """The percentages of one job."""
    known = BATCHES[wildcards.classifier]
    if wildcards.percentages not in known:
        raise WorkflowError(
            f"{wildcards.classifier} has no job for {wildcards.percentages} %; there are "
            f"{', '.join(known)}"
        )
    return known[wildcards.percentages]


rule predictions:
    """Train one classifier on draws of some percentages; predict a fold's test parts."""
    input:
        unpack(lambda w: features_of(w.fold, w.segment, "training", "test")),
        training="<results>/fold{fold}/roles/training.csv",
        test="<results>/fold{fold}/roles/test.csv",
        choice=once_chosen,
    output:
        predictions="<results>/fold{fold}/predictions/{segment}/{classifier}/{percentages}.h5",
    log:
        "<logs>/fold{fold}/predictions/{segment}/{classifier}/{percentages}.log",
    benchmark:
        "<benchmarks>/fold{fold}/predictions/{segment}/{classifier}/{percentages}.tsv"
    conda:
        "../envs/experiment.yaml"
    resources:
        mem_mb=by_attempt(2000, per_mb=8),
        runtime=by_attempt(
            5, per_mb=lambda w: minutes_for(w.classifier, percentages_of(w))
        ),
    params:
        feature_sets=FEATURE_SETS,
        classes=CLASSES,
        percentages=percentages_of,
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
    """Compute intervals of scores, chance and differences, and draw conclusions."""
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
    """Score the best feature set and classifier for each group."""
    input:
        ranking="<results>/statistics/{segment}/ranking.csv",
        predictions=lambda w: of_folds(
            "predictions/{segment}/{batch}.h5",
            segment=w.segment,
            batch=[f"{name}/{[*BATCHES[name]][-1]}" for name in CLASSIFIERS],
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
        percentage=PERCENTAGES[-1],
        metric=config["statistics"]["metric"],
        resamples=config["statistics"]["resamples"],
        seed=EXPERIMENT["seed"],
    script:
        "../scripts/groups.py"


rule forecast:
    """Forecast the gain from more labels, and compare more speakers with more utterances."""
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
    """Measure how far classes can be told apart by speaker or session."""
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


rule simulate_labelling:
    """Label more of a fold's training speech, by choice and at random, and predict."""
    input:
        unpack(lambda w: features_of(w.fold, w.segment, "training", "test")),
        intervals="<results>/statistics/{segment}/intervals.csv",
        training="<results>/fold{fold}/roles/training.csv",
        test="<results>/fold{fold}/roles/test.csv",
        choice=lambda wildcards: once_chosen({}),
    output:
        predictions="<results>/fold{fold}/labelling/{segment}/{percentage}.h5",
    log:
        "<logs>/fold{fold}/labelling/{segment}/{percentage}.log",
    benchmark:
        "<benchmarks>/fold{fold}/labelling/{segment}/{percentage}.tsv"
    conda:
        "../envs/experiment.yaml"
    resources:
        mem_mb=by_attempt(2000, per_mb=8),
        # Of the classifier that takes longest: one fit to choose by, and one of each way.
        runtime=by_attempt(
            10,
            per_mb=lambda w: 3
            * max(minutes_for(name, [int(w.percentage)]) for name in CLASSIFIERS),
        ),
    params:
        feature_sets=FEATURE_SETS,
        classes=CLASSES,
        classifiers=CLASSIFIERS,
        protocols={name: protocol_for(name) for name in CLASSIFIERS},
        labelled=lambda wildcards: STEPS[int(wildcards.percentage)],
        metric=config["statistics"]["metric"],
        wanted=WANTED,
        most_per_speaker=LABELLING.get("most_per_speaker"),
    script:
        "../scripts/simulate_labelling.py"


rule compare_labelling:
    """Test whether labelling by choice beats labelling at random."""
    input:
        predictions=of_folds("labelling/{{segment}}/{percentage}.h5", percentage=STEPS),
        intervals="<results>/statistics/{segment}/intervals.csv",
        choice=lambda wildcards: once_chosen({}),
    output:
        table=shown("<results>/statistics/{segment}/next_to_label.csv"),
    log:
        "<logs>/compare_labelling/{segment}.log",
    benchmark:
        "<benchmarks>/compare_labelling/{segment}.tsv"
    conda:
        "../envs/experiment.yaml"
    resources:
        mem_mb=by_attempt(2000, per_mb=4),
        runtime=by_attempt(10, per_mb=0.2),
    params:
        steps=STEPS,
        metric=config["statistics"]["metric"],
        resamples=config["statistics"]["resamples"],
        wanted=WANTED,
        seed=EXPERIMENT["seed"],
    script:
        "../scripts/compare_labelling.py"


def simulations(wildcards):
    """Whether choice beats random labelling in each variant, where this is tested."""
    if not (SEGMENTS and STEPS):
        raise WorkflowError(
            "next_to_label needs segments of audio, experiment.protocol: robust, and "
            "two experiment.percentages below 100"
        )
    return expand("<results>/statistics/{segment}/next_to_label.csv", segment=VARIANTS)


rule next_to_label:
    """List the utterances without a label in the order in which to label them."""
    input:
        **{
            f"{segment}:{key}": paths
            for segment in VARIANTS
            for key, paths in features_of("0", segment, "training", "test").items()
        },
        training="<results>/fold0/roles/training.csv",
        test="<results>/fold0/roles/test.csv",
        utterances="<results>/utterances.csv",
        intervals=expand(
            "<results>/statistics/{segment}/intervals.csv", segment=VARIANTS
        ),
        simulated=simulations,
        choice=once_chosen,
        choice_of_all=lambda wildcards: once_chosen({"fold": "0"}),
    output:
        order=shown("<results>/next_to_label.csv"),
    log:
        "<logs>/next_to_label.log",
    benchmark:
        "<benchmarks>/next_to_label.tsv"
    conda:
        "../envs/experiment.yaml"
    resources:
        mem_mb=by_attempt(2000, per_mb=8),
        runtime=by_attempt(10, per_mb=0.5),
    params:
        **LABELLING,
        classes=CLASSES,
        classifiers=CLASSIFIERS,
        protocols={name: protocol_for(name) for name in CLASSIFIERS},
        metric=config["statistics"]["metric"],
        wanted=WANTED,
    script:
        "../scripts/next_to_label.py"
