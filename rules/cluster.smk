"""Whether a cluster has what the workflow needs: snakemake check_cluster."""


rule check_node:
    """Report what a node has, and how fast it reaches files."""
    output:
        report="<results>/check_cluster/node.json",
    log:
        "<logs>/check_cluster/node.log",
    benchmark:
        "<benchmarks>/check_cluster/node.tsv"
    conda:
        "../envs/experiment.yaml"
    script:
        "../scripts/check_node.py"


rule check_gpu:
    """Report what TensorFlow sees on a node with a GPU."""
    output:
        report="<results>/check_cluster/gpu.json",
    log:
        "<logs>/check_cluster/gpu.log",
    benchmark:
        "<benchmarks>/check_cluster/gpu.tsv"
    conda:
        "../envs/autoencoder.yaml"
    resources:
        mem_mb=by_attempt(4000),
        runtime=by_attempt(10),
        gpu=1,
    script:
        "../scripts/check_gpu.py"


rule check_cluster:
    """Tell what nodes with and without a GPU have, side by side."""
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
