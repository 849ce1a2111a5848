"""Scores of the code of any one autoencoder, by the experiment's classifiers and draws.

Analysis alone: nothing is chosen by them.
"""

import pandas as pd

from speechcodes.experiment import metrics
from speechcodes.experiment.feature_sets import gather
from speechcodes.experiment.learning_curves import predict_draws

COLUMNS = ["classifier", "percentage", "draw", "macro_f1", "uar"]


def split(rows, feature_set, table):
    """Return the `feature_sets.Split` of those utterances that have a code.

    Parameters
    ----------
    rows : feature_sets.Rows
        Codes.
    feature_set : str
        What they are compared as: `code`.
    table : pd.DataFrame
        Text columns utterance, label, speaker and session of the split's utterances.
    """
    return gather({"code": rows}, [feature_set], table)


def scores(training, test, classifiers, protocols, percentages, threads=1):
    """Return the scores of all draws on the test split.

    Parameters
    ----------
    training, test : feature_sets.Split
        With one feature set.
    classifiers : dict of str to dict
        Settings by name.
    protocols : dict of str to learning_curves.Protocol
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
            tables.append(metrics.score_rows(*case, **columns))
    return pd.concat(tables, ignore_index=True)[COLUMNS]
