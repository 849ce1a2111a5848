"""From audio to signals in shards, and from them to features by split and class."""


rule signals:
    """Read and resample the audio of one shard's utterances."""
    input:
        audio=audio_of_shard,
    output:
        shard="<results>/signals/{split}/{label}/{shard}.h5",
    log:
        "<logs>/signals/{split}/{label}/{shard}.log",
    benchmark:
        "<benchmarks>/signals/{split}/{label}/{shard}.tsv"
    conda:
        "../envs/audio.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(1000),
        runtime=by_attempt(3),
    params:
        audio=READING,
        code=code_of("signals"),
    script:
        "../scripts/signals.py"


rule midterm:
    """Compute the mid-term features of one split and class."""
    input:
        signals=signals_of_class,
    output:
        features="<results>/midterm/{split}/{label}.h5",
    log:
        "<logs>/midterm/{split}/{label}.log",
    benchmark:
        "<benchmarks>/midterm/{split}/{label}.tsv"
    conda:
        "../envs/audio.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(1000),
        runtime=by_attempt(5, per_mb=0.005),
    params:
        audio=READING,
        reading=reading_of_class,
        midterm=config["features"]["midterm"],
        code=code_of("midterm"),
    script:
        "../scripts/midterm.py"


rule spectrograms:
    """Compute the spectrograms of all segments of one split and class."""
    input:
        signals=signals_of_class,
    output:
        features="<results>/spectrograms/{segment}/{split}/{label}.h5",
    log:
        "<logs>/spectrograms/{segment}/{split}/{label}.log",
    benchmark:
        "<benchmarks>/spectrograms/{segment}/{split}/{label}.tsv"
    conda:
        "../envs/audio.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(1000),
        runtime=by_attempt(5, per_mb=0.005),
    params:
        audio=READING,
        reading=reading_of_class,
        variant=variant_of,
        spectrogram=spectrogram_of,
        code=code_of("spectrograms"),
    script:
        "../scripts/spectrograms.py"


rule pooled:
    """Pool the spectrograms of one split and class over time."""
    input:
        spectrograms="<results>/spectrograms/{segment}/{split}/{label}.h5",
    output:
        features="<results>/pooled/{segment}/{split}/{label}.h5",
    log:
        "<logs>/pooled/{segment}/{split}/{label}.log",
    benchmark:
        "<benchmarks>/pooled/{segment}/{split}/{label}.tsv"
    conda:
        "../envs/autoencoder.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(1000),
        runtime=by_attempt(5, per_mb=0.005),
    params:
        centred=centred,
        code=code_of("pooled"),
    script:
        "../scripts/pooled.py"
