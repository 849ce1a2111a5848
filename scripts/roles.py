"""Write who has one role in one fold."""

import pandas as pd

from speechcodes.corpus.splits import roles
from speechcodes.operations.logs import log_to
from speechcodes.storage.files import write_table

log_to(snakemake.log[0])
table = pd.DataFrame(snakemake.params.rows, columns=roles.COLUMNS)
write_table(snakemake.output.roles, table)
