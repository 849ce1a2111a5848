"""Compute the spectrograms of all segments of one shard of signals."""

import numpy as np

from speechcodes.features import channels, pitch, signals, spectrograms
from speechcodes.operations.logs import log_to
from speechcodes.storage import hdf5

log_to(snakemake.log[0])
variant, settings = snakemake.params.variant, snakemake.params.spectrogram
rate = snakemake.params.audio["sampling_rate"]

beside = channels.beside(snakemake.params.input)
contours = pitch.Stored(snakemake.input.pitch) if beside else {}


def pitch_of(utterance, frames):
    """Channels of pitch beside an utterance's frames."""
    timing = pitch.timing(settings, rate)
    return pitch.channels(*contours[utterance], frames, *timing)


def compute(signal):
    """Spectrograms of an utterance, if it is not too short for any channel."""
    if beside:
        pitch.check_length(signal, rate)
    return spectrograms.of_segments(signal, variant, rate, settings)


lengths = [each.samples for each in signals.lengths(snakemake.input.signals)]
if beside:
    lengths = [samples for samples in lengths if samples >= pitch.shortest(rate)]
rejected = []
computed = signals.compute_each(snakemake.input.signals, compute, rejected)
with hdf5.create(
    snakemake.output.features,
    parameters={
        **snakemake.wildcards,
        "audio": snakemake.params.audio,
        "segments": variant,
        "spectrogram": settings,
        "input": list(snakemake.params.input),
    },
    libraries=["numpy", "soundfile", "soxr"],
    description=(
        "spectrograms: (n, frames, bins) of segments or, of whole utterances, (all "
        "frames, bins) one after the other; if the input includes pitch, the last bins "
        f"are its channels ({'; '.join(channels.PITCH)}); frames: (n,) number of "
        "frames of each; utterance: (n,) id; segment: (n,) number of the segment in "
        "its utterance; mean: (n, bins) what was taken out of each segment, if centred"
    ),
) as file:
    shape = spectrograms.stored_shape(lengths, variant, rate, settings, beside)
    rows = file.create_dataset("spectrograms", shape, np.float32)
    columns = spectrograms.fill(
        rows, computed, settings["centred"], pitch_of if beside else None
    )
    hdf5.put(file, columns, rejected)
