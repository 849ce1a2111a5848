"""From audio to features in shards, one job per split, class and shard."""


rule midterm:
    """Compute the mid-term features of one shard's utterances."""
    input:
        audio=audio_of_shard,
    output:
        shard="<results>/midterm/{split}/{label}/{shard}.h5",
    log:
        "<logs>/midterm/{split}/{label}/{shard}.log",
    benchmark:
        "<benchmarks>/midterm/{split}/{label}/{shard}.tsv"
    conda:
        "../envs/audio.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(1000),
        runtime=by_attempt(30),
    params:
        audio=READING,
        midterm=config["features"]["midterm"],
        code=code_of("midterm"),
    script:
        "../scripts/midterm.py"


rule spectrograms:
    """Compute the spectrograms of all segments of one shard's utterances."""
    input:
        audio=audio_of_shard,
    output:
        shard="<results>/spectrograms/{segment}/{split}/{label}/{shard}.h5",
    log:
        "<logs>/spectrograms/{segment}/{split}/{label}/{shard}.log",
    benchmark:
        "<benchmarks>/spectrograms/{segment}/{split}/{label}/{shard}.tsv"
    conda:
        "../envs/audio.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(1000),
        runtime=by_attempt(30),
    params:
        audio=READING,
        variant=variant_of,
        spectrogram=config["features"]["spectrogram"],
        code=code_of("spectrograms"),
    script:
        "../scripts/spectrograms.py"
