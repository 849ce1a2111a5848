"""Draw the loss of every autoencoder over its epochs, by architecture."""

from pathlib import Path

import pandas as pd
import yaml

from speechcodes.figures import autoencoders, style
from speechcodes.operations.logs import log_to

log_to(snakemake.log[0])
histories = {
    Path(path).parent.name: pd.read_csv(path) for path in snakemake.input.histories
}
choice = yaml.safe_load(Path(snakemake.input.choice).read_text())

architectures = snakemake.params.architectures
figure = autoencoders.losses(
    histories,
    architectures,
    choice,
    snakemake.wildcards.segment,
    note=snakemake.params.note,
)
numbers = autoencoders.loss_table(histories, architectures)
style.save(figure, numbers, snakemake.output)
