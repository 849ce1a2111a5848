"""Classifiers of scikit-learn: built from the registry, and tuned across speakers."""

from importlib import import_module

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.calibration import CalibratedClassifierCV
from sklearn.metrics import f1_score, make_scorer
from sklearn.model_selection import ParameterGrid, StratifiedGroupKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.semi_supervised import SelfTrainingClassifier

from speechcodes.experiment.feature_sets import Block, FeatureSet
from speechcodes.names import CLASSIFIERS


class Scaler(StandardScaler):
    """Scale features to unit variance, and give each block of columns equal weight.

    Columns of a block that is scaled already are divided by one common number, so that
    their mean variance is 1. Of several blocks, each has the same total variance. One
    block that is not scaled gets what scikit-learn's `StandardScaler` gives.

    Parameters
    ----------
    blocks : tuple of feature_sets.Block
    """

    def __init__(self, blocks=()):
        super().__init__()
        self.blocks = blocks

    def fit(self, X, y=None):
        """Find mean and scale of each column of the rows X."""
        super().fit(X)
        first = 0
        for width, scaled in self.blocks:
            columns = slice(first, first := first + width)
            if scaled:
                self.scale_[columns] = np.sqrt(self.var_[columns].mean()) or 1
            self.scale_[columns] *= np.sqrt(width * len(self.blocks) / X.shape[1])
        return self


def build(
    name: str,
    settings: dict,
    *,
    seed: int,
    threads: int,
    rows: int,
    blocks: tuple[Block, ...] = (),
    protocol: str = "robust",
) -> BaseEstimator:
    """Return an untrained scikit-learn classifier.

    Parameters
    ----------
    name : str
        One of `names.CLASSIFIERS`.
    settings : dict
        Arguments of the class, and `standardise`: whether features get zero mean
        and unit variance first, as found in the training rows.
    rows : int
        Number of training rows: k-NN cannot ask for more neighbours than that.
    blocks : tuple of feature_sets.Block
        Of the features, if they are to be standardised; see `Scaler`.
    protocol : str
        `study` leaves ties of an SVM as they are.
    """
    module, _, kind = CLASSIFIERS[name].estimator.rpartition(".")
    estimator = getattr(import_module(module), kind)
    defaults = estimator().get_params()
    arguments = {k: v for k, v in settings.items() if k != "standardise"}
    extra = {"random_state": seed, "n_jobs": threads}
    if kind == "LogisticRegression":
        del extra["n_jobs"]  # Without effect since scikit-learn 1.8, which warns of it.
    if protocol != "study":
        # Makes predict() of an SVM agree with the largest decision value.
        extra["break_ties"] = True
    if "n_neighbors" in defaults:
        wanted = arguments.get("n_neighbors", defaults["n_neighbors"])
        extra["n_neighbors"] = min(wanted, rows)
    arguments |= {key: value for key, value in extra.items() if key in defaults}
    model = estimator(**arguments)
    return make_pipeline(Scaler(blocks), model) if settings["standardise"] else model


def tells_probabilities(model: BaseEstimator, labels: np.ndarray) -> bool:
    """Tell whether `with_probabilities` works: for an SVM, two rows of each class."""
    has_own = hasattr(model, "predict_proba")
    return has_own or min(np.unique_counts(labels).counts) > 1


def with_probabilities(model: BaseEstimator, labels: np.ndarray) -> BaseEstimator:
    """Return an untrained classifier that gives probabilities of the classes.

    That is the classifier itself, unless it is an SVM. The decision values of an SVM
    are scaled by one number, found by cross-validation, and turned into probabilities
    (temperature scaling; Guo et al., 2017, "On calibration of modern neural networks",
    ICML), so that the most probable class is the one that the SVM predicts. It needs
    what `tells_probabilities` asks for.
    """
    if hasattr(model, "predict_proba"):
        return model
    folds = min(5, *np.unique_counts(labels).counts)
    return CalibratedClassifierCV(
        model, method="temperature", ensemble=False, cv=int(folds)
    )


def self_labelled(
    model: BaseEstimator, drawn: FeatureSet, unlabelled: np.ndarray
) -> FeatureSet:
    """Add unlabelled rows, with the labels that a classifier is sure of, to drawn ones.

    `sklearn.semi_supervised.SelfTrainingClassifier` with its own settings: in ten
    rounds at most, rows get the class that is more probable than 0.75, and are learned
    from in the next round (Yarowsky, 1995, "Unsupervised word sense disambiguation
    rivaling supervised methods", ACL). For probabilities see `with_probabilities`.

    Parameters
    ----------
    model : BaseEstimator
        Untrained, and left so.
    drawn : FeatureSet
        Rows with labels.
    unlabelled : np.ndarray, shape (rows, dimensions)

    Returns
    -------
    FeatureSet
        Rows without labels that the classifier is sure of, after those drawn; of
        unknown utterances. Those drawn alone if there is a single class, or, with an
        SVM, a class of a single row, which gives no probabilities.
    """
    single_class = len(np.unique(drawn.labels)) == 1
    if single_class or not len(unlabelled):
        return drawn
    if not tells_probabilities(model, drawn.labels):
        return drawn
    features = np.concatenate([drawn.features, unlabelled])
    hidden = np.full(len(unlabelled), -1)
    trained = SelfTrainingClassifier(with_probabilities(model, drawn.labels))
    trained.fit(features, np.concatenate([drawn.labels, hidden]))
    sure = trained.transduction_ >= 0
    owner = np.concatenate([drawn.utterance, hidden])
    return FeatureSet(
        features[sure], owner[sure], trained.transduction_[sure], drawn.blocks
    )


def tune(
    name: str,
    settings: dict,
    training: FeatureSet,
    voices: np.ndarray,
    *,
    grid: dict[str, list],
    folds: int,
    most_rows: int | None = None,
    seed: int,
    threads: int,
) -> dict:
    """Choose settings by cross-validation that holds out whole speakers.

    The highest macro F1 wins, averaged over the folds of
    `sklearn.model_selection.StratifiedGroupKFold`; of equals the first.

    Parameters
    ----------
    training : FeatureSet
        The rows of one draw, and no others.
    voices : np.ndarray of str, shape (training utterances,)
        Of all utterances that the rows' indices point to.
    grid : dict
        Setting to list of values; every combination is tried.
    folds : int
        At most; fewer where there are fewer speakers.
    most_rows : int, optional
        From more rows nothing is chosen, since that takes long and hardly matters.

    Returns
    -------
    settings : dict
        As given where there are more rows than that, or where a class has fewer than
        two speakers to divide.
    """
    if most_rows is not None and len(training.features) > most_rows:
        return settings
    groups = voices[training.utterance]
    of_class = [groups[training.labels == k] for k in np.unique(training.labels)]
    fewest = min(len(np.unique(heard)) for heard in of_class)
    if fewest < 2:
        return settings
    division = StratifiedGroupKFold(min(folds, fewest), shuffle=True, random_state=seed)
    divisions = list(division.split(training.features, training.labels, groups))
    rows = min(len(kept) for kept, _ in divisions)
    common = {"seed": seed, "threads": threads}
    macro_f1 = make_scorer(f1_score, average="macro", zero_division=0)
    candidates = [settings | chosen for chosen in ParameterGrid(grid)]
    scores = [
        cross_val_score(
            build(name, candidate, blocks=training.blocks, rows=rows, **common),
            training.features,
            training.labels,
            cv=divisions,
            scoring=macro_f1,
        ).mean()
        for candidate in candidates
    ]
    # What cannot learn from some fold, as it lacks a class there, does not win.
    return candidates[int(np.argmax(np.nan_to_num(scores, nan=-1)))]
