"""Draw the share of utterances that a minimum length keeps."""

import pandas as pd

from speechcodes.figures import durations, style
from speechcodes.operations.logs import log_to

log_to(snakemake.log[0])
rate = snakemake.params.sampling_rate
lengths = durations.segment_seconds(snakemake.params.segments, rate)
table = durations.shares(pd.read_csv(snakemake.input.durations), lengths)

figure = durations.share_kept(table, lengths, note=snakemake.params.note)
style.save(figure, table, snakemake.output)
