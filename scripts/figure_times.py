"""Draw what the time of a run went into, per rule."""

import pandas as pd

from speechcodes.figures import style, times
from speechcodes.operations import run_times
from speechcodes.operations.logs import log_to

log_to(snakemake.log[0])
rows = run_times.by_rule(snakemake.params.benchmarks, snakemake.params.patterns)
table = pd.DataFrame(rows, columns=run_times.RunTime._fields)
style.save(times.times(table, snakemake.params.settings), table, snakemake.output)
