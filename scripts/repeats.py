"""List utterances that are the same audio under several names."""

from speechcodes import repeats, shards
from speechcodes.files import read_table, write_table
from speechcodes.logs import log_to

log_to(snakemake.log[0])
found = repeats.find(
    read_table(snakemake.input.utterances),
    *shards.read(snakemake.input.midterm, "utterance", "samples", "midterm"),
)
write_table(snakemake.output.repeats, found)
