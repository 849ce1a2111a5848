"""Encode the labelled spectrograms of a fold with the chosen encoder."""

import json
from pathlib import Path

from speechcodes.autoencoders import encoding, models, training
from speechcodes.operations.logs import log_to
from speechcodes.storage import hdf5

log_to(snakemake.log[0])
training.use_threads(snakemake.threads)
files = snakemake.input
model = models.load(files.model)
pooling = json.loads(Path(files.metrics).read_text())["pooling"]

for role in ("training", "test"):
    codes = encoding.of_files(model, files[role], pooling)
    utterance, segment = hdf5.read(files[role], "utterance", "segment")
    hdf5.write(
        snakemake.output[role],
        {"codes": codes, "utterance": utterance, "segment": segment},
        parameters={
            **snakemake.wildcards,
            "autoencoder": Path(files.model).parent.name,
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
