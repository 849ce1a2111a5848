"""Tell how well the best feature set and classifier serves each group."""

from pathlib import Path

from speechcodes.experiment import groups, predictions
from speechcodes.operations.logs import log_to
from speechcodes.storage.files import read_scores, read_table, write_table

log_to(snakemake.log[0])
params = snakemake.params
ranking = read_scores(snakemake.input.ranking).query("rank == 1").set_index("metric")
best = ranking.loc[params.metric]

paths = snakemake.input.predictions
paths = [path for path in paths if Path(path).parent.name == best["classifier"]]
(predicted,) = (
    one
    for one in predictions.read_folds(paths)
    if one.main
    and one.feature_set == best["feature_set"]
    and one.percentage == params.percentage
)
columns = read_table(snakemake.input.utterances).set_index("utterance")[params.groups]
table = groups.score(predicted, columns, resamples=params.resamples, seed=params.seed)
write_table(snakemake.output.groups, table, float_format="%.6g")
