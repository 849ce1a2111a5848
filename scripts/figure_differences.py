"""Draw by how much feature sets are ahead of the first."""

from speechcodes.figures import differences, learning_curves, style
from speechcodes.files import read_scores
from speechcodes.logs import log_to

log_to(snakemake.log[0])
figure = differences.differences(
    read_scores(snakemake.input.differences),
    snakemake.wildcards.segment,
    snakemake.params.metric,
    **learning_curves.spread(read_scores(snakemake.input.intervals)),
    note=snakemake.params.note,
)
style.save(figure, snakemake.output.figure)
