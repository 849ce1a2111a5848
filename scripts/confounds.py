"""Tell how far classes can be told apart by who speaks or where."""

import logging

from speechcodes.experiment import confounds, feature_sets
from speechcodes.operations.logs import log_to
from speechcodes.storage.files import read_table, write_table

log_to(snakemake.log[0])
params = snakemake.params
utterances = read_table(snakemake.input.utterances)
training = utterances[utterances["split"] == "training"]

sets = {}
for segment in params.variants:
    files = {
        key.removeprefix(f"{segment}:"): paths
        for key, paths in snakemake.input.items()
        if key.startswith(f"{segment}:")
    }
    split = feature_sets.read_split(params.feature_sets, "training", training, files)
    for name, rows in split.sets.items():
        sets[segment, name] = rows.features, split.utterances[rows.utterance]

table = confounds.table(utterances, sets, params.seed)
for warning in confounds.warnings(table):
    logging.warning(warning)
write_table(snakemake.output.confounds, table, float_format="%.6g")
