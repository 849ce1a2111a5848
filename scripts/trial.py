"""Score the code of one autoencoder, for analysis alone: the choice never reads it."""

import json
from pathlib import Path

import numpy as np

from speechcodes.autoencoders import encoding, models, training
from speechcodes.experiment import learning_curves, trial
from speechcodes.experiment.feature_sets import Rows
from speechcodes.experiment.learning_curves import Protocol
from speechcodes.operations.logs import log_to
from speechcodes.records import LABELS
from speechcodes.storage import hdf5
from speechcodes.storage.files import read_table, write_table

log_to(snakemake.log[0])
params, files = snakemake.params, snakemake.input
training.use_threads(snakemake.threads)
encoder = models.encoder(models.load(files.model))
pooling = json.loads(Path(files.metrics).read_text())["pooling"]

splits = {}
for name in ("training", "test"):
    # Class by class, as the experiment's codes come: equal codes give equal scores.
    paths = sorted(
        files[f"{name}_spectrograms"], key=lambda path: LABELS.index(Path(path).stem)
    )
    (utterance,) = hdf5.read(paths, "utterance")
    values = [encoding.of_files(encoder, [path], pooling) for path in paths]
    rows = Rows(np.concatenate(values), utterance)
    split = trial.split(rows, params.feature_set, read_table(files[name]))
    learning_curves.check_classes(split.labels, name, snakemake.wildcards.segment)
    splits[name] = split

table = trial.scores(
    **splits,
    classifiers=params.classifiers,
    protocols={name: Protocol(**one) for name, one in params.protocols.items()},
    percentages=params.percentages,
    threads=snakemake.threads,
)
write_table(snakemake.output.trial, table, float_format="%.6f")
