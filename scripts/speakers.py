"""Write who speaks in one split."""

import pandas as pd

from speechcodes.operations.logs import log_to
from speechcodes.storage.files import write_table

log_to(snakemake.log[0])
columns = ["utterance", "speaker", "session", "label"]
table = pd.DataFrame(snakemake.params.utterances, columns=columns)
write_table(snakemake.output.speakers, table)
