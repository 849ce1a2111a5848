"""Pool the spectrograms of one split and class over time."""

from speechcodes import references, shards
from speechcodes.logs import log_to

log_to(snakemake.log[0])
paths = [snakemake.input.spectrograms]
utterance, segment = shards.read(paths, "utterance", "segment")
taken_out = shards.read(paths, "mean")[0] if snakemake.params.centred else 0
shards.write(
    snakemake.output.features,
    {
        "pooled": references.pooled(shards.Sequences(paths, "spectrograms"), taken_out),
        "utterance": utterance,
        "segment": segment,
    },
    parameters={**snakemake.wildcards, "pooling": references.POOLING},
    libraries=["numpy"],
    description=(
        "pooled: (n, 2 bins) mean and standard deviation over time of each bin of the "
        "spectrograms of segments; utterance: (n,) id; segment: (n,) number of the "
        "segment in its utterance"
    ),
)
