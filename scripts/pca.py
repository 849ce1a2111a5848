"""Turn the spectrograms of one split and class into principal components."""

import json
from pathlib import Path

from speechcodes.autoencoders import references
from speechcodes.operations.logs import log_to
from speechcodes.storage import hdf5
from speechcodes.storage.sequences import Sequences

log_to(snakemake.log[0])
pooling = json.loads(Path(snakemake.input.metrics).read_text())["pooling"]
components = references.read(snakemake.input.components)
paths = [snakemake.input.spectrograms]
utterance, segment = hdf5.read(paths, "utterance", "segment")
sequences = Sequences(paths, "spectrograms")
hdf5.write(
    snakemake.output.features,
    {
        "pca": references.codes(sequences, components, pooling),
        "utterance": utterance,
        "segment": segment,
    },
    parameters={**snakemake.wildcards, "pooling": json.dumps(pooling)},
    libraries=["numpy"],
    description=(
        "pca: (n, dimensions) principal components of segments or, where there are "
        "some for each frame, their statistics over time, as named in pooling; "
        "utterance: (n,) id; segment: (n,) number of the segment in its utterance"
    ),
)
