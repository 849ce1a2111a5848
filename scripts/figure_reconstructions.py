"""Draw test spectrograms beside what the chosen autoencoder makes of them."""

from pathlib import Path

import numpy as np
import pandas as pd

from speechcodes import shards
from speechcodes.autoencoders import models, reconstruction, training
from speechcodes.figures import reconstructions, style
from speechcodes.logs import log_to

log_to(snakemake.log[0])
training.use_threads(snakemake.threads)
model = models.load(snakemake.input.model)

tables, originals = [], []
for path in snakemake.input.spectrograms:
    spectrograms = shards.Rows([path], "spectrograms")
    errors = reconstruction.errors(model, spectrograms)
    chosen = reconstruction.examples(errors)
    rows = list(chosen.values())
    utterance, segment = shards.read([path], "utterance", "segment")
    originals.append(spectrograms[rows])
    columns = {
        "label": Path(path).stem,
        "example": list(chosen),
        "utterance": utterance[rows],
        "segment": segment[rows],
        "segments": len(spectrograms),
        "error": errors[rows],
    }
    tables.append(pd.DataFrame(columns))

table, originals = pd.concat(tables, ignore_index=True), np.concatenate(originals)
figure = reconstructions.reconstructions(
    table,
    originals,
    model.predict(originals, verbose=0),
    snakemake.params.step,
    snakemake.params.sampling_rate,
    snakemake.wildcards.segment,
    scale=snakemake.params.scale,
    note=snakemake.params.note,
)
style.save(figure, table, snakemake.output)
