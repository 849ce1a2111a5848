"""Tell in one page what all folds together say."""

from speechcodes.operations.logs import log_to
from speechcodes.report import summary
from speechcodes.storage.files import read_scores, read_table, write_text

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
