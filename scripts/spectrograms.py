"""Compute the spectrograms of all segments of one split and class."""

import numpy as np

from speechcodes import shards, signals, spectrograms
from speechcodes.logs import log_to

log_to(snakemake.log[0])
variant, settings = snakemake.params.variant, snakemake.params.spectrogram
rate = snakemake.params.audio["sampling_rate"]

lengths = [each.samples for each in signals.lengths(snakemake.input.signals)]
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
    description=spectrograms.description(variant),
) as file:
    shape = spectrograms.stored_shape(lengths, variant, rate, settings)
    rows = file.create_dataset("spectrograms", shape, np.float32)
    columns = spectrograms.fill(rows, computed, settings["centred"])
    shards.put(file, columns, rejected)
