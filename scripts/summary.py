"""Tell in one page what went in, what was chosen, and what came out."""

from pathlib import Path

import yaml

from speechcodes import summary
from speechcodes.files import read_scores, read_table, write_text
from speechcodes.logs import log_to

log_to(snakemake.log[0])
names = ["segments", "rejected", "scores", "chance"]
tables = {name: read_scores(snakemake.input[name]) for name in names}
tables["utterances"] = read_table(snakemake.input.utterances)
choices = {
    Path(path).parent.name: yaml.safe_load(Path(path).read_text())
    for path in snakemake.input.choices
}
corpus = snakemake.params.corpus

page = summary.page(corpus["name"], corpus["reader"], choices=choices, **tables)
write_text(snakemake.output.summary, page)
