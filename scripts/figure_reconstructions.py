"""Draw test spectrograms beside what the chosen autoencoder makes of them."""

from pathlib import Path

import pandas as pd

from speechcodes.autoencoders import models, reconstruction, training
from speechcodes.figures import reconstructions, style
from speechcodes.operations.logs import log_to
from speechcodes.storage import hdf5
from speechcodes.storage.sequences import Rows, Sequences

log_to(snakemake.log[0])
training.use_threads(snakemake.threads)
model = models.load(snakemake.input.model)

by_frame = models.standardisation(model) is not None
stored = Sequences if by_frame else Rows

tables, originals, reconstructed = [], [], []
for path in snakemake.input.spectrograms:
    spectrograms = stored([path], "spectrograms")
    errors = reconstruction.errors(model, spectrograms)
    chosen = reconstruction.examples(errors)
    rows = list(chosen.values())
    utterance, segment = hdf5.read([path], "utterance", "segment")
    pairs = reconstruction.pairs(model, spectrograms, rows)
    originals += pairs[0]
    reconstructed += pairs[1]
    columns = {
        "label": Path(path).stem,
        "example": list(chosen),
        "utterance": utterance[rows],
        "segment": segment[rows],
        "segments": len(spectrograms),
        "error": errors[rows],
    }
    tables.append(pd.DataFrame(columns))

table = pd.concat(tables, ignore_index=True)
figure = reconstructions.reconstructions(
    table,
    originals,
    reconstructed,
    snakemake.params.spectrogram,
    snakemake.params.sampling_rate,
    snakemake.wildcards.segment,
    note=snakemake.params.note,
)
style.save(figure, table, snakemake.output)
