"""Score the code of one autoencoder, for analysis alone: the choice never reads it."""

import json
from pathlib import Path

from speechcodes.autoencoders import backend, encoding, models
from speechcodes.experiment import feature_sets, learning_curves, trial
from speechcodes.experiment.draws import Protocol
from speechcodes.operations.logs import log_to
from speechcodes.storage import hdf5
from speechcodes.storage.files import read_table, write_table

log_to(snakemake.log[0])
params, files = snakemake.params, snakemake.input
backend.use_threads(snakemake.threads)
model = models.load(files.model)
pooling = json.loads(Path(files.metrics).read_text())["pooling"]

roles = {}
for role in ("training", "test"):
    paths = files[f"{role}_spectrograms"]
    (utterance,) = hdf5.read(paths, "utterance")
    codes = feature_sets.Rows(encoding.of_files(model, paths, pooling), utterance)
    roles[role] = feature_sets.gather(
        {"code": codes}, [params.feature_set], read_table(files[role]), params.classes
    )
    learning_curves.check_classes(roles[role], role, snakemake.wildcards.segment)

table = trial.scores(
    **roles,
    classifiers=params.classifiers,
    protocols={name: Protocol(**one) for name, one in params.protocols.items()},
    percentages=params.percentages,
    threads=snakemake.threads,
)
write_table(snakemake.output.trial, table, float_format="%.6f")
