"""Tell what each segment variant keeps of every split and class."""

import pandas as pd

from speechcodes import durations, shards
from speechcodes.files import replacing
from speechcodes.logs import log_to

log_to(snakemake.log[0])
utterance, samples = shards.read(snakemake.input.shards, "utterance", "samples")
seconds = samples / snakemake.params.sampling_rate
lengths = pd.DataFrame({"utterance": utterance, "samples": samples, "seconds": seconds})
splits = pd.read_csv(snakemake.input.utterances)[["utterance", "split", "label"]]
table = splits.merge(lengths, on="utterance")[durations.COLUMNS]

with replacing(snakemake.output.durations) as path:
    table.to_csv(path, index=False)
with replacing(snakemake.output.segments) as path:
    durations.segment_counts(table, snakemake.params.segments).to_csv(path, index=False)
