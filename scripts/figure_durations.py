"""Draw how long utterances are, per split and class."""

import pandas as pd

from speechcodes.figures import durations, style
from speechcodes.operations.logs import log_to

log_to(snakemake.log[0])
rate = snakemake.params.sampling_rate
lengths = durations.segment_seconds(snakemake.params.segments, rate)
table = durations.quantiles(pd.read_csv(snakemake.input.durations))

figure = durations.box_plots(table, lengths, note=snakemake.params.note)
style.save(figure, table, snakemake.output)
