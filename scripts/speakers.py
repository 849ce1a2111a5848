"""Write who speaks in one split."""

import pandas as pd

from speechcodes.files import write_table
from speechcodes.logs import log_to

log_to(snakemake.log[0])
columns = ["utterance", "speaker", "session", "label"]
table = pd.DataFrame(snakemake.params.utterances, columns=columns)
write_table(snakemake.output.speakers, table)
