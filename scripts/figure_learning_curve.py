"""Draw the learning curve of one classifier."""

from speechcodes.figures import learning_curves, style
from speechcodes.files import read_scores
from speechcodes.logs import log_to

log_to(snakemake.log[0])
segment = snakemake.wildcards.segment
chance = read_scores(snakemake.input.chance).set_index(["segment", "unit"])
guess = chance.loc[(segment, "utterance")]

figure = learning_curves.learning_curve(
    read_scores(snakemake.input.scores),
    snakemake.wildcards.classifier,
    segment,
    chance=guess["macro_f1"],
    n_test=guess["n"],
    note=snakemake.params.note,
)
style.save(figure, snakemake.output.figure)
