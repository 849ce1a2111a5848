# ruff: noqa: D103 - names of tests say what they test
"""The choice of an autoencoder, by each criterion."""

import pytest

from speechcodes.autoencoders import selection
from speechcodes.errors import InputError
from speechcodes.names import CRITERIA

LOSS = "validation_loss"


def metric(name, validation_loss, encoder_parameters, **others):
    """One autoencoder's metrics."""
    return {
        "name": name,
        "loss": "mse",
        "validation_loss": validation_loss,
        "validation_mse": validation_loss,
        "mean_spectrogram_loss": 1.0,
        "encoder_parameters": encoder_parameters,
        **others,
    }


def test_the_smallest_encoder_within_tolerance_is_chosen():
    metrics = [
        metric("best", 0.0300, 900),
        metric("small", 0.0302, 400),
        metric("smaller", 0.0304, 100),
    ]
    assert selection.select(metrics, 0, LOSS)["name"] == "best"
    assert selection.select(metrics, 0.01, LOSS)["name"] == "small"
    assert selection.select(metrics, 0.02, LOSS)["name"] == "smaller"


def test_the_study_chose_its_third_architecture():
    metrics = [
        metric("study1", 0.0316, 49_818),
        metric("study2", 0.0315, 49_966),
        metric("study3", 0.0305, 438_896),
        metric("study4", 0.0310, 814_776),
    ]
    assert selection.select(metrics, 0.01, LOSS)["name"] == "study3"


def test_ties_go_by_loss_then_by_name():
    tied = [metric("b", 0.0300, 100), metric("a", 0.0300, 100), metric("c", 0.03001, 9)]
    assert selection.select(tied, 0, LOSS)["name"] == "a"
    tied = [metric("a", 0.0301, 100), metric("b", 0.0300, 100)]
    assert selection.select(tied, 0.01, LOSS)["name"] == "b"


def test_different_loss_functions_are_compared_by_squared_error():
    metrics = [
        metric("a", 0.03, 100, loss="binary_crossentropy", validation_mse=1e-4),
        metric("b", 2e-4, 100, loss="mse", validation_mse=2e-4),
    ]
    assert selection.compared_by(metrics, LOSS) == "validation_mse"
    assert selection.select(metrics, 0.01, LOSS)["name"] == "a"
    assert selection.compared_by(metrics[:1], LOSS) == "validation_loss"


def test_what_diverged_is_left_out():
    metrics = [metric("a", float("nan"), 1), metric("b", float("inf"), 1)]
    assert selection.select([*metrics, metric("c", 0.03, 9)], 0.01, LOSS)["name"] == "c"
    with pytest.raises(InputError, match="none of 2 autoencoders"):
        selection.select(metrics, 0.01, LOSS)


def test_what_is_no_better_than_the_mean_spectrogram_is_chosen_only_if_all_are():
    empty = metric("empty", 0.301, 10, mean_spectrogram_loss=0.3005)
    learned = metric("learned", 0.300, 99, mean_spectrogram_loss=0.3005)
    assert selection.select([empty, learned], 0.01, LOSS)["name"] == "learned"
    assert selection.select([empty], 0.01, LOSS)["name"] == "empty"


def judged(name, value, encoder_parameters=10, criterion="instability", **others):
    """Metrics of an autoencoder that differs in one criterion only."""
    others = {criterion: value, "mean_spectrogram_loss": 1.0, **others}
    return {**metric(name, 0.3, encoder_parameters), **others}


@pytest.mark.parametrize("by", CRITERIA)
def test_the_best_by_each_criterion_is_chosen(by):
    metrics = [judged(f"{v:g}", v, criterion=by) for v in (0.2, 0.1, 0.3)]
    best = "0.3" if by == "effective_dimensions" else "0.1"
    assert selection.select(metrics, 0, by)["name"] == best


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
    metrics = [judged(name, v, size, by) for name, v, size in sizes]
    assert selection.select(metrics, 0, by)["name"] == "a"
    assert selection.select(metrics, 0.1, by)["name"] == "b"
    assert selection.select(metrics, 0.2, by)["name"] == "c"


def test_the_best_by_a_criterion_is_not_chosen_if_it_alone_learned_nothing():
    empty = judged("empty", 0.0, mean_spectrogram_loss=0.2)
    metrics = [empty, judged("a", 0.9), judged("b", 0.8)]
    assert selection.select(metrics, 0.01, "instability")["name"] == "b"
    assert selection.select([empty], 0.01, "instability")["name"] == "empty"


def test_what_has_no_value_of_a_criterion_is_left_out():
    unknown = judged("a", None, 1, "speaker_share")
    known = judged("b", 0.5, 9, "speaker_share")
    assert selection.select([unknown, known], 0.01, "speaker_share")["name"] == "b"
    with pytest.raises(InputError, match="finite speaker_share; .*validation_share"):
        selection.select([unknown], 0.01, "speaker_share")


def test_different_loss_functions_are_compared_by_the_squared_error_of_restoring():
    metrics = [
        judged("a", 0.1, restored_loss=1, restored_mse=9),
        judged("b", 0.2, restored_loss=2, restored_mse=8, loss="binary_crossentropy"),
    ]
    assert selection.compared_by(metrics, "restored_loss") == "restored_mse"
    assert selection.compared_by(metrics, "instability") == "instability"
    assert selection.select(metrics, 0.01, "restored_loss")["name"] == "b"
