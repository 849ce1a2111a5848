"""From tables to figures, each in all of FORMATS: pictures, and the numbers behind."""


rule figure_durations:
    """Draw how long utterances are, per split and class."""
    input:
        durations="<results>/durations.csv",
    output:
        drawn("<results>/figures/durations"),
    log:
        "<logs>/figures/durations.log",
    benchmark:
        "<benchmarks>/figures/durations.tsv"
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
        drawn("<results>/figures/share_kept"),
    log:
        "<logs>/figures/share_kept.log",
    benchmark:
        "<benchmarks>/figures/share_kept.tsv"
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
        histories=histories_of_variant,
        choice="<results>/autoencoders/{segment}/choice.yaml",
    output:
        drawn("<results>/figures/{segment}/losses"),
    log:
        "<logs>/figures/{segment}/losses.log",
    benchmark:
        "<benchmarks>/figures/{segment}/losses.tsv"
    conda:
        "../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(1000),
        runtime=by_attempt(10),
    params:
        architectures=architectures_of,
        note=NOTE,
        code=code_of("figure_losses"),
    script:
        "../scripts/figure_losses.py"


rule figure_loss_against_parameters:
    """Draw the validation loss of every autoencoder against its size."""
    input:
        metrics=metrics_of_variant,
        choice="<results>/autoencoders/{segment}/choice.yaml",
    output:
        drawn("<results>/figures/{segment}/loss_against_parameters"),
    log:
        "<logs>/figures/{segment}/loss_against_parameters.log",
    benchmark:
        "<benchmarks>/figures/{segment}/loss_against_parameters.tsv"
    conda:
        "../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(1000),
        runtime=by_attempt(10),
    params:
        select_by=SELECT_BY,
        tolerance=TOLERANCE,
        note=NOTE,
        code=code_of("figure_loss_against_parameters"),
    script:
        "../scripts/figure_loss_against_parameters.py"


rule figure_criteria:
    """Draw what codes score against what is known of them without labels."""
    input:
        criteria="<results>/autoencoders/{segment}/criteria.csv",
    output:
        drawn("<results>/figures/{segment}/criteria"),
    log:
        "<logs>/figures/{segment}/criteria.log",
    benchmark:
        "<benchmarks>/figures/{segment}/criteria.tsv"
    conda:
        "../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(1000),
        runtime=by_attempt(10),
    params:
        select_by=SELECT_BY,
        note=NOTE,
        code=code_of("figure_criteria"),
    script:
        "../scripts/figure_criteria.py"


rule figure_reconstructions:
    """Draw test spectrograms beside what the chosen autoencoder makes of them."""
    input:
        model=chosen_model,
        spectrograms=by_class("spectrograms/{segment}", "test"),
    output:
        drawn("<results>/figures/{segment}/reconstructions"),
    log:
        "<logs>/figures/{segment}/reconstructions.log",
    benchmark:
        "<benchmarks>/figures/{segment}/reconstructions.tsv"
    conda:
        "../envs/autoencoder.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(4000),
        runtime=by_attempt(10, per_mb=0.01),
    params:
        spectrogram=spectrogram_of,
        sampling_rate=config["audio"]["sampling_rate"],
        note=NOTE,
        code=code_of("figure_reconstructions"),
    script:
        "../scripts/figure_reconstructions.py"


rule figure_codes:
    """Draw codes of training and test segments in a plane, by class and by speaker."""
    input:
        training=codes_of("training"),
        test=codes_of("test"),
        training_speakers="<results>/speakers/training.csv",
        test_speakers="<results>/speakers/test.csv",
        choice=once_chosen_here,
    output:
        drawn("<results>/figures/{segment}/codes"),
    log:
        "<logs>/figures/{segment}/codes.log",
    benchmark:
        "<benchmarks>/figures/{segment}/codes.tsv"
    conda:
        "../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(1000),
        runtime=by_attempt(10),
    params:
        note=NOTE,
        code=code_of("figure_codes"),
    script:
        "../scripts/figure_codes.py"


rule figure_learning_curve:
    """Draw the learning curve of one classifier."""
    input:
        intervals="<results>/statistics/{segment}/intervals.csv",
        chance="<results>/statistics/{segment}/chance.csv",
        choice=once_chosen_here,
    output:
        drawn("<results>/figures/{segment}/learning_curve_{classifier}"),
    log:
        "<logs>/figures/{segment}/learning_curve_{classifier}.log",
    benchmark:
        "<benchmarks>/figures/{segment}/learning_curve_{classifier}.tsv"
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
        drawn("<results>/figures/{segment}/learning_curves"),
    log:
        "<logs>/figures/{segment}/learning_curves.log",
    benchmark:
        "<benchmarks>/figures/{segment}/learning_curves.tsv"
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
        scores="<results>/scores.csv",
        choice=once_chosen_here,
    output:
        drawn("<results>/figures/{segment}/differences"),
    log:
        "<logs>/figures/{segment}/differences.log",
    benchmark:
        "<benchmarks>/figures/{segment}/differences.tsv"
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


rule figure_confusions:
    """Draw which classes are taken for which, with few labels and with all."""
    input:
        confusions="<results>/confusions.csv",
        intervals="<results>/statistics/{segment}/intervals.csv",
        choice=once_chosen_here,
    output:
        drawn("<results>/figures/{segment}/confusions"),
    log:
        "<logs>/figures/{segment}/confusions.log",
    benchmark:
        "<benchmarks>/figures/{segment}/confusions.tsv"
    conda:
        "../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(1000),
        runtime=by_attempt(10),
    params:
        note=NOTE,
        code=code_of("figure_confusions"),
    script:
        "../scripts/figure_confusions.py"


rule figure_study:
    """Draw published, recomputed and corrected curves over each other."""
    input:
        scores="<results>/scores.csv",
        intervals="<results>/statistics/{segment}/intervals.csv",
        published=list(EXPERIMENT["published"].values()),
        choice=once_chosen_here,
    output:
        drawn("<results>/figures/{segment}/study"),
    log:
        "<logs>/figures/{segment}/study.log",
    benchmark:
        "<benchmarks>/figures/{segment}/study.tsv"
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
        drawn("<results>/figures/confounds"),
    log:
        "<logs>/figures/confounds.log",
    benchmark:
        "<benchmarks>/figures/confounds.tsv"
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


rule figure_times:
    """Draw what the time of a run went into, once all else is done."""
    input:
        all_that_takes_time,
        choice=once_chosen,
    output:
        drawn("<results>/figures/times"),
    log:
        "<logs>/figures/times.log",
    benchmark:
        "<benchmarks>/figures/times.tsv"
    conda:
        "../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(1000),
        runtime=by_attempt(10),
    params:
        benchmarks=f"benchmarks/{RUN}",
        patterns=benchmarks_of_rules,
        note=NOTE,
        code=code_of("figure_times"),
    script:
        "../scripts/figure_times.py"
