"""Draw the learning curves of all classifiers side by side."""

from speechcodes.figures import learning_curves, style
from speechcodes.files import read_scores
from speechcodes.logs import log_to

log_to(snakemake.log[0])
intervals = read_scores(snakemake.input.intervals)

figure = learning_curves.overview(
    intervals,
    read_scores(snakemake.input.chance),
    snakemake.wildcards.segment,
    snakemake.params.metric,
    **learning_curves.spread(intervals),
    note=snakemake.params.note,
)
style.save(figure, snakemake.output.figure)
