"""Codes as points in a plane, and what their variance goes with."""

import numpy as np
import pandas as pd
import pytest

from speechcodes.features import projection

LINE = np.array([[1.0], [2.0], [6.0]])


def test_components_are_those_of_the_covariance():
    features = np.random.default_rng(0).normal(size=(200, 4)) * [5, 3, 1, 1]
    points, explained = projection.plane(features)
    eigenvalues = np.linalg.eigvalsh(np.cov(features.T))[::-1]
    assert explained == pytest.approx(eigenvalues[:2] / eigenvalues.sum())
    assert points.var(axis=0, ddof=1) == pytest.approx(eigenvalues[:2])


@pytest.mark.parametrize(
    ("features", "share"), [(np.full((5, 3), 0.5), 0), (np.ones((1, 3)), 0), (LINE, 1)]
)
def test_where_a_component_is_missing_there_are_zeros(features, share):
    points, explained = projection.plane(features)
    assert explained.tolist() == [share, 0] and not points[:, share:].any()


def test_variance_between_groups_by_hand():
    # Around 1 and 5, means of pairs 0, 2 and 4, 6: within 4, in all 20.
    features = np.array([[0.0], [2.0], [4.0], [6.0]])
    share = projection.variance_between(features, ["a", "a", "b", "b"])
    assert share == pytest.approx(1 - (4 / 2) / (20 / 3))


def test_groups_made_at_random_have_no_share_on_average():
    rng = np.random.default_rng(0)
    features = rng.normal(size=(120, 8))
    shares = [
        projection.variance_between(features, rng.integers(0, 40, 120))
        for _ in range(200)
    ]
    assert np.mean(shares) == pytest.approx(0, abs=0.01)


@pytest.mark.parametrize(
    ("features", "groups"),
    [
        (np.empty((0, 3)), []),
        (np.ones((3, 2)), ["a", "a", "b"]),
        (np.eye(3), ["a", "a", "a"]),
        (np.eye(3), ["a", "b", "c"]),
    ],
)
def test_where_nothing_can_be_said_it_is_nan(features, groups):
    assert np.isnan(projection.variance_between(features, groups))


def test_unknown_speakers_count_for_classes_only():
    table = pd.DataFrame(
        {
            "role": ["training"] * 5 + ["test"] * 4,
            "label": ["negative", "negative", "neutral", "neutral", "neutral"]
            + ["negative", "negative", "neutral", "neutral"],
            "speaker": ["", "anna", "anna", "ben", "ben"] + [""] * 4,
        }
    )
    features = np.array([9.0, 0, 2, 4, 6, 0, 2, 4, 6])[:, None]
    found = projection.variance_between_columns(features, table)
    by_hand = 1 - (4 / 2) / (20 / 3)
    assert found["training"]["speaker"] == pytest.approx(by_hand)
    assert found["test"]["label"] == pytest.approx(by_hand)
    assert np.isnan(found["test"]["speaker"])
