"""List every utterance, row and file left out, with the reason."""

import pandas as pd

from speechcodes.corpus import feature_tables, rejects
from speechcodes.operations.logs import log_to
from speechcodes.records import Rejected
from speechcodes.storage import hdf5
from speechcodes.storage.files import read_table, write_table

log_to(snakemake.log[0])
files = dict(snakemake.input.items())
tables = [read_table(files.pop("rows")).assign(stage="corpus")]
utterances = read_table(files.pop("utterances"))
for stage, paths in files.items():
    if stage.endswith("_table"):
        found = feature_tables.lacking(utterances, paths)
    elif paths:
        found = [row for path in paths for row in hdf5.read_rejected(path)]
        (kept,) = hdf5.read(paths, "utterance")
        rejects.check_complete(stage, utterances, kept, found)
    else:
        # Feature tables come without audio.
        continue
    table = pd.DataFrame(found, columns=Rejected._fields)
    tables.append(table.assign(stage=stage))

table = pd.concat(tables).sort_values(["stage", "utterance"])
write_table(snakemake.output.rejected, table)
