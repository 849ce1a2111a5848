"""Encode the spectrograms of one split with the chosen encoder."""

import json
from pathlib import Path

import numpy as np

from speechcodes.autoencoders import encoding, models, training
from speechcodes.operations.logs import log_to
from speechcodes.storage import hdf5

log_to(snakemake.log[0])
training.use_threads(snakemake.threads)
encoder = models.encoder(models.load(snakemake.input.model))
pooling = json.loads(Path(snakemake.input.metrics).read_text())["pooling"]

for label, output in snakemake.output.items():
    paths = [p for p in snakemake.input.spectrograms if Path(p).stem == label]
    size = encoder.output_shape[-1] * len(pooling or [1])
    rows = {"codes": np.empty((0, size), np.float32)}
    rows |= {"utterance": np.empty(0, object), "segment": np.empty(0, int)}
    if paths:
        rows["codes"] = encoding.of_files(encoder, paths, pooling)
        rows["utterance"], rows["segment"] = hdf5.read(paths, "utterance", "segment")
    hdf5.write(
        output,
        rows,
        parameters={
            **snakemake.wildcards,
            "label": label,
            "autoencoder": Path(snakemake.input.model).parent.name,
            "pooling": json.dumps(pooling),
        },
        libraries=["tensorflow", "keras", "numpy"],
        description=(
            "codes: (n, latent) output of the encoder for segments or, where it gives "
            "one for each frame, its statistics over time (n, statistics x latent), as "
            "named in pooling; utterance: (n,) id; segment: (n,) number of the segment "
            "in its utterance"
        ),
    )
