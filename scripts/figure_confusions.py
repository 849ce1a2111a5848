"""Draw which classes are taken for which, with few labels and with all."""

from speechcodes.figures import confusions, learning_curves, style
from speechcodes.operations.logs import log_to
from speechcodes.storage.files import read_scores

log_to(snakemake.log[0])
segment = snakemake.wildcards.segment
intervals = read_scores(snakemake.input.intervals)
table = confusions.select(read_scores(snakemake.input.confusions), intervals, segment)

figure = confusions.confusions(
    table,
    segment,
    draws=learning_curves.spread(intervals)["draws"],
    scored=learning_curves.scored_on(intervals),
    note=snakemake.params.note,
)
style.save(figure, table, snakemake.output)
