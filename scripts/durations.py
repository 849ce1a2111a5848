"""Tell what each segment variant keeps of every split and class."""

import pandas as pd

from speechcodes.features import durations
from speechcodes.operations.logs import log_to
from speechcodes.storage import hdf5
from speechcodes.storage.files import read_table, write_table

log_to(snakemake.log[0])
utterance, samples = hdf5.read(snakemake.input.midterm, "utterance", "samples")
seconds = samples / snakemake.params.sampling_rate
lengths = pd.DataFrame({"utterance": utterance, "samples": samples, "seconds": seconds})
splits = read_table(snakemake.input.utterances)[["utterance", "split", "label"]]
table = splits.merge(lengths, on="utterance")[durations.COLUMNS]

write_table(snakemake.output.durations, table)
segments = durations.segment_counts(table, snakemake.params.segments)
write_table(snakemake.output.segments, segments)
