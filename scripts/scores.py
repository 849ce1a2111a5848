"""Score the predictions of all folds together, draw by draw."""

import pandas as pd

from speechcodes.experiment import metrics, predictions
from speechcodes.operations.logs import log_to
from speechcodes.storage.files import write_table

log_to(snakemake.log[0])
columns = ("segment", "feature_set", "classifier", "percentage")
columns += ("n_training_utterances", "unit")
scores, confusions = [], []
for one in predictions.read_folds(snakemake.input.predictions):
    told = {column: getattr(one, column) for column in columns}
    case = one.truth, one.predicted
    scores.append(metrics.score_rows(*case, len(one.classes), **told))
    confusions.append(metrics.confusion_rows(*case, one.classes, **told))

write_table(snakemake.output.scores, pd.concat(scores), float_format="%.6f")
write_table(snakemake.output.confusions, pd.concat(confusions), float_format="%.6g")
