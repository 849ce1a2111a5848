"""Figures of autoencoders show losses, and the one that was chosen."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from drawing import assert_ticks_stay_apart, caption, drawn, legend_labels, settings

from speechcodes.figures import autoencoders


def losses(histories, architecture_of, chosen, **changes):
    """Draw losses of 1200 segments to train on and 300 to validate on."""
    sizes = {"training_segments": 1200, "validation_segments": 300}
    choice = {"name": chosen, "loss": "binary_crossentropy", **sizes}
    wanted = settings(architectures=architecture_of, **changes)
    return autoencoders.losses(histories, choice, wanted)


def against_parameters(table, chosen, **changes):
    """Draw the losses of a table of metrics against sizes."""
    table = table.assign(chosen=table["name"] == chosen)
    return autoencoders.loss_against_parameters(table, settings(**changes))


def configurations(architectures, latents=(8, 16), rates=(0.1, 0.01), batches=(1, 2)):
    """Make histories and their architectures, named as configurations are."""
    rng, epoch = np.random.default_rng(0), np.arange(1, 21)
    histories, architecture_of = {}, {}
    for a, latent, rate, batch in product(architectures, latents, rates, batches):
        name = f"{a}_latent{latent}_lr{rate}_batch{batch}_binary_mse_relu"
        loss = 0.03 + 0.2 * np.exp(-epoch) + rng.random(20) / 1000
        columns = {"epoch": epoch, "loss": loss, "validation_loss": loss + 0.001}
        histories[name], architecture_of[name] = pd.DataFrame(columns), a
    return histories, architecture_of


def metric_table():
    """Make the metrics of three autoencoders."""
    return pd.DataFrame(
        {
            "name": ["small_latent8", "small_latent16", "large_latent8"],
            "architecture": ["small", "small", "large"],
            "encoder_parameters": [1000, 2000, 90_000],
            "validation_segments": 300,
            "loss": "binary_crossentropy",
            "validation_loss": [0.0320, 0.0302, 0.0300],
            "validation_mse": [0.3, 0.1, 0.2],
        }
    )


class TestAutoencoders:
    def test_losses_are_those_of_the_history(self):
        histories, architecture_of = configurations(["a"], batches=(1,))
        chosen = list(histories)[2]
        (axes,) = drawn(losses(histories, architecture_of, chosen)).axes
        assert len(axes.lines) == 8
        for i, history in enumerate(histories.values()):
            validation, training = axes.lines[2 * i : 2 * i + 2]
            assert np.array_equal(validation.get_ydata(), history["validation_loss"])
            assert np.array_equal(training.get_ydata(), history["loss"])
            assert training.get_linewidth() < validation.get_linewidth()
        widths = [line.get_linewidth() for line in axes.lines[::2]]
        assert np.argmax(widths) == 2
        assert widths.count(max(widths)) == 1

    def test_numbers_of_losses_are_those_of_all_histories(self):
        histories, architecture_of = configurations("ab", (8,), (0.1,), (1,))
        chosen = next(iter(histories))
        table = autoencoders.loss_table(histories, architecture_of, chosen)
        assert len(table) == 40
        assert set(table.loc[table["chosen"], "autoencoder"]) == {chosen}
        for name, history in histories.items():
            rows = table[table["autoencoder"] == name]
            assert set(rows["architecture"]) == {architecture_of[name]}
            assert rows["loss"].tolist() == history["loss"].tolist()

    @pytest.mark.parametrize("largest", [3_000, 90_000, 800_000, 20_000_000])
    def test_sizes_below_the_axis_do_not_overlap(self, largest):
        table = metric_table().assign(encoder_parameters=[1000, 2000, largest])
        assert_ticks_stay_apart(drawn(against_parameters(table, "large_latent8")))

    def test_legend_and_caption_say_what_differs_and_what_is_shown(self):
        histories, architecture_of = configurations(["a"], batches=(1,))
        figure = losses(histories, architecture_of, next(iter(histories)))
        shown = [x.replace("\N{NO-BREAK SPACE}", " ") for x in legend_labels(figure)]
        assert shown == [
            *("latent 8, lr 0.1", "latent 8, lr 0.01"),
            *("latent 16, lr 0.1", "latent 16, lr 0.01"),
        ]
        assert (
            "Thick: the one chosen (a: latent 8, lr 0.1). Loss: binary crossentropy, "
            "mean over 1 200 segments to train on and 300 of other speakers to "
            "validate on."
        ) in caption(figure)

    def test_one_configuration_and_one_epoch(self):
        histories, architecture_of = configurations(["a"], (8,), (0.1,), (1,))
        (name,) = histories
        drawn(losses(histories, architecture_of, name))
        first = {name: histories[name].head(1)}
        drawn(losses(first, architecture_of, name))

    def test_a_diverging_run_leaves_the_others_readable(self):
        histories, architecture_of = configurations("abcd")
        name = next(iter(histories))
        histories[name] = histories[name].assign(loss=np.nan, validation_loss=1e9)
        chosen = list(histories)[9]
        figure = drawn(losses(histories, architecture_of, chosen))
        assert [len(axes.lines) for axes in figure.axes] == [16] * 4
        assert figure.axes[0].get_ylim()[1] < 1
        assert "Higher losses lie above the axis." in caption(figure)

    def test_short_names_of_unlike_and_undistinguishable_names(self):
        names = ["a_latent8_binary_crossentropy_adam", "a_latent8_mse_adam"]
        shown = list(autoencoders.short_names(names).values())
        assert shown == ["binary, crossentropy", "mse"]
        # Each word of the first is in all, so nothing would be left of it.
        names = ["a_relu", "a_relu_relu"]
        assert autoencoders.short_names(names) == dict(zip(names, names, strict=True))

    def test_the_ring_is_at_the_chosen_point(self):
        figure = against_parameters(metric_table(), "small_latent16")
        (axes,) = drawn(figure).axes
        (ring,) = axes.lines
        assert ring.get_xydata().tolist() == [[2000, 0.0302]]
        points = np.concatenate([c.get_offsets() for c in axes.collections])
        loss_of = {1000: 0.0320, 2000: 0.0302, 90_000: 0.0300}
        assert sorted(map(tuple, points)) == list(loss_of.items())
        (band,) = axes.patches
        assert band.get_y() == pytest.approx(0.0300)
        assert band.get_height() == pytest.approx(0.0003)
        assert axes.get_xscale() == "log"
        assert "chosen: small, latent\N{NO-BREAK SPACE}16" in legend_labels(figure)

    def test_a_band_of_losses_is_drawn_only_if_they_were_the_criterion(self):
        figure = against_parameters(
            metric_table(), "small_latent16", select_by="instability"
        )
        (axes,) = drawn(figure).axes
        assert not axes.patches
        assert "Chosen by instability under noise." in figure.get_supxlabel()

    def test_unlike_loss_functions_are_compared_by_squared_error(self):
        table = metric_table()
        table["loss"] = ["mse", "mse", "binary_crossentropy"]
        (axes,) = against_parameters(table, "large_latent8").axes
        assert axes.lines[0].get_xydata().tolist() == [[90_000, 0.2]]
        assert axes.get_ylabel() == "Mean squared error (validation)"

    def test_diverged_autoencoders_are_counted(self):
        table = metric_table()
        table.loc[0, "validation_loss"] = np.nan
        figure = against_parameters(table, "large_latent8")
        assert drawn(figure).get_supxlabel() == (
            "n: 300 segments to validate on. Chosen by validation loss. 1 of 3 "
            "diverged and are not shown."
        )
