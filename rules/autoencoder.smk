"""From spectrograms of unlabelled speech to an autoencoder, and to codes."""


rule train_autoencoder:
    """Train one autoencoder on the unlabelled split, on a GPU where there is one."""
    input:
        spectrograms=by_class("spectrograms/{segment}", "unlabelled"),
        speakers="<results>/speakers/unlabelled.csv",
    output:
        model="<results>/autoencoders/{segment}/{autoencoder}/model.keras",
        history="<results>/autoencoders/{segment}/{autoencoder}/history.csv",
        summary="<results>/autoencoders/{segment}/{autoencoder}/summary.txt",
        metrics="<results>/autoencoders/{segment}/{autoencoder}/metrics.json",
    log:
        "<logs>/autoencoders/{segment}/{autoencoder}.log",
    benchmark:
        "<benchmarks>/autoencoders/{segment}/{autoencoder}.tsv"
    conda:
        "../envs/autoencoder.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(4000),
        runtime=by_attempt(30, per_mb=0.001 * TRAINING.get("epochs", 0)),
        gpu=1,
    params:
        configuration=configuration_of,
        architecture=architecture_of,
        training=TRAINING,
        code=code_of("train_autoencoder"),
    script:
        "../scripts/train_autoencoder.py"


checkpoint select_autoencoder:
    """Choose the smallest encoder among those about as good as the best."""
    input:
        metrics=metrics_of_variant,
    output:
        choice=shown("<results>/autoencoders/{segment}/choice.yaml"),
    log:
        "<logs>/autoencoders/{segment}/select_autoencoder.log",
    benchmark:
        "<benchmarks>/autoencoders/{segment}/select_autoencoder.tsv"
    conda:
        "../envs/autoencoder.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(500),
        runtime=by_attempt(10),
    params:
        select_by=SELECT_BY,
        tolerance=TOLERANCE,
        code=code_of("select_autoencoder"),
    script:
        "../scripts/select_autoencoder.py"


rule trial:
    """Score the code of one autoencoder, for analysis alone: the choice never reads it."""
    input:
        model="<results>/autoencoders/{segment}/{autoencoder}/model.keras",
        metrics="<results>/autoencoders/{segment}/{autoencoder}/metrics.json",
        training_spectrograms=by_class("spectrograms/{segment}", "training"),
        test_spectrograms=by_class("spectrograms/{segment}", "test"),
        training="<results>/speakers/training.csv",
        test="<results>/speakers/test.csv",
    output:
        trial="<results>/autoencoders/{segment}/{autoencoder}/trial.csv",
    log:
        "<logs>/trials/{segment}/{autoencoder}.log",
    benchmark:
        "<benchmarks>/trials/{segment}/{autoencoder}.tsv"
    conda:
        "../envs/autoencoder.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(4000, per_mb=0.5),
        runtime=by_attempt(30, per_mb=minutes_of_trial),
    params:
        feature_set=TRIED_SET,
        classifiers={name: CLASSIFIERS[name] for name in TRIED_CLASSIFIERS},
        protocols={name: protocol_for(name) for name in TRIED_CLASSIFIERS},
        percentages=TRIED_PERCENTAGES,
        code=code_of("trial"),
    script:
        "../scripts/trial.py"


rule criteria:
    """Hold what is known of autoencoders without labels against what codes score."""
    input:
        metrics=metrics_of_variant,
        trials=trials_of_variant,
        choice="<results>/autoencoders/{segment}/choice.yaml",
    output:
        criteria=shown("<results>/autoencoders/{segment}/criteria.csv"),
    log:
        "<logs>/autoencoders/{segment}/criteria.log",
    benchmark:
        "<benchmarks>/autoencoders/{segment}/criteria.tsv"
    conda:
        "../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(500),
        runtime=by_attempt(10),
    params:
        metric=config["statistics"]["metric"],
        code=code_of("criteria"),
    script:
        "../scripts/criteria.py"


rule codes:
    """Encode the spectrograms of one split with the chosen encoder."""
    input:
        model=chosen_model,
        metrics=chosen_metrics,
        spectrograms=spectrograms_of_split,
    output:
        **{
            label: f"<results>/codes/{{segment}}/{{split}}/{label}.h5"
            for label in LABELS
        },
    log:
        "<logs>/codes/{segment}/{split}.log",
    benchmark:
        "<benchmarks>/codes/{segment}/{split}.tsv"
    conda:
        "../envs/autoencoder.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(4000),
        runtime=by_attempt(10, per_mb=0.01),
    params:
        code=code_of("codes"),
    script:
        "../scripts/codes.py"


rule components:
    """Find principal components of unlabelled spectrograms, as many as a code has."""
    input:
        spectrograms=by_class("spectrograms/{segment}", "unlabelled"),
        metrics=chosen_metrics,
    output:
        components="<results>/pca/{segment}/components.h5",
    log:
        "<logs>/pca/{segment}/components.log",
    benchmark:
        "<benchmarks>/pca/{segment}/components.tsv"
    conda:
        "../envs/autoencoder.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(4000),
        runtime=by_attempt(10, per_mb=0.01),
    params:
        seed=TRAINING.get("seed"),
        code=code_of("components"),
    script:
        "../scripts/components.py"


rule pca:
    """Turn the spectrograms of one split and class into principal components."""
    input:
        spectrograms="<results>/spectrograms/{segment}/{split}/{label}.h5",
        components="<results>/pca/{segment}/components.h5",
        metrics=chosen_metrics,
    output:
        features="<results>/pca/{segment}/{split}/{label}.h5",
    log:
        "<logs>/pca/{segment}/{split}/{label}.log",
    benchmark:
        "<benchmarks>/pca/{segment}/{split}/{label}.tsv"
    conda:
        "../envs/autoencoder.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(1000),
        runtime=by_attempt(5, per_mb=0.005),
    params:
        code=code_of("pca"),
    script:
        "../scripts/pca.py"
