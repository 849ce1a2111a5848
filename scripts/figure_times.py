"""Draw what the time of a run went into, per rule."""

from speechcodes import times as benchmarks
from speechcodes.figures import style, times
from speechcodes.logs import log_to

log_to(snakemake.log[0])
table = benchmarks.by_rule(snakemake.params.benchmarks, snakemake.params.patterns)
figure = times.times(table, note=snakemake.params.note)
style.save(figure, table, snakemake.output)
