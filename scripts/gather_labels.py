"""Put the labels of all shards of new speech into one table."""

import pandas as pd

from speechcodes.operations.logs import log_to
from speechcodes.predictor import labelling
from speechcodes.records import Rejected
from speechcodes.storage.files import read_table, write_table

log_to(snakemake.log[0])
labelled = pd.concat(map(read_table, snakemake.input.shards)).sort_values("utterance")
rejected = [Rejected(*each) for each in snakemake.params.rejected]
write_table(snakemake.output.labelled, labelling.with_rejected(labelled, rejected))
