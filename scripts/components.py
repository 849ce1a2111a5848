"""Find principal components of unlabelled spectrograms, as many as a code has."""

import json
import logging
from pathlib import Path

from speechcodes.autoencoders import unlabelled
from speechcodes.features import pca
from speechcodes.operations.logs import log_to
from speechcodes.storage.files import read_table
from speechcodes.storage.sequences import Sequences

log_to(snakemake.log[0])
chosen = json.loads(Path(snakemake.input.metrics).read_text())
paths = snakemake.input.spectrograms
rows = unlabelled.in_order(paths, read_table(snakemake.input.roles))
sequences = Sequences(paths, "spectrograms").take(rows.index.to_numpy())
components = pca.fit(
    sequences, chosen["latent"], chosen["context_frames"], snakemake.params.seed
)
logging.info(
    "%d components explain %.1f %% of the variance",
    len(components.components), 100 * components.explained,
)  # fmt: skip
pca.write(
    snakemake.output.components,
    components,
    parameters={**snakemake.wildcards, "pooling": json.dumps(chosen["pooling"])},
    libraries=["scikit-learn", "numpy"],
    description=(
        "components: (n, dimensions) principal components of standardised "
        "spectrograms; mean: (dimensions,) what is taken away first; standard: "
        "(2, bins) mean and deviation of each bin before; context: frames that each "
        "component looks at, 0 for whole segments; explained: share of the variance"
    ),
)
