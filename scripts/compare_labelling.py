"""Tell whether labelling by choice beats labelling at random."""

from speechcodes.experiment import next_labels, predictions, ranking
from speechcodes.operations.logs import log_to
from speechcodes.storage.files import read_variants, write_table

log_to(snakemake.log[0])
params, segment = snakemake.params, snakemake.wildcards.segment
intervals = read_variants([snakemake.input.intervals])
best = ranking.best(intervals, params.metric, params.wanted | {"segment": segment})
table = next_labels.table(
    predictions.read_folds(snakemake.input.predictions),
    best.feature_set,
    params.steps,
    resamples=params.resamples,
    seed=params.seed,
)
write_table(snakemake.output.table, table, float_format="%.6g")
