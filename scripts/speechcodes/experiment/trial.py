"""Scores of the code of any one autoencoder, by the experiment's classifiers and draws.

Analysis alone: nothing is chosen by them.
"""

from collections.abc import Sequence

import pandas as pd

from speechcodes.experiment import metrics
from speechcodes.experiment.draws import Protocol
from speechcodes.experiment.feature_sets import RoleFeatures
from speechcodes.experiment.learning_curves import predict_draws

COLUMNS = ["classifier", "percentage", "draw", "macro_f1", "uar"]


def scores(
    training: RoleFeatures,
    test: RoleFeatures,
    classifiers: dict[str, dict],
    protocols: dict[str, Protocol],
    percentages: Sequence[int],
    threads: int = 1,
) -> pd.DataFrame:
    """Return the scores, in `COLUMNS`, of all draws on the test role.

    Roles have one feature set. Settings and protocols are those of each classifier,
    and the unit is the one that its protocol compares feature sets on.
    """
    tables = []
    for name, protocol in protocols.items():
        of_percentages = predict_draws(
            name,
            classifiers[name],
            training,
            test,
            percentages=percentages,
            protocol=protocol,
            threads=threads,
        )
        for percentage, (predicted, _) in of_percentages.items():
            (one,) = predicted.values()
            case = test.labels, one.per_utterance
            if protocol.name == "study":
                (rows,) = test.sets.values()
                case = rows.labels, one.per_row
            columns = {"classifier": name, "percentage": percentage}
            tables.append(metrics.score_rows(*case, len(test.classes), **columns))
    return pd.concat(tables, ignore_index=True)[COLUMNS]
