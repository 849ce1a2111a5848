"""Compute the spectrograms of all segments of one shard's utterances."""

import numpy as np

from speechcodes import audio, shards, spectrograms
from speechcodes.logs import log_to

log_to(snakemake.log[0])
reading, variant = snakemake.params.audio, snakemake.params.variant
settings, rate = snakemake.params.spectrogram, reading["sampling_rate"]

results, rejected = audio.compute_each(
    snakemake.input.audio,
    lambda signal: spectrograms.of_segments(signal, variant, rate, settings),
    rate,
    reading["silent_below_db"],
)
shape = spectrograms.shape(
    variant["samples"], rate, settings["window"], settings["step"]
)
counts = [len(rows) for rows in results.values()]
shards.write(
    snakemake.output.shard,
    {
        "spectrograms": np.concatenate(
            [np.empty((0, *shape), dtype=np.float32), *results.values()]
        ),
        "utterance": np.repeat(np.array(list(results), dtype=object), counts),
        "segment": np.concatenate([np.arange(0), *map(np.arange, counts)]),
    },
    rejected=rejected,
    parameters={
        **snakemake.wildcards,
        "audio": reading,
        "segments": variant,
        "spectrogram": settings,
    },
    libraries=["pyAudioAnalysis", "numpy", "soundfile", "soxr"],
    description=(
        "spectrograms: (n, frames, bins) magnitude spectrograms of segments as "
        "pyAudioAnalysis computes them; utterance: (n,) id; segment: (n,) number of "
        "the segment in its utterance"
    ),
)
