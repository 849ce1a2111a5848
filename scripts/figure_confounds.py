"""Draw how far classes can be told apart by who speaks or where."""

from speechcodes.figures import confounds, style
from speechcodes.operations.logs import log_to
from speechcodes.storage.files import read_scores

log_to(snakemake.log[0])
table = read_scores(snakemake.input.confounds)
figure = confounds.confounds(table, note=snakemake.params.note)
style.save(figure, table, snakemake.output)
