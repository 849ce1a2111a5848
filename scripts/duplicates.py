"""List utterances that are the same audio under several names."""

from speechcodes.corpus import duplicates
from speechcodes.operations.logs import log_to
from speechcodes.storage import hdf5
from speechcodes.storage.files import read_table, write_table

log_to(snakemake.log[0])
found = duplicates.find(
    read_table(snakemake.input.utterances),
    *hdf5.read(snakemake.input.midterm, "utterance", "samples", "midterm"),
)
write_table(snakemake.output.duplicates, found)
