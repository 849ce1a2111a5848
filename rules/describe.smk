"""How large a run would be, asked before it starts: snakemake describe."""


rule describe:
    """Print the size of a run: utterances, folds, what is left out, jobs and disk."""
    log:
        "<logs>/describe.log",
    localrule: True
    conda:
        "../envs/describe.yaml"
    params:
        utterances=lambda wildcards: PLAN.utterances(),
        rejected=lambda wildcards: PLAN.rejected(),
        folds=list(FOLDS.values()),
        autoencoders={
            segment: {name: vars(each) for name, each in of_variant.items()}
            for segment, of_variant in AUTOENCODERS.items()
        },
        architectures=ARCHITECTURES,
        snakefile=workflow.main_snakefile,
        given=GIVEN,
    script:
        "../scripts/describe.py"
