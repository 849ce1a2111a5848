"""Label the utterances of the corpus that have no label."""

import pandas as pd

from speechcodes.experiment.feature_sets import Rows
from speechcodes.names import FEATURE_SETS
from speechcodes.operations.logs import log_to
from speechcodes.predictor import folder, labelling
from speechcodes.records import Rejected
from speechcodes.storage import hdf5
from speechcodes.storage.files import read_table, write_table

log_to(snakemake.log[0])
files = snakemake.input
predictor = folder.read(files.predictor)
tables = {role: read_table(files[role]) for role in ("training", "test")}
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
labelled = labelled[labelled["utterance"].isin(tables["test"]["utterance"])]
done = set(labelled["utterance"])
left_out = [
    row
    for row in read_table(files.rejected).itertuples(index=False)
    if row.utterance in paths and row.utterance not in done
]
# Splits of given sizes, as the published study's, leave utterances over.
done.update(row.utterance for row in left_out)
detail = "left over by the splits, and without features; label.py labels it"
left_out += [
    Rejected(name, path, "no_part", detail)
    for name, path in paths.items()
    if name not in done
]
labelled = labelling.with_rejected(labelled, left_out)
write_table(snakemake.output.labelled, labelled, float_format="%.6g")
