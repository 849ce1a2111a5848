"""Compute one kind of functionals of one shard of signals: a row per utterance."""

from importlib import import_module

import numpy as np

from speechcodes.features import signals
from speechcodes.operations.logs import log_to
from speechcodes.storage import hdf5

log_to(snakemake.log[0])
name, settings = snakemake.wildcards.functionals, snakemake.params.settings
# No import tells which module it is: the rule watches it by a param.
kind = import_module(f"speechcodes.features.{name}")
rate = snakemake.params.audio["sampling_rate"]


def features(signal):
    """Length of a signal and its functionals."""
    return len(signal), kind.features(signal, rate, **settings)


rejected = []
results = dict(signals.compute_each(snakemake.input.signals, features, rejected))
columns = kind.names(**settings)
hdf5.write(
    snakemake.output.features,
    {
        name: np.array([row for _, row in results.values()]).reshape(-1, len(columns)),
        "feature_names": columns,
        "utterance": np.array(list(results), dtype=object),
        "samples": np.array([length for length, _ in results.values()], dtype=int),
    },
    rejected=rejected,
    parameters={
        **snakemake.wildcards,
        "audio": snakemake.params.audio,
        name: settings,
    },
    libraries=kind.LIBRARIES,
    description=(
        f"{name}: (n, {len(columns)}) {kind.DESCRIPTION}; feature_names: "
        f"({len(columns)},); utterance: (n,) id; samples: (n,) length of the resampled "
        "signal"
    ),
)
