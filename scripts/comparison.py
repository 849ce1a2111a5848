"""Give intervals to scores, chance and differences, and draw conclusions."""

from pathlib import Path

from speechcodes.experiment import comparison, conclusions, predictions
from speechcodes.operations.logs import log_to
from speechcodes.storage.files import write_table

log_to(snakemake.log[0])
settings = dict(snakemake.params.statistics)
metric, primary = settings.pop("metric"), settings.pop("primary")

tables = comparison.compare(
    predictions.read_folds(snakemake.input.predictions),
    comparison.Primary(**primary) if primary["feature_set"] else None,
    seed=snakemake.params.seed,
    **settings,
)
found = conclusions.conclusions(
    tables.intervals, tables.differences, tables.areas, metric
)
of_all = {**tables._asdict(), "conclusions": found}
for path in map(Path, snakemake.output):
    table = of_all[path.stem]
    of_variant = table[table["segment"] == path.parent.name]
    write_table(path, of_variant.drop(columns="segment"), float_format="%.6g")
