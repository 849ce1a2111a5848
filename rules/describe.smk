"""How large a run would be, asked before it starts: snakemake describe."""


rule describe:
    """Print the size of a run: utterances, segments, jobs and disk."""
    log:
        "<logs>/describe.log",
    conda:
        "../envs/describe.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(1000),
        runtime=by_attempt(10),
    params:
        utterances=utterances_by_group,
        audio=audio_to_look_into,
        autoencoders={
            segment: [vars(each) for each in of_variant.values()]
            for segment, of_variant in AUTOENCODERS.items()
        },
        architectures=ARCHITECTURES,
        snakemake=[sys.executable, "-m", "snakemake", "-s", workflow.main_snakefile],
        code=code_of("describe"),
    script:
        "../scripts/describe.py"
