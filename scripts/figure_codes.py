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
for split in ("training", "test"):
    values, utterance, segment = hdf5.read(
        snakemake.input[split], "codes", "utterance", "segment"
    )
    who = read_table(snakemake.input[f"{split}_speakers"]).set_index("utterance")
    table = pd.DataFrame({"split": split, "utterance": utterance, "segment": segment})
    tables.append(table.join(who[["label", "speaker"]], on="utterance"))
    features.append(values)

table, features = pd.concat(tables, ignore_index=True), np.concatenate(features)
points, explained = projection.plane(features)
table[["component_1", "component_2"]] = points
between = projection.variance_between_columns(features, table)
drawn = codes.sample(table)

figure = codes.codes(
    drawn,
    explained,
    between,
    snakemake.wildcards.segment,
    note=snakemake.params.note,
)
style.save(figure, drawn, snakemake.output)
