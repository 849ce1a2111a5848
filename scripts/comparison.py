"""Give intervals to scores, chance and differences, and draw conclusions."""

import logging

from speechcodes import progress
from speechcodes.experiment import comparison, conclusions, predictions
from speechcodes.operations.logs import log_to
from speechcodes.storage.files import write_table

log_to(snakemake.log[0])
settings = dict(snakemake.params.statistics)
metric = settings.pop("metric")

paths = progress.each(snakemake.input.predictions, "files of predictions")
predicted = (p for path in paths for p in predictions.read(path))
tables = comparison.compare(predicted, seed=snakemake.params.seed, **settings)
sentences = conclusions.conclusions(tables.differences, tables.areas, metric)
for sentence in sentences["sentence"]:
    logging.info(sentence)

for name, table in {**tables._asdict(), "conclusions": sentences}.items():
    write_table(snakemake.output[name], table, float_format="%.6g")
