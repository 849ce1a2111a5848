"""Pool the spectrograms of one shard over time."""

from speechcodes.features import pooled
from speechcodes.operations.logs import log_to
from speechcodes.storage import hdf5
from speechcodes.storage.sequences import Sequences

log_to(snakemake.log[0])
paths = [snakemake.input.spectrograms]
utterance, segment = hdf5.read(paths, "utterance", "segment")
taken_out = hdf5.read(paths, "mean")[0] if snakemake.params.centred else 0
hdf5.write(
    snakemake.output.features,
    {
        "pooled": pooled.of_sequences(Sequences(paths, "spectrograms"), taken_out),
        "utterance": utterance,
        "segment": segment,
    },
    parameters={**snakemake.wildcards, "pooling": pooled.POOLING},
    libraries=["numpy"],
    description=(
        "pooled: (n, 2 bins) mean and standard deviation over time of each bin of the "
        "spectrograms of segments; utterance: (n,) id; segment: (n,) number of the "
        "segment in its utterance"
    ),
)
