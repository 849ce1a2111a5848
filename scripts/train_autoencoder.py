"""Train one autoencoder on unlabelled speech."""

import json
import logging
from pathlib import Path

import pandas as pd

from speechcodes.autoencoders import backend, families, models, training, unlabelled
from speechcodes.autoencoders.checkpoint import Checkpoint, identity
from speechcodes.autoencoders.grid import Configuration
from speechcodes.corpus import rejects
from speechcodes.operations import code_digest
from speechcodes.operations.logs import log_to
from speechcodes.storage.files import read_table, replacing, write_table, write_text

log_to(snakemake.log[0])
files, params, resources = snakemake.input, snakemake.params, snakemake.resources
rejects.check_shards(files.spectrograms, float(resources.max_unusable_share))
backend.use_threads(snakemake.threads)
configuration = Configuration(**params.configuration)
settings = dict(params.training)
# Not an output, which Snakemake would remove before it starts a job again.
checkpoint = Checkpoint(
    Path(snakemake.output.model).with_name("checkpoint.h5"),
    identity(
        files.spectrograms,
        **dict(params.items()),
        roles=code_digest.of_values(Path(files.roles).read_text()),
        threads=snakemake.threads,
    ),
)

sides = unlabelled.read(
    families.of(params.architecture),
    files.spectrograms,
    read_table(files.roles),
    settings.pop("validation_share"),
    settings["seed"],
    resources.tmpdir if resources.get("scratch") else None,
)
logging.info(
    "%s on %s: %d segments to train on, %d to validate on, other voices",
    configuration.name, backend.device(), *(len(side.voices) for side in sides),
)  # fmt: skip
model, history, metrics = training.learn(
    params.architecture, configuration, sides, **settings, checkpoint=checkpoint
)

with replacing(snakemake.output.model) as path:
    models.save(model, path)
epochs = pd.RangeIndex(1, len(history["loss"]) + 1, name="epoch")
write_table(snakemake.output.history, pd.DataFrame(history, index=epochs).reset_index())
write_text(snakemake.output.summary, models.summary(model))
write_text(snakemake.output.metrics, json.dumps(metrics, indent=2))
checkpoint.path.unlink(missing_ok=True)
