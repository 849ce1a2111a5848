"""Turn the labelled spectrograms of one role into principal components."""

import json
from pathlib import Path

from speechcodes.features import pca
from speechcodes.operations.logs import log_to
from speechcodes.storage import hdf5
from speechcodes.storage.sequences import Sequences

log_to(snakemake.log[0])
paths = snakemake.input.spectrograms
pooling = json.loads(Path(snakemake.input.metrics).read_text())["pooling"]
components = pca.read(snakemake.input.components)
features = pca.of_sequences(Sequences(paths, "spectrograms"), components, pooling)
utterance, segment = hdf5.read(paths, "utterance", "segment")
hdf5.write(
    snakemake.output.features,
    {"pca": features, "utterance": utterance, "segment": segment},
    parameters={**snakemake.wildcards, "pooling": json.dumps(pooling)},
    libraries=["numpy"],
    description=(
        "pca: (n, dimensions) principal components of segments or, where there are "
        "some for each frame, their statistics over time, as named in pooling; "
        "utterance: (n,) id; segment: (n,) number of the segment in its utterance"
    ),
)
