"""Forecast what more labels would bring, and compare speakers with utterances."""

from pathlib import Path

from speechcodes.experiment import forecast, predictions
from speechcodes.operations.logs import log_to
from speechcodes.storage.files import write_table

log_to(snakemake.log[0])
tables = forecast.forecast(
    predictions.read_folds(snakemake.input.predictions),
    resamples=snakemake.params.resamples,
    seed=snakemake.params.seed,
)
for path in map(Path, snakemake.output):
    table = getattr(tables, path.stem)
    of_variant = table[table["segment"] == path.parent.name]
    write_table(path, of_variant.drop(columns="segment"), float_format="%.6g")
