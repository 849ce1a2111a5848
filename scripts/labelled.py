"""Label the utterances of the corpus that have no label."""

import pandas as pd

from speechcodes.experiment.feature_sets import Rows
from speechcodes.names import FEATURE_SETS
from speechcodes.operations.logs import log_to
from speechcodes.predictor import folder, labelling
from speechcodes.storage import hdf5
from speechcodes.storage.files import read_table, write_table

log_to(snakemake.log[0])
files = snakemake.input
predictor = folder.read(files.predictor)
tables = {role: read_table(files[role]) for role in ("training", "test")}
unlabelled = tables["test"]["utterance"]
# What has a label tells more of the speakers; nobody looks at the label.
table = pd.concat(tables.values())
paths = snakemake.params.paths
table = table.assign(path=[paths.get(name, "") for name in table["utterance"]])
rows = {
    part: Rows(
        *hdf5.read(
            [path for role in tables for path in files[f"{part}_{role}"]],
            FEATURE_SETS[part].dataset,
            "utterance",
        )
    )
    for part in predictor.settings["parts"]
}
labelled = labelling.label(predictor, rows, table)
labelled = labelled[labelled["utterance"].isin(unlabelled)]
rejected = read_table(files.rejected)
rejected = rejected[
    rejected["utterance"].isin(set(unlabelled) - set(labelled["utterance"]))
]
labelled = labelling.with_rejected(labelled, list(rejected.itertuples(index=False)))
write_table(snakemake.output.labelled, labelled, float_format="%.6g")
