"""Tell in one page what went in, what was chosen, and what came out."""

from pathlib import Path

import pandas as pd
import yaml

from speechcodes import summary
from speechcodes.files import replacing
from speechcodes.logs import log_to

log_to(snakemake.log[0])
names = ["utterances", "segments", "rejected", "scores", "chance"]
tables = {name: pd.read_csv(snakemake.input[name]) for name in names}
choices = {
    Path(path).parent.name: yaml.safe_load(Path(path).read_text())
    for path in snakemake.input.choices
}
corpus = snakemake.params.corpus

with replacing(snakemake.output.summary) as path:
    page = summary.page(corpus["name"], corpus["reader"], choices=choices, **tables)
    path.write_text(page)
