"""Count the rejected by reason; fail if too much audio is unusable."""

import pandas as pd

from speechcodes import rejects
from speechcodes.files import replacing
from speechcodes.logs import log_to

log_to(snakemake.log[0])
rejected = pd.read_csv(snakemake.input.rejected, dtype=str, keep_default_na=False)
utterances = pd.read_csv(snakemake.input.utterances, dtype=str, keep_default_na=False)

rejects.check(
    rejected,
    used=(utterances["split"] != "").sum(),
    max_unusable_share=snakemake.params.max_unusable_share,
    table=snakemake.input.rejected,
)
with replacing(snakemake.output.counts) as path:
    rejects.count(rejected).to_csv(path, index=False)
