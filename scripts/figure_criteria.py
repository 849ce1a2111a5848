"""Draw what codes score against what is known of them without labels."""

import pandas as pd

from speechcodes.figures import criteria, style
from speechcodes.operations.logs import log_to

log_to(snakemake.log[0])
table = pd.read_csv(snakemake.input.criteria)

figure = criteria.criteria(
    table,
    snakemake.wildcards.segment,
    by=snakemake.params.select_by,
    note=snakemake.params.note,
)
style.save(figure, table, snakemake.output)
