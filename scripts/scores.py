"""Score all predictions."""

import h5py
import pandas as pd

from speechcodes import statistics
from speechcodes.files import write_table
from speechcodes.logs import log_to

log_to(snakemake.log[0])
scores, chance = [], {}
for path in snakemake.input.predictions:
    with h5py.File(path, "r", locking=False) as file:
        label = file["label"][:]
        truths = {"utterance": label, "segment": label[file["segment_utterance"][:]]}
        for unit, truth in truths.items():
            chance[file.attrs["segment"], unit] = {
                "n": len(truth),
                **statistics.chance(truth),
            }
            for feature_set in ("midterm", "code"):
                table = statistics.score_rows(
                    truth,
                    file[feature_set][unit][:],
                    segment=file.attrs["segment"],
                    feature_set=feature_set,
                    classifier=file.attrs["classifier"],
                    percentage=file.attrs["percentage"],
                    n_training_utterances=file.attrs["n_training_utterances"],
                    unit=unit,
                )
                scores.append(table)

columns = ["segment", "feature_set", "classifier", "percentage"]
columns += ["n_training_utterances", "draw", "unit", *statistics.METRICS]
table = pd.concat(scores)[columns]
write_table(snakemake.output.scores, table, float_format="%.6f")
table = pd.DataFrame.from_dict(chance, orient="index")
table = table.rename_axis(["segment", "unit"]).reset_index()
write_table(snakemake.output.chance, table, float_format="%.6f")
