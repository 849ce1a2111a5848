"""Write who has one role in one fold."""

import pandas as pd

from speechcodes.operations.logs import log_to
from speechcodes.storage.files import write_table

log_to(snakemake.log[0])
write_table(snakemake.output.roles, pd.DataFrame(snakemake.params.columns))
