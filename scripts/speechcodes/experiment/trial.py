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
    """Return the scores of all draws on the test role.

    Parameters
    ----------
    training, test : RoleFeatures
        With one feature set.
    classifiers : dict of str to dict
        Settings by name.
    protocols : dict of str to Protocol
        By name of the classifier.
    percentages : sequence of int
    threads : int

    Returns
    -------
    pd.DataFrame
        Columns as in `COLUMNS`; by the unit that the protocol compares feature sets on.
    """
    tables = []
    for name, settings in classifiers.items():
        for percentage in percentages:
            predicted, _ = predict_draws(
                name,
                settings,
                training,
                test,
                percentage=percentage,
                protocol=protocols[name],
                threads=threads,
            )
            (one,) = predicted.values()
            case = test.labels, one.per_utterance
            if protocols[name].name == "study":
                (rows,) = test.sets.values()
                case = rows.labels, one.per_row
            columns = {"classifier": name, "percentage": percentage}
            tables.append(metrics.score_rows(*case, len(test.classes), **columns))
    return pd.concat(tables, ignore_index=True)[COLUMNS]
