"""Whether a cluster has what the workflow needs: snakemake check_cluster."""


rule check_node:
    """Report the software and devices of a node, and how fast it reaches files."""
    output:
        report="<results>/check_cluster/node.json",
    log:
        "<logs>/check_cluster/node.log",
    benchmark:
        "<benchmarks>/check_cluster/node.tsv"
    conda:
        "../envs/autoencoder.yaml"
    script:
        "../scripts/check_node.py"


use rule check_node as check_gpu with:
    output:
        report="<results>/check_cluster/gpu.json",
    log:
        "<logs>/check_cluster/gpu.log",
    benchmark:
        "<benchmarks>/check_cluster/gpu.tsv"
    resources:
        mem_mb=by_attempt(4000),
        gpu=1,
    params:
        tensorflow=True,


rule check_cluster:
    """Print the reports of nodes with and without a GPU side by side."""
    input:
        node="<results>/check_cluster/node.json",
        gpu="<results>/check_cluster/gpu.json",
    output:
        report="<results>/check_cluster/report.md",
    log:
        "<logs>/check_cluster/report.log",
    benchmark:
        "<benchmarks>/check_cluster/report.tsv"
    localrule: True
    conda:
        "../envs/experiment.yaml"
    script:
        "../scripts/check_cluster.py"
