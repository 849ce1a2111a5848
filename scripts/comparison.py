"""Give intervals to scores, chance and differences, and draw conclusions."""

from speechcodes.experiment import comparison, conclusions, predictions
from speechcodes.operations.logs import log_to
from speechcodes.storage.files import write_table

log_to(snakemake.log[0])
settings = dict(snakemake.params.statistics)
metric = settings.pop("metric")

predicted = predictions.read_folds(snakemake.input.predictions)
tables = comparison.compare(predicted, seed=snakemake.params.seed, **settings)
found = conclusions.conclusions(
    tables.intervals, tables.differences, tables.areas, metric
)
for name, table in {**tables._asdict(), "conclusions": found}.items():
    write_table(snakemake.output[name], table, float_format="%.6g")
