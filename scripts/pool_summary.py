"""Tell in one page what all folds together say."""

from speechcodes import summary
from speechcodes.files import read_scores, read_table, write_text
from speechcodes.logs import log_to

log_to(snakemake.log[0])
files, params = snakemake.input, snakemake.params
page = summary.page_of_folds(
    params.corpus,
    params.folds,
    snakemake.wildcards.segment,
    params.metric,
    intervals=read_scores(files.intervals),
    chance=read_scores(files.chance),
    conclusions=read_table(files.conclusions),
)
write_text(snakemake.output.summary, page)
