"""Draw the validation loss of every autoencoder against its size."""

import json
from pathlib import Path

import pandas as pd
import yaml

from speechcodes.figures import autoencoders, style
from speechcodes.operations.logs import log_to

log_to(snakemake.log[0])
entries = [json.loads(Path(path).read_text()) for path in snakemake.input.metrics]
choice = yaml.safe_load(Path(snakemake.input.choice).read_text())
metrics = pd.DataFrame(entries)[autoencoders.COMPARED]

figure = autoencoders.loss_against_parameters(
    metrics,
    choice["name"],
    snakemake.wildcards.segment,
    by=snakemake.params.select_by,
    tolerance=snakemake.params.tolerance,
    note=snakemake.params.note,
)
numbers = metrics.assign(chosen=metrics["name"] == choice["name"])
style.save(figure, numbers, snakemake.output)
