"""Draw by how much feature sets are ahead of the first."""

from speechcodes.figures import differences, learning_curves, style
from speechcodes.operations.logs import log_to
from speechcodes.storage.files import read_scores

log_to(snakemake.log[0])
segment, metric = snakemake.wildcards.segment, snakemake.params.metric
intervals = read_scores(snakemake.input.intervals)
scores = read_scores(snakemake.input.scores)
numbers = differences.numbers(
    read_scores(snakemake.input.differences),
    scores[scores["segment"] == segment],
    metric,
)

figure = differences.differences(
    numbers,
    segment,
    metric,
    **learning_curves.spread(intervals),
    scored=learning_curves.scored_on(intervals),
    note=snakemake.params.note,
)
style.save(figure, numbers, snakemake.output)
