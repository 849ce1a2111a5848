"""Count the rejected by reason; fail if too much audio is unusable."""

from speechcodes.corpus import rejects
from speechcodes.operations.logs import log_to
from speechcodes.storage.files import read_table, write_table

log_to(snakemake.log[0])
rejected = read_table(snakemake.input.rejected)
utterances = read_table(snakemake.input.utterances)

rejects.check(
    rejected,
    utterances=len(utterances),
    used=(utterances["part"] != "").sum(),
    max_unusable_share=snakemake.params.max_unusable_share,
    table=snakemake.input.rejected,
)
write_table(snakemake.output.counts, rejects.count(rejected))
