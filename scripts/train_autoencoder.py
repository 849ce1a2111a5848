"""Train one autoencoder on the unlabelled split."""

import json
import logging

import pandas as pd

from speechcodes.autoencoders import corruption, criteria, grid, models, training
from speechcodes.autoencoders.grid import Configuration
from speechcodes.autoencoders.pieces import Pieces
from speechcodes.corpus import rejects
from speechcodes.operations.logs import log_to
from speechcodes.storage import hdf5
from speechcodes.storage.files import read_table, replacing, write_table, write_text
from speechcodes.storage.sequences import Rows, Sequences

log_to(snakemake.log[0])
rejects.check_shards(
    snakemake.input.spectrograms, snakemake.config["audio"]["max_unusable_share"]
)
training.use_threads(snakemake.threads)
configuration = Configuration(**snakemake.params.configuration)
settings = dict(snakemake.params.training)
share, seed = settings.pop("validation_share"), settings.pop("seed")

architecture = snakemake.params.architecture
by_frame = grid.by_frame(architecture)
stored = Sequences if by_frame else Rows
paths = snakemake.input.spectrograms
spectrograms = stored(paths, "spectrograms")
fits = spectrograms.nbytes <= training.LARGEST_IN_MEMORY
if not fits and snakemake.resources.get("scratch"):
    scratch = snakemake.resources.tmpdir
    logging.info("copying the spectrograms to %s", scratch)
    spectrograms = stored(paths, "spectrograms", scratch)
(utterance,) = hdf5.read(paths, "utterance")
table = read_table(snakemake.input.speakers).set_index("utterance")
speakers = table["speaker"].where(table["speaker"] != "", "session " + table["session"])
held_out = training.validation_split(speakers[utterance], share, seed)
logging.info(
    "%s on %s: %d segments to train on, %d to validate on, other speakers",
    configuration.name, training.device(), sum(~held_out), sum(held_out),
)  # fmt: skip

sides = [spectrograms.take(~held_out), spectrograms.take(held_out)]
if fits:
    sides = [side.loaded() for side in sides]
segments_to_validate = sides[1]
if by_frame:
    sides = [Pieces(side, architecture["piece_frames"]) for side in sides]
to_train, to_validate = sides
model = training.untrained(architecture, configuration, to_train)
history = training.train(
    model,
    to_train,
    to_validate,
    configuration,
    seed=training.own_seed(seed, configuration.name),
    **settings,
)
metrics = training.measure(
    model, history, configuration, architecture, to_train, to_validate
)
statistics = models.standardisation(model)
if not statistics:
    statistics = corruption.bin_statistics(training.in_order(to_train))
metrics |= criteria.measure(
    model,
    segments_to_validate,
    speakers[utterance[held_out]],
    statistics,
    loss=configuration.loss,
    pooling=metrics["pooling"],
)

with replacing(snakemake.output.model) as path:
    models.save(model, path)
epochs = pd.RangeIndex(1, len(history["loss"]) + 1, name="epoch")
write_table(snakemake.output.history, pd.DataFrame(history, index=epochs).reset_index())
write_text(snakemake.output.summary, models.summary(model))
write_text(snakemake.output.metrics, json.dumps(metrics, indent=2))
