"""Score all predictions, draw by draw."""

from pathlib import Path

import pandas as pd

from speechcodes import progress
from speechcodes.experiment import metrics, predictions
from speechcodes.operations.logs import log_to
from speechcodes.records import LABELS
from speechcodes.storage.files import write_table

log_to(snakemake.log[0])
scores, confusions = [], []
for path in progress.each(snakemake.input.predictions, "files of predictions"):
    for one in predictions.read(path):
        columns = {
            "segment": Path(path).parts[-3],
            "feature_set": one.feature_set,
            "classifier": one.classifier,
            "percentage": one.percentage,
            "n_training_utterances": one.n_training_utterances,
            "unit": one.unit,
        }
        case = one.truth, one.predicted
        scores.append(metrics.score_rows(*case, **columns))
        confusions.append(metrics.confusion_rows(*case, LABELS, **columns))

write_table(snakemake.output.scores, pd.concat(scores), float_format="%.6f")
write_table(snakemake.output.confusions, pd.concat(confusions), float_format="%.6g")
