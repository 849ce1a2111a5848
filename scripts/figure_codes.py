"""Draw codes of training and test segments in a plane, by class and by speaker."""

import numpy as np
import pandas as pd

from speechcodes.features import projection
from speechcodes.figures import codes, style
from speechcodes.operations.logs import log_to
from speechcodes.storage import hdf5
from speechcodes.storage.files import read_table

log_to(snakemake.log[0])
tables, features = [], []
for role in ("training", "test"):
    values, utterance, segment = hdf5.read(
        [snakemake.input[role]], "codes", "utterance", "segment"
    )
    who = read_table(snakemake.input[f"{role}_table"]).set_index("utterance")
    table = pd.DataFrame({"role": role, "utterance": utterance, "segment": segment})
    tables.append(table.join(who[["label", "speaker"]], on="utterance"))
    features.append(values)

table, features = pd.concat(tables, ignore_index=True), np.concatenate(features)
points, explained = projection.plane(features)
table[["component_1", "component_2"]] = points
between = projection.variance_between_columns(features, table)
drawn = codes.sample(table)

figure = codes.codes(drawn, explained, between, snakemake.params.settings)
style.save(figure, drawn, snakemake.output)
