"""From tables to figures; the ending of a target chooses png, svg or pdf."""


rule figure_durations:
    """Draw how long utterances are, per split and class."""
    input:
        durations="<results>/durations.csv",
    output:
        figure="<results>/figures/durations.{format}",
    log:
        "<logs>/figures/durations.{format}.log",
    benchmark:
        "<benchmarks>/figures/durations.{format}.tsv"
    conda:
        "../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(1000),
        runtime=by_attempt(10),
    params:
        segments=SEGMENTS,
        sampling_rate=config["audio"]["sampling_rate"],
        note=NOTE,
        code=code_of("figure_durations"),
    script:
        "../scripts/figure_durations.py"


rule figure_share_kept:
    """Draw the share of utterances that a minimum length keeps."""
    input:
        durations="<results>/durations.csv",
    output:
        figure="<results>/figures/share_kept.{format}",
    log:
        "<logs>/figures/share_kept.{format}.log",
    benchmark:
        "<benchmarks>/figures/share_kept.{format}.tsv"
    conda:
        "../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(1000),
        runtime=by_attempt(10),
    params:
        segments=SEGMENTS,
        sampling_rate=config["audio"]["sampling_rate"],
        note=NOTE,
        code=code_of("figure_share_kept"),
    script:
        "../scripts/figure_share_kept.py"


rule figure_losses:
    """Draw the loss of every autoencoder over its epochs, by architecture."""
    input:
        histories=expand(
            "<results>/autoencoders/{{segment}}/{autoencoder}/history.csv",
            autoencoder=AUTOENCODERS,
        ),
        choice="<results>/autoencoders/{segment}/choice.yaml",
    output:
        figure="<results>/figures/{segment}/losses.{format}",
    log:
        "<logs>/figures/{segment}/losses.{format}.log",
    benchmark:
        "<benchmarks>/figures/{segment}/losses.{format}.tsv"
    conda:
        "../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(1000),
        runtime=by_attempt(10),
    params:
        architectures={name: a.architecture for name, a in AUTOENCODERS.items()},
        note=NOTE,
        code=code_of("figure_losses"),
    script:
        "../scripts/figure_losses.py"


rule figure_loss_against_parameters:
    """Draw the validation loss of every autoencoder against its size."""
    input:
        metrics=expand(
            "<results>/autoencoders/{{segment}}/{autoencoder}/metrics.json",
            autoencoder=AUTOENCODERS,
        ),
        choice="<results>/autoencoders/{segment}/choice.yaml",
    output:
        figure="<results>/figures/{segment}/loss_against_parameters.{format}",
    log:
        "<logs>/figures/{segment}/loss_against_parameters.{format}.log",
    benchmark:
        "<benchmarks>/figures/{segment}/loss_against_parameters.{format}.tsv"
    conda:
        "../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(1000),
        runtime=by_attempt(10),
    params:
        tolerance=TOLERANCE,
        note=NOTE,
        code=code_of("figure_loss_against_parameters"),
    script:
        "../scripts/figure_loss_against_parameters.py"


rule figure_reconstructions:
    """Draw test spectrograms beside what the chosen autoencoder makes of them."""
    input:
        model=chosen_model,
        spectrograms=by_class("spectrograms/{segment}", "test"),
    output:
        figure="<results>/figures/{segment}/reconstructions.{format}",
    log:
        "<logs>/figures/{segment}/reconstructions.{format}.log",
    benchmark:
        "<benchmarks>/figures/{segment}/reconstructions.{format}.tsv"
    conda:
        "../envs/autoencoder.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(4000),
        runtime=by_attempt(10),
    params:
        step=config["features"]["spectrogram"]["step"],
        scale=config["features"]["spectrogram"]["scale"],
        sampling_rate=config["audio"]["sampling_rate"],
        note=NOTE,
        code=code_of("figure_reconstructions"),
    script:
        "../scripts/figure_reconstructions.py"


rule figure_learning_curve:
    """Draw the learning curve of one classifier."""
    input:
        intervals="<results>/statistics/{segment}/intervals.csv",
        chance="<results>/statistics/{segment}/chance.csv",
        choice=once_chosen_here,
    output:
        figure="<results>/figures/{segment}/learning_curve_{classifier}.{format}",
    log:
        "<logs>/figures/{segment}/learning_curve_{classifier}.{format}.log",
    benchmark:
        "<benchmarks>/figures/{segment}/learning_curve_{classifier}.{format}.tsv"
    conda:
        "../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(1000),
        runtime=by_attempt(10),
    params:
        metric=config["statistics"]["metric"],
        note=NOTE,
        code=code_of("figure_learning_curve"),
    script:
        "../scripts/figure_learning_curve.py"


rule figure_learning_curves:
    """Draw the learning curves of all classifiers side by side."""
    input:
        intervals="<results>/statistics/{segment}/intervals.csv",
        chance="<results>/statistics/{segment}/chance.csv",
        choice=once_chosen_here,
    output:
        figure="<results>/figures/{segment}/learning_curves.{format}",
    log:
        "<logs>/figures/{segment}/learning_curves.{format}.log",
    benchmark:
        "<benchmarks>/figures/{segment}/learning_curves.{format}.tsv"
    conda:
        "../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(1000),
        runtime=by_attempt(10),
    params:
        metric=config["statistics"]["metric"],
        note=NOTE,
        code=code_of("figure_learning_curves"),
    script:
        "../scripts/figure_learning_curves.py"


rule figure_differences:
    """Draw by how much feature sets are ahead of the first."""
    input:
        intervals="<results>/statistics/{segment}/intervals.csv",
        differences="<results>/statistics/{segment}/differences.csv",
        choice=once_chosen_here,
    output:
        figure="<results>/figures/{segment}/differences.{format}",
    log:
        "<logs>/figures/{segment}/differences.{format}.log",
    benchmark:
        "<benchmarks>/figures/{segment}/differences.{format}.tsv"
    conda:
        "../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(1000),
        runtime=by_attempt(10),
    params:
        metric=config["statistics"]["metric"],
        note=NOTE,
        code=code_of("figure_differences"),
    script:
        "../scripts/figure_differences.py"


rule figure_study:
    """Draw published, recomputed and corrected curves over each other."""
    input:
        scores="<results>/scores.csv",
        published=list(EXPERIMENT["published"].values()),
        choice=once_chosen_here,
    output:
        figure="<results>/figures/{segment}/study.{format}",
    log:
        "<logs>/figures/{segment}/study.{format}.log",
    benchmark:
        "<benchmarks>/figures/{segment}/study.{format}.tsv"
    conda:
        "../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(1000),
        runtime=by_attempt(10),
    params:
        classifiers=list(EXPERIMENT["published"]),
        note=NOTE,
        code=code_of("figure_study"),
    script:
        "../scripts/figure_study.py"


rule figure_confounds:
    """Draw how far classes can be told apart by who speaks or where."""
    input:
        confounds="<results>/confounds.csv",
        choice=once_chosen,
    output:
        figure="<results>/figures/confounds.{format}",
    log:
        "<logs>/figures/confounds.{format}.log",
    benchmark:
        "<benchmarks>/figures/confounds.{format}.tsv"
    conda:
        "../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(1000),
        runtime=by_attempt(10),
    params:
        note=NOTE,
        code=code_of("figure_confounds"),
    script:
        "../scripts/figure_confounds.py"
