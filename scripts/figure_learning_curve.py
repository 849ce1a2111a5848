"""Draw the learning curve of one classifier."""

import pandas as pd

from speechcodes.figures import learning_curves, style
from speechcodes.logs import log_to

log_to(snakemake.log[0])
segment = snakemake.wildcards.segment
chance = pd.read_csv(snakemake.input.chance, index_col=["segment", "unit"])
guess = chance.loc[(segment, "utterance")]

figure = learning_curves.learning_curve(
    pd.read_csv(snakemake.input.scores),
    snakemake.wildcards.classifier,
    segment,
    chance=guess["macro_f1"],
    n_test=guess["n"],
    note=snakemake.params.note,
)
style.save(figure, snakemake.output.figure)
