"""Compute the mid-term features of the utterances of one shard of signals."""

import numpy as np

from speechcodes.features import midterm, signals
from speechcodes.operations.logs import log_to
from speechcodes.storage import hdf5

log_to(snakemake.log[0])
settings = snakemake.params.midterm
rate = snakemake.params.audio["sampling_rate"]


def features(signal):
    """Length of a signal and its features."""
    return len(signal), midterm.features(signal, rate, **settings)


rejected = []
results = dict(signals.compute_each(snakemake.input.signals, features, rejected))
hdf5.write(
    snakemake.output.features,
    {
        "midterm": np.array([row for _, row in results.values()]).reshape(
            -1, len(midterm.NAMES)
        ),
        "feature_names": midterm.NAMES,
        "utterance": np.array(list(results), dtype=object),
        "samples": np.array([length for length, _ in results.values()], dtype=int),
    },
    rejected=rejected,
    parameters={
        **snakemake.wildcards,
        "audio": snakemake.params.audio,
        "midterm": settings,
    },
    libraries=["numpy", "soundfile", "soxr"],
    description=(
        "midterm: (n, 136) mid-term features of pyAudioAnalysis, mean over an "
        "utterance's mid-term windows; feature_names: (136,); utterance: (n,) id; "
        "samples: (n,) length of the resampled signal"
    ),
)
