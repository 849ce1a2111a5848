"""Draw what the time of a run went into, per rule."""

from speechcodes.figures import style, times
from speechcodes.operations import run_times as benchmarks
from speechcodes.operations.logs import log_to

log_to(snakemake.log[0])
table = benchmarks.by_rule(snakemake.params.benchmarks, snakemake.params.patterns)
figure = times.times(table, note=snakemake.params.note)
style.save(figure, table, snakemake.output)
