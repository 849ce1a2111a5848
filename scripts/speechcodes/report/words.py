"""Pieces of sentences: counts, ranges, scores and intervals."""

import numpy as np
import pandas as pd

from speechcodes import names


def count(n: int, noun: str) -> str:
    """Write a number with its noun.

    >>> count(1, "draw"), count(0, "draw"), count(12, "draw")
    ('1 draw', 'no draws', '12 draws')
    """
    return f"{n or 'no'} {noun}{'' if n == 1 else 's'}"


def have(n: int) -> str:
    """Return the verb of a number of things."""
    return "has" if n == 1 else "have"


def spread(numbers: pd.Series) -> str:
    """Write the least and the most of some numbers, or the one that they all are."""
    least, most = numbers.min(), numbers.max()
    return f"{least}" if least == most else f"{least} to {most}"


def capitalised(text: str) -> str:
    """Return a text whose first letter is a capital one, but for names such as eGeMAPS.

    >>> capitalised("mid-term features of SVMs"), capitalised("eGeMAPS features")
    ('Mid-term features of SVMs', 'eGeMAPS features')
    """
    return text[:1].upper() + text[1:] if text[1:2].islower() else text


def with_classifier(row) -> str:
    """Name the feature set and the classifier of a row; of several parts, in short.

    >>> with_classifier({"feature_set": "code@speaker", "classifier": "svm"})
    'codes (per speaker) with the SVM'
    >>> with_classifier({"feature_set": "egemaps+f0", "classifier": "knn"})
    'eGeMAPS + pitch with the k-NN'
    """
    name = row["feature_set"]
    features = names.feature_set(name, short=len(names.parts(name)) > 1)
    return f"{features} with the {names.classifier(row['classifier'])}"


def interval(low: float, high: float, signed: bool = False, digits: int = 2) -> str:
    """Write an interval in brackets, or nothing where there is none.

    >>> interval(0.1234, 0.5), interval(-0.02, 0.01, signed=True)
    (' (0.12 to 0.50)', ' (-0.02 to +0.01)')
    """
    if np.isnan(low) or np.isnan(high):
        return ""
    form = f"{'+' if signed else ''}.{digits}f"
    return f" ({low:{form}} to {high:{form}})"
