"""Draw test spectrograms beside what the chosen autoencoder makes of them."""

from pathlib import Path

import numpy as np

from speechcodes import shards
from speechcodes.autoencoders import models, training
from speechcodes.figures import autoencoders, style
from speechcodes.logs import log_to
from speechcodes.records import LABELS

log_to(snakemake.log[0])
training.use_threads(snakemake.threads)
model = models.load(snakemake.input.model)

originals, titles = [], []
for label in LABELS:
    paths = [p for p in snakemake.input.spectrograms if Path(p).stem == label]
    if not paths:
        continue
    (utterance,) = shards.read(paths, "utterance")
    # The first by name: any rule that looks at the picture would flatter it.
    first = np.argsort(utterance, kind="stable")[:1]
    originals.extend(shards.Rows(paths, "spectrograms")[first])
    titles.extend(f"{label}\n{name}" for name in utterance[first])

figure = autoencoders.reconstructions(
    np.array(originals),
    model.predict(np.array(originals), verbose=0),
    titles,
    snakemake.params.step,
    snakemake.params.sampling_rate,
    scale=snakemake.params.scale,
    note=snakemake.params.note,
)
style.save(figure, snakemake.output.figure)
