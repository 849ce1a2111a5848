"""Write the corpus table, and the rows and files that its reader left out."""

import logging
from collections import Counter

import pandas as pd

from speechcodes.corpus import splits
from speechcodes.operations.logs import log_to
from speechcodes.records import Rejected, Utterance
from speechcodes.storage.files import write_table

log_to(snakemake.log[0])
utterances, rejected = splits.corpus_table(
    snakemake.params.corpus, snakemake.params.splits
)

table = pd.DataFrame(utterances, columns=Utterance._fields).drop(columns="partition")
write_table(snakemake.output.utterances, table)
write_table(snakemake.output.rejected, pd.DataFrame(rejected, columns=Rejected._fields))

sizes = Counter((u.split, u.label) for u in utterances)
for (split, label), count in sorted(sizes.items()):
    logging.info("%s %s: %d utterances", split or "in no split:", label, count)
unknown = sum(bool(u.split) and not u.speaker for u in utterances)
logging.info("%d utterances of unknown speakers, kept apart by session", unknown)
logging.info("%d rows or files rejected", len(rejected))
