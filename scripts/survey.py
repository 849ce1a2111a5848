"""Tell how long utterances are, what segments keep, and which are the same audio."""

import pandas as pd

from speechcodes.corpus import duplicates
from speechcodes.features import durations
from speechcodes.operations.logs import log_to
from speechcodes.storage import hdf5
from speechcodes.storage.files import read_table, write_table

log_to(snakemake.log[0])
params, output = snakemake.params, snakemake.output
utterances = read_table(snakemake.input.utterances)
utterance, samples, midterm = hdf5.read(
    snakemake.input.midterm, "utterance", "samples", "midterm"
)
lengths = pd.DataFrame({"utterance": utterance, "samples": samples})
table = durations.table(utterances, lengths, params.sampling_rate)
segments = durations.segment_counts(table, params.segments, params.classes)
found = duplicates.find(utterances, utterance, samples, midterm)

write_table(output.durations, table)
write_table(output.segments, segments)
write_table(output.duplicates, found)
