"""Features as points in a plane, and what their variance lies between."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from sklearn.decomposition import PCA


def plane(features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Project features (n, d) onto their first two principal components.

    They are not scaled: what varies more counts for more. Returns the points (n, 2) and
    the share of the variance that each component explains (2,), zeros for a component
    that there is not.
    """
    points, explained = np.zeros((len(features), 2)), np.zeros(2)
    features = np.asarray(features, float)
    if features.var(axis=0).sum() > 0:
        analysis = PCA(min(2, *features.shape), svd_solver="full")
        found = analysis.fit_transform(features)
        points[:, : found.shape[1]] = found
        explained[: found.shape[1]] = analysis.explained_variance_ratio_
    return points, explained


def variance_between(features: np.ndarray, groups: Sequence[str]) -> float:
    """Return the share of the variance of features that lies between groups.

    Corrected for the number of groups (epsilon squared), so that groups made at random
    give 0 on average, however many there are. Features are of shape (n, d). NaN where
    there are fewer than two groups, none of two members, or features that do not vary.
    """
    features = np.asarray(features, float)
    _, member_of, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    n, k = len(features), len(sizes)
    if k < 2 or n == k:
        return np.nan
    total = ((features - features.mean(axis=0)) ** 2).sum()
    if total == 0:
        return np.nan
    sums = np.zeros((k, features.shape[1]))
    np.add.at(sums, member_of, features)
    means = sums / sizes[:, None]
    within = ((features - means[member_of]) ** 2).sum()
    return float(1 - (within / (n - k)) / (total / (n - 1)))


def variance_between_columns(
    features: np.ndarray, table: pd.DataFrame
) -> dict[str, dict[str, float]]:
    """Return the share of the variance of each role that goes with label and speaker.

    The table has these columns and role, one row for each of the features (n, d); rows
    where one is empty do not count for it. Returns role to column to share; see
    `variance_between`.
    """
    return {
        role: {
            column: variance_between(
                features[at := (table["role"] == role) & (table[column] != "")],
                table.loc[at, column],
            )
            for column in ("label", "speaker")
        }
        for role in table["role"].unique()
    }
