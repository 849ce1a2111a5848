"""Compute the spectrograms of all segments of one shard of signals."""

import numpy as np

from speechcodes.features import signals, spectrograms
from speechcodes.operations.logs import log_to
from speechcodes.storage import hdf5

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
with hdf5.create(
    snakemake.output.features,
    parameters={
        **snakemake.wildcards,
        "audio": snakemake.params.audio,
        "segments": variant,
        "spectrogram": settings,
    },
    libraries=["numpy", "soundfile", "soxr"],
    description=(
        "spectrograms: (n, frames, bins) of segments or, of whole utterances, (all "
        "frames, bins) one after the other, frames: (n,) number of frames of each; "
        "utterance: (n,) id; segment: (n,) number of the segment in its utterance; "
        "mean: (n, bins) what was taken out of each segment, if centred"
    ),
) as file:
    shape = spectrograms.stored_shape(lengths, variant, rate, settings)
    rows = file.create_dataset("spectrograms", shape, np.float32)
    columns = spectrograms.fill(rows, computed, settings["centred"])
    hdf5.put(file, columns, rejected)
