"""Draw the learning curves of all classifiers side by side."""

from speechcodes.figures import learning_curves, style
from speechcodes.operations.logs import log_to
from speechcodes.storage.files import read_scores

log_to(snakemake.log[0])
metric = snakemake.params.metric
intervals = read_scores(snakemake.input.intervals)
chance = read_scores(snakemake.input.chance)

figure = learning_curves.overview(
    intervals,
    chance,
    snakemake.wildcards.segment,
    metric,
    **learning_curves.spread(intervals),
    note=snakemake.params.note,
)
numbers = learning_curves.numbers(intervals, chance, metric=metric)
style.save(figure, numbers, snakemake.output)
