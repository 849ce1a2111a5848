"""Write the corpus table, and the rows and files that its reader left out."""

import logging

import pandas as pd

from speechcodes.corpus.splits import roles
from speechcodes.corpus.table import corpus_table
from speechcodes.operations.logs import log_to
from speechcodes.records import Rejected, Utterance
from speechcodes.storage.files import write_table

log_to(snakemake.log[0])
corpus = snakemake.params.corpus
settings = snakemake.params.splits, snakemake.params.groups
utterances, rejected, folds = corpus_table(corpus, *settings)

table = pd.DataFrame(utterances, columns=Utterance._fields).drop(columns="groups")
# What was added as more unlabelled speech has none.
groups = pd.DataFrame([dict(u.groups) for u in utterances]).fillna("")
table = pd.concat([table, groups], axis="columns")
write_table(snakemake.output.utterances, table)
write_table(snakemake.output.rejected, pd.DataFrame(rejected, columns=Rejected._fields))

for one in roles.count(utterances, folds, corpus["classes"]):
    classes = ", ".join(f"{count} {label}" for label, count in one.per_class.items())
    logging.info(
        "fold %d, %s: %d utterances of %d speakers%s",
        one.fold,
        one.role,
        one.utterances,
        one.voices,
        f": {classes}" if classes else "",
    )
usage = roles.used(utterances, folds)
logging.info(
    "%d of %d labelled utterances used, and %d of %d without label, %d of these by "
    "unknown speakers",
    usage.labelled_used,
    usage.labelled,
    usage.unlabelled_used,
    usage.unlabelled,
    usage.unknown_speaker,
)
logging.info("%d rows or files rejected", len(rejected))
