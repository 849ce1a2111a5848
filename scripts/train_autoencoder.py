"""Train one autoencoder on unlabelled speech, to its end or for some epochs only."""

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
files, output, resources = snakemake.input, snakemake.output, snakemake.resources
params = dict(snakemake.params.items())
rejects.check_shards(files.spectrograms, float(resources.max_unusable_share))
backend.use_threads(snakemake.threads)
until = params.pop("until", None)
# In a job of its own, the param is empty.
params["code"] = code_digest.digest(Path(__file__))
checkpoint = Checkpoint(
    # Not an output, which Snakemake would remove before it starts a job again.
    Path(output[0]).with_suffix(".checkpoint.h5"),
    identity(files.spectrograms, files.roles, threads=snakemake.threads, **params),
    files.state,
)
configuration = Configuration(**params["configuration"])
settings = params["training"] | {"checkpoint": checkpoint}

sides = unlabelled.read(
    families.of(params["architecture"]),
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
what = params["architecture"], configuration, sides
if until:
    training.begin(*what, **settings, until=until)
    checkpoint.path.replace(output.state)
else:
    model, history, metrics = training.learn(*what, **settings)
    with replacing(output.model) as path:
        models.save(model, path)
    epochs = pd.RangeIndex(1, len(history["loss"]) + 1, name="epoch")
    write_table(output.history, pd.DataFrame(history, index=epochs).reset_index())
    write_text(output.summary, models.summary(model))
    write_text(output.metrics, json.dumps(metrics, indent=2))
    checkpoint.path.unlink(missing_ok=True)
