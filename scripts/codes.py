"""Encode the labelled spectrograms of a fold with the chosen encoder.

And with the same network before training, which tells what training is good for.
"""

import json
from pathlib import Path

from speechcodes.autoencoders import backend, encoding, models, training
from speechcodes.operations.logs import log_to
from speechcodes.storage import hdf5

log_to(snakemake.log[0])
backend.use_threads(snakemake.threads)
files, output = snakemake.input, snakemake.output
trained = models.load(files.model)
seed = training.own_seed(snakemake.params.seed, Path(files.model).parent.name)
untrained = models.untrained(trained, seed)
pooling = json.loads(Path(files.metrics).read_text())["pooling"]

for role in ("training", "test"):
    utterance, segment = hdf5.read(files[role], "utterance", "segment")
    for name, model in {"codes": trained, "untrained": untrained}.items():
        codes = encoding.of_files(model, files[role], pooling)
        hdf5.write(
            output[f"{name}_{role}"],
            {name: codes, "utterance": utterance, "segment": segment},
            parameters={
                **snakemake.wildcards,
                "autoencoder": Path(files.model).parent.name,
                "pooling": json.dumps(pooling),
            },
            libraries=["tensorflow", "keras", "numpy"],
            description=(
                f"{name}: (n, latent) output of the encoder for segments or, where it "
                "gives one for each frame, its statistics over time (n, statistics x "
                "latent), as named in pooling; utterance: (n,) id; segment: (n,) "
                "number of the segment in its utterance"
            ),
        )
