"""Train one autoencoder on the unlabelled split."""

import json
import logging
import zlib

import pandas as pd

from speechcodes import shards
from speechcodes.autoencoders import models, training
from speechcodes.autoencoders.grid import Configuration
from speechcodes.files import replacing
from speechcodes.logs import log_to

log_to(snakemake.log[0])
training.use_threads(snakemake.threads)
configuration = Configuration(**snakemake.params.configuration)
settings = dict(snakemake.params.training)
share, seed = settings.pop("validation_share"), settings.pop("seed")

spectrograms, utterance = shards.read(
    snakemake.input.shards, "spectrograms", "utterance"
)
table = pd.read_csv(snakemake.input.utterances, dtype=str).set_index("utterance")
speakers = table["speaker"].fillna("session " + table["session"])
held_out = training.validation_split(speakers[utterance], share, seed)
logging.info(
    "%s on %s: %d segments to train on, %d to validate on, other speakers",
    configuration.name, training.device(), sum(~held_out), sum(held_out),
)  # fmt: skip

model = models.build(
    snakemake.params.architecture,
    spectrograms.shape[1:],
    configuration.latent,
    configuration.code_activation,
    configuration.output_activation,
)
history = training.train(
    model,
    spectrograms[~held_out],
    spectrograms[held_out],
    configuration,
    # A seed of its own, the same whatever else is in the list.
    seed=(seed + zlib.crc32(configuration.name.encode())) % 2**32,
    **settings,
)
metrics = {
    "name": configuration.name,
    **vars(configuration),
    **training.best(history),
    "mean_spectrogram_loss": training.mean_spectrogram_loss(
        spectrograms[~held_out], spectrograms[held_out], configuration.loss
    ),
    "encoder_parameters": models.parameters(models.encoder(model)),
    "parameters": models.parameters(model),
    "training_segments": int(sum(~held_out)),
    "validation_segments": int(sum(held_out)),
    "device": training.device(),
}

if metrics["validation_loss"] >= metrics["mean_spectrogram_loss"]:
    logging.warning(
        "no better than the mean spectrogram (%.5f): the code says little",
        metrics["mean_spectrogram_loss"],
    )

with replacing(snakemake.output.model) as path:
    model.save(path)
with replacing(snakemake.output.history) as path:
    epochs = pd.RangeIndex(1, metrics["epochs"] + 1, name="epoch")
    pd.DataFrame(history, index=epochs).to_csv(path)
with replacing(snakemake.output.summary) as path:
    path.write_text(models.summary(model))
with replacing(snakemake.output.metrics) as path:
    path.write_text(json.dumps(metrics, indent=2))
