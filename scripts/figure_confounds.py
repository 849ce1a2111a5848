"""Draw how far classes can be told apart by who speaks or where."""

from speechcodes.figures import confounds, style
from speechcodes.files import read_scores
from speechcodes.logs import log_to

log_to(snakemake.log[0])
figure = confounds.confounds(
    read_scores(snakemake.input.confounds), note=snakemake.params.note
)
style.save(figure, snakemake.output.figure)
