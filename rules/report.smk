"""From results to pages: the summary, the report, and several runs side by side."""

#: What both pages are made from, besides the configuration.
TOLD = {
    "utterances": ["<results>/utterances.csv"],
    "rejected": ["<results>/rejected_counts.csv"],
    "tables": expand("<results>/{name}.csv", name=["confounds", "confusions"]),
    "lengths": expand(
        "<results>/{table}.csv",
        table=["durations", "segments", "duplicates"] if SEGMENTS else [],
    ),
    "roles": of_folds("roles/{role}.csv", role=ROLES if LEARNS else ROLES[::2]),
    "statistics": [*STATISTICS, *FORECASTS],
    "choices": of_folds("autoencoders/{segment}/choice.yaml", segment=CODED),
    "criteria": of_folds("autoencoders/{segment}/criteria.csv", segment=TRIED),
    # What not every run has.
    "of_some": [
        *kept_after_rungs(FOLDS),
        *expand(
            "<results>/statistics/{segment}/groups.csv",
            segment=VARIANTS if GROUPS else [],
        ),
        *LABELLING_TABLES,
        *ALL_LABELLED,
    ],
}


def of_all_trained(*files):
    """Some files of every autoencoder that is trained to the end."""
    return [
        path
        for segment in CODED
        for fold in FOLDS
        for path in of_trained(fold, segment, *files)
    ]


def all_features(wildcards):
    """Every feature, model and prediction, so that a lost file is made again.

    Snakemake does not look for what only lies on the way to a target.
    """
    files = [*sum(map(shards, FUNCTIONALS), []), *predictions_of(VARIANTS)]
    for segment in SEGMENTS:
        files += shards(f"spectrograms/{segment}")
        for fold in FOLDS:
            for paths in features_of(fold, segment, "training", "test").values():
                files += paths if isinstance(paths, list) else []
    return list(dict.fromkeys([*files, *of_all_trained("model.keras", "history.csv")]))


def all_tables(wildcards):
    """Every table, so that one that is lost, or whose job was killed, is made again."""
    tables = expand("<results>/{name}.csv", name=["rejected", "scores"])
    known = of_all_trained("metrics.json", *(["trial.csv"] if TRIED else []))
    return [*sum(TOLD.values(), []), *tables, *known]


rule report:
    """Write the report, as a page and as plain text."""
    input:
        **TOLD,
        metrics=lambda wildcards: of_all_trained("metrics.json"),
        figures=lambda wildcards: [
            *all_figures(wildcards),
            *multiext("<results>/figures/times", *FORMATS),
        ],
        features=all_features,
        once=once_chosen,
    output:
        report=shown("<results>/report.html"),
        summary=shown("<results>/summary.md"),
        config=shown("<results>/config.yaml"),
    log:
        "<logs>/report.log",
    benchmark:
        "<benchmarks>/report.tsv"
    localrule: True
    conda:
        "../envs/report.yaml"
    params:
        config=config,
    script:
        "../scripts/report.py"


def runs_to_compare(file):
    """One file of all corpora that have a report, this configuration's or another's."""
    return lambda wildcards: [
        str(run / file) for run in from_user(folders.find, "results")
    ]


rule compare:
    """Make the page about all corpora and segment variants that have a report."""
    input:
        reports=runs_to_compare("report.html"),
        configs=runs_to_compare("config.yaml"),
    output:
        page="results/compare.html",
    log:
        "<logs>/compare.log",
    benchmark:
        "<benchmarks>/compare.tsv"
    localrule: True
    conda:
        "../envs/report.yaml"
    script:
        "../scripts/compare.py"
