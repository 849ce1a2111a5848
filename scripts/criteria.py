"""Hold what is known of autoencoders without labels against what codes score."""

import json
from pathlib import Path

import pandas as pd
import yaml

from speechcodes.experiment import selection_check
from speechcodes.operations.logs import log_to
from speechcodes.storage.files import write_table

log_to(snakemake.log[0])
files = snakemake.input
table = selection_check.table(
    [json.loads(Path(path).read_text()) for path in files.metrics],
    [pd.read_csv(path) for path in files.trials],
    yaml.safe_load(Path(files.choice).read_text())["name"],
    snakemake.params.metric,
)
write_table(snakemake.output.criteria, table, float_format="%.6g")
