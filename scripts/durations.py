"""Tell how long utterances are, and what each segment variant keeps of every class."""

import pandas as pd

from speechcodes.features import durations
from speechcodes.operations.logs import log_to
from speechcodes.storage import hdf5
from speechcodes.storage.files import read_table, write_table

log_to(snakemake.log[0])
utterance, samples = hdf5.read(snakemake.input.midterm, "utterance", "samples")
lengths = pd.DataFrame({"utterance": utterance, "samples": samples})
table = durations.table(
    read_table(snakemake.input.utterances), lengths, snakemake.params.sampling_rate
)
write_table(snakemake.output.durations, table)
segments = durations.segment_counts(
    table, snakemake.params.segments, snakemake.params.classes
)
write_table(snakemake.output.segments, segments)
