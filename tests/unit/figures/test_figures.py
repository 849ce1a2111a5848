"""The figures draw the numbers they are given, and never fail on extremes."""

import re
import warnings

import numpy as np
import pandas as pd
import pytest
from drawing import drawn, lines, texts

from speechcodes.figures import autoencoders, criteria, durations, style
from speechcodes.records import LABELS, SPLITS


@pytest.fixture(autouse=True)
def _no_warnings():
    """Layouts that collapse and empty legends come as warnings."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def length_table(**seconds):
    """Make a table of one split; seconds by class."""
    return pd.concat(
        pd.DataFrame({"split": "training", "label": label, "seconds": values})
        for label, values in seconds.items()
    ).assign(utterance=lambda table: [f"u{i}" for i in range(len(table))])


def share_kept(table, segment_seconds):
    """Draw the shares of a table of lengths."""
    shares = durations.shares(table, segment_seconds)
    return durations.share_kept(shares, segment_seconds)


def losses(histories, architecture_of, chosen):
    """Draw losses of 1200 segments to train on and 300 to validate on."""
    sizes = {"training_segments": 1200, "validation_segments": 300}
    choice = {"name": chosen, "loss": "binary_crossentropy", **sizes}
    return autoencoders.losses(histories, architecture_of, choice, "long")


def configurations(architectures, latents=(8, 16), rates=(0.1, 0.01), batches=(1, 2)):
    """Make histories and their architectures, named as configurations are."""
    rng = np.random.default_rng(0)
    histories, architecture_of = {}, {}
    for a in architectures:
        for latent in latents:
            for rate in rates:
                for batch in batches:
                    name = f"{a}_latent{latent}_lr{rate}_batch{batch}_binary_mse_relu"
                    loss = 0.03 + 0.2 * np.exp(-np.arange(20)) + rng.random(20) / 1000
                    histories[name] = pd.DataFrame(
                        {
                            "epoch": np.arange(1, 21),
                            "loss": loss,
                            "validation_loss": loss + 0.001,
                        }
                    )
                    architecture_of[name] = a
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


class TestStyle:
    def test_unknown_feature_sets_look_the_same_in_any_order(self):
        looks = style.feature_sets(["zeta", "code", "alpha", "midterm"])
        assert looks == style.feature_sets(["alpha", "midterm", "zeta", "code"])
        assert list(looks) == ["midterm", "code", "alpha", "zeta"]
        assert looks["midterm"].label == "mid-term (136)"
        assert len({look.colour for look in looks.values()}) == 4

    def test_sets_normalised_per_speaker_differ_from_their_plain_ones(self):
        names = ["midterm", "code", "own", "own+code"]
        names += [f"{name}@speaker" for name in names]
        looks = style.feature_sets(names)
        assert set(looks) == set(names)
        assert list(looks)[:2] == ["midterm", "midterm@speaker"]
        for part in ("label", "colour"):
            assert len({getattr(look, part) for look in looks.values()}) == 8
        assert looks["midterm@speaker"].label == "mid-term (136), per speaker"
        assert style.short(looks["midterm@speaker"]) == "mid-term, per speaker"
        assert looks["own@speaker"].label == "own, per speaker"
        for name in ("midterm", "code"):
            plain, other = looks[name], looks[f"{name}@speaker"]
            assert plain.line == "-" != other.line
            assert abs(self.grey(plain.colour) - self.grey(other.colour)) > 40
            # And whatever else is drawn.
            assert style.feature_sets([f"{name}@speaker"]).popitem()[1] == other

    def test_every_known_set_has_a_look_of_its_own_per_speaker(self):
        known = list(style.FEATURE_SETS)
        looks = style.feature_sets([*known, *(f"{name}@speaker" for name in known)])
        assert len({look.colour for look in looks.values()}) == 2 * len(known)

    def test_sixty_series_all_look_different(self):
        looks = [style.series(i, "")[1:] for i in range(60)]
        assert len(set(looks)) == 60

    @pytest.mark.parametrize(
        "colours", [list(style.SPLITS.values()), list(style.LABELS.values())]
    )
    def test_colours_differ_in_grey(self, colours):
        greys = sorted(self.grey(colour) for colour in colours)
        assert min(np.diff(greys)) > 30

    def test_feature_sets_differ_in_grey(self):
        midterm, code = (look.colour for look in style.FEATURE_SETS.values())
        assert abs(self.grey(midterm) - self.grey(code)) > 60

    @staticmethod
    def grey(colour):
        red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
        return 0.299 * red + 0.587 * green + 0.114 * blue

    def test_running_text_names_feature_sets_without_their_size(self):
        looks = style.feature_sets(["midterm", "code", "wav2vec2 (large)"])
        assert [style.short(look) for look in looks.values()] == [
            "mid-term",
            "code",
            "wav2vec2 (large)",
        ]

    def test_known_classifiers_come_first_and_others_by_alphabet(self):
        names = style.classifiers(["zeta", "knn", "alpha", "svm"])
        assert list(names.items()) == [
            ("svm", "SVM"),
            ("knn", "k-NN"),
            ("alpha", "alpha"),
            ("zeta", "zeta"),
        ]

    def test_words_are_those_of_the_records(self):
        assert tuple(style.SPLITS) == SPLITS
        assert tuple(style.LABELS) == LABELS

    @pytest.mark.parametrize("suffix", ["png", "svg", "pdf", "csv"])
    def test_equal_figures_give_equal_files_and_nothing_else(self, tmp_path, suffix):
        paths = [tmp_path / f"{name}.{suffix}" for name in "ab"]
        for path in paths:
            table = durations.shares(
                length_table(negative=[1.0, 3.0], neutral=[2.0]), {"long": 3.0}
            )
            style.save(durations.share_kept(table, {"long": 3.0}), table, [path])
        first, second = (path.read_bytes() for path in paths)
        assert first == second
        assert sorted(tmp_path.iterdir()) == paths

    def test_svg_keeps_text_as_text(self, tmp_path):
        path = tmp_path / "figure.svg"
        style.save(style.new_figure("A title", 2), pd.DataFrame(), [path])
        assert "A title" in path.read_text()

    def test_text_of_svg_finds_a_font_on_machines_that_lack_ours(self, tmp_path):
        path = tmp_path / "figure.svg"
        style.save(style.new_figure("A title", 2), pd.DataFrame(), [path])
        (family,) = set(re.findall(r"font(?:-family)?: ([^;\"]+)", path.read_text()))
        assert family.endswith("sans-serif")

    def test_the_numbers_stand_beside_the_figure(self, tmp_path):
        paths = [tmp_path / f"figure.{suffix}" for suffix in ("svg", "pdf", "csv")]
        numbers = pd.DataFrame({"name": ["a", "b"], "score": [1 / 3, 2]})
        style.save(style.new_figure("A title", 2), numbers, paths)
        assert sorted(tmp_path.iterdir()) == sorted(paths)
        assert paths[2].read_text() == "name,score\na,0.333333\nb,2\n"

    def test_a_failure_leaves_the_old_file(self, tmp_path):
        path = tmp_path / "figure.nonsense"
        path.write_text("old")
        with pytest.raises(ValueError, match="nonsense"):
            style.save(style.new_figure("A title", 2), pd.DataFrame(), [path])
        assert [p.read_text() for p in tmp_path.iterdir()] == ["old"]


class TestDurations:
    def test_share_kept_by_hand(self):
        shares = durations.share_at_least(np.array([1, 2, 2, 4.0]), [0, 1, 2, 2.1, 5])
        assert shares == pytest.approx([100, 100, 75, 25, 0])

    def test_share_kept_draws_and_marks_shares(self):
        table = length_table(negative=[1.0, 3.0], neutral=[2.0, 4.0])
        figure = drawn(share_kept(table, {"long": 3.0, "short": 2.0}))
        by_split, by_label = figure.axes
        x, y = lines(by_split)["training"].get_data()
        assert y[x == 2.0] == 75
        assert y[x == 3.0] == 50
        marks = next(line for line in by_split.lines if line.get_marker() == "o")
        assert marks.get_xydata().tolist() == [[3, 50], [2, 75]]
        x, y = lines(by_label)["negative"].get_data()
        assert y[x == 2.0] == 50
        assert {"long: 3 s", "50 %", "75 %"} <= set(texts(figure))

    @pytest.mark.parametrize("least, most", [(3, 5), (2.75, 11), (1, 8)])
    def test_legends_cover_no_curve(self, least, most):
        lengths = np.linspace(least, most, 100)
        table = length_table(negative=lengths, neutral=lengths, positive=lengths)
        figure = drawn(share_kept(table, {"long": 3.75, "short": 2.5}))
        for axes in figure.axes:
            covered = axes.get_legend().get_window_extent()
            for line in axes.lines:
                if line.get_label() in (*SPLITS, *LABELS):
                    points = axes.transData.transform(line.get_xydata())
                    assert not covered.count_contains(points)

    def test_box_plots_show_quartiles_and_numbers(self):
        table = length_table(negative=[1.0, 2, 3, 4, 5], neutral=[2.0] * 1200)
        figure = drawn(durations.box_plots(durations.quantiles(table), {"long": 3.75}))
        (axes,) = figure.axes
        labels = [tick.get_text() for tick in axes.get_xticklabels()]
        assert labels == [
            "negative\nn = 5",
            "neutral\nn = 1\N{THIN SPACE}200",
            "positive\nn = 0",
        ]
        box = axes.patches[0].get_path().vertices[:, 1]
        assert (box.min(), box.max()) == (2, 4)
        assert any(set(line.get_ydata()) == {3.75} for line in axes.lines)
        assert "segment variant long: 3.75 s" in texts(figure)

    def test_no_segments_and_foreign_splits(self):
        table = length_table(negative=[1.0])
        table = pd.concat([table, table.assign(split="")])
        drawn(share_kept(table, {}))
        assert len(drawn(durations.box_plots(durations.quantiles(table), {})).axes) == 1

    def test_numbers_by_hand(self):
        # Quantiles lie between neighbours: 1 + 0.025 * 4 from the first to the last.
        table = length_table(negative=[1.0, 2, 3, 4, 5], neutral=[2.0, 2])
        boxes = durations.quantiles(table).set_index("label")
        numbers = boxes[["utterances", "low", "lower", "median", "upper", "high"]]
        assert numbers.loc["negative"].tolist() == pytest.approx([5, 1.1, 2, 3, 4, 4.9])
        assert numbers.loc["positive", "utterances"] == 0
        shares = durations.shares(table, {"long": 3.0}).set_index(["label", "seconds"])
        assert shares.loc[("negative", 3.0), "share"] == 60
        assert shares.loc[("all", 3.0), "share"] == pytest.approx(300 / 7)


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

    def test_the_caption_says_what_loss_of_how_many_segments(self):
        histories, architecture_of = configurations(["a"])
        figure = losses(histories, architecture_of, next(iter(histories)))
        assert (
            "Loss: binary crossentropy, mean over 1\N{THIN SPACE}200 segments to train "
            "on and 300 of other speakers to validate on."
        ) in figure.get_supxlabel().replace("\n", " ")

    def test_numbers_of_losses_are_those_of_all_histories(self):
        histories, architecture_of = configurations("ab", (8,), (0.1,), (1,))
        table = autoencoders.loss_table(histories, architecture_of)
        assert len(table) == 40
        for name, history in histories.items():
            rows = table[table["autoencoder"] == name]
            assert set(rows["architecture"]) == {architecture_of[name]}
            assert rows["loss"].tolist() == history["loss"].tolist()

    @pytest.mark.parametrize("largest", [3_000, 90_000, 800_000, 20_000_000])
    def test_sizes_below_the_axis_do_not_overlap(self, largest):
        table = metric_table().assign(encoder_parameters=[1000, 2000, largest])
        (axes,) = drawn(
            autoencoders.loss_against_parameters(table, "large_latent8", "long")
        ).axes
        low, high = axes.get_xlim()
        labels = [
            label.get_window_extent()
            for tick, label in zip(
                axes.get_xticks(), axes.get_xticklabels(), strict=True
            )
            if low <= tick <= high
        ]
        assert len(labels) > 1
        for left, right in zip(labels, labels[1:], strict=False):
            assert left.x1 < right.x0

    def test_labels_say_what_differs_within_the_panel(self):
        histories, architecture_of = configurations(["a"], batches=(1,))
        chosen = next(iter(histories))
        (axes,) = losses(histories, architecture_of, chosen).axes
        assert [label.replace("\N{NO-BREAK SPACE}", " ") for label in lines(axes)] == [
            "latent 8, lr 0.1",
            "latent 8, lr 0.01",
            "latent 16, lr 0.1",
            "latent 16, lr 0.01",
        ]

    def test_one_configuration_in_each_panel_is_told_from_those_of_the_others(self):
        names = ["a_latent8_lr0.1_relu", "b_latent8_lr0.01_relu"]
        histories, _ = configurations(["a"], (8,), (0.1, 0.01), (1,))
        histories = dict(zip(names, histories.values(), strict=True))
        figure = losses(histories, dict(zip(names, "ab", strict=True)), names[1])
        labels = [label for axes in figure.axes for label in lines(axes)]
        assert labels == ["lr\N{NO-BREAK SPACE}0.1", "lr\N{NO-BREAK SPACE}0.01"]
        assert figure.get_suptitle() == "Loss of the autoencoders, segment variant long"

    def test_thirty_two_configurations(self):
        histories, architecture_of = configurations("abcd")
        figure = losses(histories, architecture_of, list(histories)[9])
        assert [len(axes.lines) for axes in drawn(figure).axes] == [16] * 4

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
        assert figure.axes[0].get_ylim()[1] < 1

    def test_short_names_of_unlike_and_undistinguishable_names(self):
        names = ["a_latent8_binary_crossentropy_adam", "a_latent8_mse_adam"]
        assert list(autoencoders.short_names(names).values()) == [
            "binary, crossentropy",
            "mse",
        ]
        # Each word of the first is in all, so nothing would be left of it.
        names = ["a_relu", "a_relu_relu"]
        assert autoencoders.short_names(names) == dict(zip(names, names, strict=True))

    def test_the_ring_is_at_the_chosen_point(self):
        figure = autoencoders.loss_against_parameters(
            metric_table(), "small_latent16", "long", tolerance=0.01
        )
        (axes,) = drawn(figure).axes
        (ring,) = axes.lines
        assert ring.get_xydata().tolist() == [[2000, 0.0302]]
        points = np.concatenate([c.get_offsets() for c in axes.collections])
        assert sorted(map(tuple, points)) == [
            (1000, 0.0320),
            (2000, 0.0302),
            (90_000, 0.0300),
        ]
        (band,) = axes.patches
        assert band.get_y() == pytest.approx(0.0300)
        assert band.get_height() == pytest.approx(0.0003)
        assert axes.get_xscale() == "log"
        assert any("chosen: small" in text for text in texts(figure))

    def test_a_band_of_losses_is_drawn_only_if_they_were_the_criterion(self):
        figure = autoencoders.loss_against_parameters(
            metric_table(), "small_latent16", "long", by="instability", tolerance=0.01
        )
        (axes,) = drawn(figure).axes
        assert not axes.patches
        assert "Chosen by instability under noise." in figure.get_supxlabel()

    def test_unlike_loss_functions_are_compared_by_squared_error(self):
        table = metric_table()
        table["loss"] = ["mse", "mse", "binary_crossentropy"]
        (axes,) = autoencoders.loss_against_parameters(
            table, "large_latent8", "long"
        ).axes
        assert axes.lines[0].get_xydata().tolist() == [[90_000, 0.2]]
        assert axes.get_ylabel() == "Mean squared error (validation)"

    def test_diverged_autoencoders_are_counted(self):
        table = metric_table()
        table.loc[0, "validation_loss"] = np.nan
        figure = autoencoders.loss_against_parameters(table, "large_latent8", "long")
        assert drawn(figure).get_supxlabel() == (
            "n: 300 segments to validate on. Chosen by validation loss. 1 of 3 "
            "diverged and are not shown."
        )

    def test_one_autoencoder(self):
        table = metric_table().head(1)
        drawn(autoencoders.loss_against_parameters(table, "small_latent8", "long"))


class TestCriteria:
    def table(self, n=4):
        """Criteria whose values rise or fall with the score, or are unknown."""
        rising = np.arange(n, dtype=float)
        return pd.DataFrame(
            {
                "name": [f"study1_latent{8 * (i + 1)}" for i in range(n)],
                "chosen": rising == 0,
                "validation_mse": -rising,
                "restored_mse": rising,
                "instability": -rising,
                "speaker_share": np.nan,
                "effective_dimensions": rising + 1,
                "metric": "uar",
                "svm": rising / 10,
                "score": rising / 10,
            }
        )

    def draw(self, table):
        return drawn(criteria.criteria(table, "long", by="instability"))

    def test_each_panel_tells_criterion_correlation_and_direction(self):
        figure = self.draw(self.table())
        shown = [(axes.get_title(), axes.get_xlabel()) for axes in figure.axes]
        tell = "rank correlation {} (n = 4)".format
        assert shown == [
            (f"Validation squared error\n{tell('-1.00')}", "lower is better"),
            (
                f"Squared error of restoring from\nnoise\n{tell('+1.00')}",
                "lower is better",
            ),
            (f"Instability under noise\n{tell('-1.00')}", "lower is better"),
            ("Speakers' share of the variance\n", "lower is better"),
            (f"Effective dimensions\n{tell('+1.00')}", "higher is better"),
        ]
        assert figure.axes[0].get_ylabel() == "Mean UAR"

    def test_every_autoencoder_is_a_point_the_best_and_the_chosen_marked(self):
        figure = self.draw(self.table())
        others, best, ring = figure.axes[2].lines
        assert sorted(map(tuple, others.get_xydata())) == [
            (-2, pytest.approx(0.2)),
            (-1, pytest.approx(0.1)),
            (0, 0),
        ]
        assert best.get_xydata().tolist() == [[-3, pytest.approx(0.3)]]
        assert ring.get_xydata().tolist() == [[0, 0]]
        assert {
            "best: latent\N{NO-BREAK SPACE}32",
            "chosen: latent\N{NO-BREAK SPACE}8",
        } <= (set(texts(figure)))
        assert "chosen by instability under noise" in figure.get_supxlabel()

    @pytest.mark.parametrize("n", [1, 2])
    def test_no_correlation_is_claimed_of_few(self, n):
        figure = self.draw(self.table(n))
        assert not any("rank correlation" in text for text in texts(figure))
        assert "No correlation is given of fewer than 3." in (
            figure.get_supxlabel().replace("\n", " ")
        )
