"""Compute the spectrograms of all segments of one split and class."""

import numpy as np

from speechcodes import shards, signals, spectrograms
from speechcodes.audio import count_segments
from speechcodes.logs import log_to

log_to(snakemake.log[0])
variant, settings = snakemake.params.variant, snakemake.params.spectrogram
rate = snakemake.params.audio["sampling_rate"]

n = sum(
    count_segments(length.samples, variant["samples"], variant["short_signals"])
    for length in signals.lengths(snakemake.input.signals)
)
shape = spectrograms.shape(
    variant["samples"], rate, settings["window"], settings["step"]
)
rejected = []
computed = signals.compute_each(
    snakemake.input.signals,
    lambda signal: spectrograms.of_segments(signal, variant, rate, settings),
    rejected,
)
with shards.create(
    snakemake.output.features,
    parameters={
        **snakemake.wildcards,
        "audio": snakemake.params.audio,
        "segments": variant,
        "spectrogram": settings,
    },
    libraries=["numpy", "soundfile", "soxr"],
    description=(
        "spectrograms: (n, frames, bins) magnitude spectrograms of segments, those of "
        "pyAudioAnalysis; utterance: (n,) id; segment: (n,) number of the segment in "
        "its utterance"
    ),
) as file:
    rows = file.create_dataset("spectrograms", (n, *shape), np.float32)
    utterance, segment = [], []
    for name, values in computed:
        rows[len(segment) : len(segment) + len(values)] = values
        utterance += [name] * len(values)
        segment += range(len(values))
    columns = {
        "utterance": np.array(utterance, dtype=object),
        "segment": np.array(segment, dtype=int),
    }
    shards.put(file, columns, rejected)
