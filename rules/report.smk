"""From results to pages: the summary, the report, and several runs side by side."""


rule summary:
    """Tell in one page what went in, what was chosen, and what came out."""
    input:
        intervals=of_variants("intervals"),
        chance=of_variants("chance"),
        conclusions=of_variants("conclusions"),
        confounds="<results>/confounds.csv",
        utterances="<results>/utterances.csv",
        rejected="<results>/rejected_counts.csv",
        segments="<results>/segments.csv" if SEGMENTS else [],
        repeated="<results>/repeats.csv" if SEGMENTS else [],
        choices=expand("<results>/autoencoders/{segment}/choice.yaml", segment=CODED),
        criteria=criteria_tables(),
        choice=once_chosen,
    output:
        summary=shown("<results>/summary.md"),
    log:
        "<logs>/summary.log",
    benchmark:
        "<benchmarks>/summary.tsv"
    conda:
        "../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(1000),
        runtime=by_attempt(10),
    params:
        corpus=config["corpus"] | {"name": folders.title_of(config)},
        metric=config["statistics"]["metric"],
        select_by=SELECT_BY,
        code=code_of("summary"),
    script:
        "../scripts/summary.py"


rule report:
    """Make the page about a run, and write down its configuration."""
    input:
        utterances="<results>/utterances.csv",
        rejected="<results>/rejected_counts.csv",
        confounds="<results>/confounds.csv",
        lengths=(
            expand("<results>/{table}.csv", table=["durations", "segments", "repeats"])
            if SEGMENTS
            else []
        ),
        intervals=of_variants("intervals"),
        chance=of_variants("chance"),
        areas=of_variants("areas"),
        conclusions=of_variants("conclusions"),
        metrics=of_autoencoders("metrics.json", *CODED),
        choices=expand("<results>/autoencoders/{segment}/choice.yaml", segment=CODED),
        criteria=criteria_tables(),
        figures=all_figures,
        features=all_features,
        choice=once_chosen,
    output:
        report=shown("<results>/report.html"),
        config=shown("<results>/config.yaml"),
    log:
        "<logs>/report.log",
    benchmark:
        "<benchmarks>/report.tsv"
    conda:
        "../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(1000),
        runtime=by_attempt(10),
    params:
        config=config,
        code=code_of("report"),
    script:
        "../scripts/report.py"


rule compare:
    """Make the page about all corpora and segment variants that have a report."""
    input:
        reports=reports_of_runs,
        configs=configs_of_runs,
    output:
        page="results/compare.html",
    log:
        "<logs>/compare.log",
    benchmark:
        "<benchmarks>/compare.tsv"
    conda:
        "../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(1000),
        runtime=by_attempt(10),
    params:
        code=code_of("compare"),
    script:
        "../scripts/compare.py"
