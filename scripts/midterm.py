"""Compute the mid-term features of one shard's utterances."""

import numpy as np

from speechcodes import audio, midterm, shards
from speechcodes.logs import log_to

log_to(snakemake.log[0])
reading, settings = snakemake.params.audio, snakemake.params.midterm
rate = reading["sampling_rate"]


def features(signal):
    """Length of a signal and its features."""
    return len(signal), midterm.features(signal, rate, **settings)


results, rejected = audio.compute_each(
    snakemake.input.audio, features, rate, reading["silent_below_db"]
)
shards.write(
    snakemake.output.shard,
    {
        "midterm": np.array([row for _, row in results.values()]).reshape(
            -1, len(midterm.NAMES)
        ),
        "feature_names": midterm.NAMES,
        "utterance": np.array(list(results), dtype=object),
        "samples": np.array([length for length, _ in results.values()], dtype=int),
    },
    rejected=rejected,
    parameters={**snakemake.wildcards, "audio": reading, "midterm": settings},
    libraries=["pyAudioAnalysis", "numpy", "soundfile", "soxr"],
    description=(
        "midterm: (n, 136) mid-term features of pyAudioAnalysis, mean over an "
        "utterance's mid-term windows; feature_names: (136,); utterance: (n,) id; "
        "samples: (n,) length of the resampled signal"
    ),
)
