"""Tell how far classes can be told apart by who speaks or where."""

import pandas as pd

from speechcodes.corpus import feature_tables
from speechcodes.experiment import confounds, feature_sets
from speechcodes.operations.logs import log_to
from speechcodes.storage.files import read_table, write_table

log_to(snakemake.log[0])
params, files = snakemake.params, snakemake.input
# All that is tested in any fold, and what trains in the first.
tested = pd.concat(map(read_table, files.test)).drop_duplicates("utterance")
roles = {"training": read_table(files.training), "test": tested}

sets = {}
for segment in params.variants:
    of_variant = {
        key.removeprefix(f"{segment}:"): paths
        for key, paths in files.items()
        if key.startswith(f"{segment}:")
    }
    training = feature_sets.read_role(
        params.feature_sets, "training", roles["training"], of_variant, params.classes
    )
    for name, rows in training.sets.items():
        sets[segment, name] = rows.features, training.utterances[rows.utterance]

ids = roles["training"]["utterance"]
tables = {
    name: (*feature_tables.read(path, ids), feature_tables.columns(path))
    for name, path in params.tables.items()
}

table = confounds.table(roles, sets, params.classes, params.seed, tables)
write_table(snakemake.output.confounds, table, float_format="%.6g")
