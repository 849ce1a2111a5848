"""Choose the autoencoders that are trained further, by their loss so far."""

import logging
from pathlib import Path

from speechcodes.autoencoders import halving
from speechcodes.operations.logs import log_to
from speechcodes.storage.files import write_table

log_to(snakemake.log[0])
params = snakemake.params
histories = {Path(path).stem: halving.losses(path) for path in snakemake.input.states}
table = halving.ranked(histories, params.losses, params.kept)
logging.info("%d of %d are trained further", table["kept"].sum(), len(table))

write_table(snakemake.output.kept, table)
