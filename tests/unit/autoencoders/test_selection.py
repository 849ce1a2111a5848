"""The choice of an autoencoder, by each criterion."""

import pytest

from speechcodes.autoencoders import selection
from speechcodes.errors import InputError
from speechcodes.names import CRITERIA

LOSS = "validation_loss"


def entry(name, value, parameters=10, by=LOSS, **others):
    """Metrics of an autoencoder that differs from others in one criterion only."""
    return {
        "name": name,
        "loss": "mse",
        "validation_loss": 0.3,
        "validation_mse": 0.3,
        "mean_spectrogram_loss": 1.0,
        "encoder_parameters": parameters,
        by: value,
        **others,
    }


def chosen(metrics, tolerance=0.01, by=LOSS):
    """Name the autoencoder that is chosen."""
    return selection.select(metrics, tolerance, by)["name"]


def test_the_study_chose_its_third_architecture():
    metrics = [
        entry("study1", 0.0316, 49_818),
        entry("study2", 0.0315, 49_966),
        entry("study3", 0.0305, 438_896),
        entry("study4", 0.0310, 814_776),
    ]
    assert chosen(metrics) == "study3"


@pytest.mark.parametrize("by", CRITERIA)
def test_the_best_by_each_criterion_is_chosen(by):
    metrics = [entry(f"{v:g}", v, by=by) for v in (0.2, 0.1, 0.3)]
    best = "0.3" if by == "effective_dimensions" else "0.1"
    assert chosen(metrics, 0, by) == best


@pytest.mark.parametrize(
    ("by", "values"),
    [
        ("restored_loss", [1.0, 1.09, 1.11]),
        ("effective_dimensions", [10, 9.1, 8.9]),
        # Corrected for the number of speakers, a share may lie below zero.
        ("speaker_share", [-0.1, -0.091, -0.089]),
    ],
)
def test_of_those_within_the_tolerance_the_smallest_is_chosen(by, values):
    sizes = zip("abc", values, [30, 20, 10], strict=True)
    metrics = [entry(name, v, size, by) for name, v, size in sizes]
    assert [chosen(metrics, t, by) for t in (0, 0.1, 0.2)] == ["a", "b", "c"]


def test_ties_go_by_value_then_by_name():
    tied = [entry("b", 0.0300, 100), entry("a", 0.0300, 100), entry("c", 0.03001, 9)]
    assert chosen(tied, 0) == "a"
    assert chosen([entry("a", 0.0301, 100), entry("b", 0.0300, 100)]) == "b"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), None])
def test_what_has_no_value_is_left_out(value):
    unknown = entry("a", value, 1)
    assert chosen([unknown, entry("b", 0.03, 9)]) == "b"
    with pytest.raises(InputError, match="none of 2 .* finite validation_loss; .*rate"):
        chosen([unknown, unknown])
    with pytest.raises(InputError, match="finite speaker_share; .*validation_share"):
        chosen([entry("a", value, by="speaker_share")], by="speaker_share")


def test_what_is_no_better_than_the_mean_spectrogram_is_chosen_only_if_all_are():
    empty = entry("empty", 0.0, by="instability", mean_spectrogram_loss=0.2)
    metrics = [empty, entry("a", 0.9, by="instability")]
    assert chosen(metrics, by="instability") == "a"
    assert chosen([empty], by="instability") == "empty"


def test_different_loss_functions_are_compared_by_squared_error():
    metrics = [
        entry("a", 1e-4, restored_mse=9, validation_mse=2e-4),
        entry("b", 0.03, restored_mse=8, validation_mse=1e-4, loss="cross-entropy"),
    ]
    assert selection.compared_by(metrics, "restored_loss") == "restored_mse"
    assert chosen(metrics, by="restored_loss") == chosen(metrics, by=LOSS) == "b"
    assert selection.compared_by(metrics, "instability") == "instability"
    assert selection.compared_by(metrics[:1], LOSS) == LOSS
