"""Find principal components of unlabelled spectrograms; apply them to labelled."""

import json
import logging
from pathlib import Path

from speechcodes.autoencoders import unlabelled
from speechcodes.features import pca
from speechcodes.operations.logs import log_to
from speechcodes.storage import hdf5, sealed
from speechcodes.storage.files import read_table
from speechcodes.storage.sequences import Sequences, of_files

log_to(snakemake.log[0])
files = snakemake.input
chosen = json.loads(Path(files.metrics).read_text())
rows = unlabelled.in_order(files.unlabelled, read_table(files.roles))
heard = Sequences(files.unlabelled, "spectrograms").take(rows.index.to_numpy())
components = pca.fit(
    heard, chosen["latent"], chosen["context_frames"], snakemake.params.seed
)
sealed.write(snakemake.output.model, components)
explained = 100 * components.explained
logging.info(
    "%d components explain %.1f %% of the variance",
    len(components.components),
    explained,
)

for role in ("training", "test"):
    spectrograms = of_files(files[role], "spectrograms")
    utterance, segment = hdf5.read(files[role], "utterance", "segment")
    hdf5.write(
        snakemake.output[role],
        {
            "pca": pca.of_sequences(spectrograms, components, chosen["pooling"]),
            "utterance": utterance,
            "segment": segment,
        },
        parameters={**snakemake.wildcards, "pooling": json.dumps(chosen["pooling"])},
        libraries=["scikit-learn", "numpy"],
        description=(
            "pca: (n, dimensions) principal components of segments or, where there are "
            "some for each frame, their statistics over time, as named in pooling; "
            "utterance: (n,) id; segment: (n,) number of the segment in its utterance"
        ),
    )
