"""List every utterance, row and file left out, with the reason."""

import pandas as pd

from speechcodes import shards
from speechcodes.files import replacing
from speechcodes.logs import log_to
from speechcodes.records import Rejected

log_to(snakemake.log[0])
rows = pd.read_csv(snakemake.input.rows, dtype=str, keep_default_na=False)
tables = [rows.assign(stage="corpus")]
for stage, paths in snakemake.input.items():
    if stage != "rows":
        found = [row for path in paths for row in shards.read_rejected(path)]
        table = pd.DataFrame(found, columns=Rejected._fields)
        tables.append(table.assign(stage=stage))

with replacing(snakemake.output.rejected) as path:
    pd.concat(tables).sort_values(["stage", "utterance"]).to_csv(path, index=False)
