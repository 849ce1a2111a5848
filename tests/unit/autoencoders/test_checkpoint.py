"""A training that was stopped continues, to the same end."""

import logging
from types import SimpleNamespace

import numpy as np
import pytest
from autoencoding import FRAME, SEGMENT, assert_weights, learn, segments, sequences

from speechcodes.autoencoders import checkpoint, halving, training
from speechcodes.autoencoders.checkpoint import Checkpoint, identity
from speechcodes.storage import hdf5

#: Rows to train and to validate on: with dropout, and with noise and masks.
DATA = {
    "segment": (SEGMENT, segments(64), segments(32, 1)),
    "frame": (
        FRAME | {"masked_bins": 2, "dropout": 0.1},
        sequences([30] * 20),
        sequences([30] * 5, 1),
    ),
}


@pytest.fixture(autouse=True)
def after_every_epoch(monkeypatch):
    monkeypatch.setattr(checkpoint, "SECONDS", 0)


class Stopped(Exception):
    """What ends a training in these tests."""


def stopped(path, after, monkeypatch, family="segment", belongs=None, **settings):
    """Train until an epoch is in the middle that follows so many."""
    fit_once, done = training._fit_once, []

    def fit_or_stop(*arguments):
        values = fit_once(*arguments)
        if len(done) == after:
            raise Stopped
        done.append(values)
        return values

    with monkeypatch.context() as patch, pytest.raises(Stopped):
        patch.setattr(training, "_fit_once", fit_or_stop)
        learn(*DATA[family], checkpoint=Checkpoint(path, belongs or {}), **settings)


def compared(history):
    """The history without what may differ."""
    return {key: values for key, values in history.items() if key != "seconds"}


@pytest.mark.parametrize("family", DATA)
def test_a_training_that_was_stopped_ends_as_one_that_was_not(
    family, tmp_path, monkeypatch
):
    settings = {"epochs": 7, "patience": 7}
    path = tmp_path / "checkpoint.h5"
    for after in (2, 3):
        stopped(path, after, monkeypatch, family, **settings)
    again = learn(*DATA[family], checkpoint=Checkpoint(path, {}), **settings)
    whole = learn(*DATA[family], **settings)
    assert compared(again[1]) == compared(whole[1])
    assert len(again[1]["seconds"]) == 7
    assert_weights(again[0], whole[0])


@pytest.mark.parametrize("after", [1, 4])
def test_early_stopping_counts_on(after, tmp_path, monkeypatch):
    losses = [0.5, 0.3, 0.299, 0.31, 0.32, 0.1]
    path, kept = tmp_path / "checkpoint.h5", []

    def fit_once(model, *_):
        loss = losses[len(kept)]
        model.set_weights([weight + loss for weight in model.get_weights()])
        kept.append(model.get_weights())
        return dict.fromkeys(checkpoint.MEASURES, loss)

    monkeypatch.setattr(training, "_fit_once", fit_once)
    settings = {"epochs": 6, "patience": 3, "min_delta": 0.01}
    stopped(path, after, monkeypatch, **settings)
    # What was not saved is done again.
    del kept[after:]
    model, history, metrics = learn(
        *DATA["segment"], checkpoint=Checkpoint(path, {}), **settings
    )
    assert history["validation_loss"] == losses[:5]
    assert (metrics["epoch"], metrics["epochs"]) == (3, 5)
    for weight, expected in zip(model.get_weights(), kept[2], strict=True):
        np.testing.assert_array_equal(weight, expected)


def test_a_rung_does_not_continue_past_its_last_epoch(tmp_path, caplog):
    settings = {"epochs": 6, "patience": 6}
    path = tmp_path / "rung.h5"
    learn(*DATA["frame"], **settings, checkpoint=Checkpoint(path, {}), until=3)
    learn(*DATA["frame"], **settings, checkpoint=Checkpoint(path, {}), until=2)
    assert len(halving.losses(path)[0]) == 2
    assert "past epoch 2" in caplog.text


def test_a_training_in_rungs_ends_as_one_in_one_go(tmp_path):
    settings = {"epochs": 6, "patience": 6}
    paths = [tmp_path / f"{name}.h5" for name in ("first", "second", "last")]
    first, second, last = (
        Checkpoint(path, {}, earlier)
        for path, earlier in zip(paths, [[], paths[:1], paths[1:2]], strict=True)
    )
    learn(*DATA["frame"], **settings, checkpoint=first, until=2)
    learn(*DATA["frame"], **settings, checkpoint=second, until=3)
    assert [len(halving.losses(path)[0]) for path in paths[:2]] == [2, 3]
    in_rungs = learn(*DATA["frame"], **settings, checkpoint=last)
    whole = learn(*DATA["frame"], **settings)
    assert compared(in_rungs[1]) == compared(whole[1])
    assert_weights(in_rungs[0], whole[0])


def test_a_training_that_was_over_is_not_continued(tmp_path, monkeypatch):
    path = tmp_path / "checkpoint.h5"
    model, history, _ = learn(*DATA["frame"], checkpoint=Checkpoint(path, {}))
    monkeypatch.setattr(training, "_fit_once", None)
    again = learn(*DATA["frame"], checkpoint=Checkpoint(path, {}))
    assert again[1] == history
    assert_weights(again[0], model)


def began_anew(path, caplog, **belongs):
    """Train on from a file; tell what was said, after a look at where it began."""
    caplog.clear()
    caplog.set_level(logging.INFO, "speechcodes")
    history = learn(*DATA["frame"], epochs=2, checkpoint=Checkpoint(path, belongs))[1]
    whole = learn(*DATA["frame"], epochs=2)[1]
    assert compared(history) == compared(whole)
    assert "continuing" not in caplog.text
    return [r.getMessage() for r in caplog.records if r.levelname == "WARNING"]


def test_a_checkpoint_of_another_training_is_left(tmp_path, monkeypatch, caplog):
    path = tmp_path / "checkpoint.h5"
    belongs = {"threads": 1, "spectrograms": ["a", "b"]}
    stopped(path, 1, monkeypatch, "frame", belongs, epochs=2)
    said = began_anew(path, caplog, threads=1, spectrograms=["a", "c"], code="d")
    assert said == [f"{path} was made with other code, spectrograms, and not used"]


def test_a_damaged_checkpoint_is_left(tmp_path, monkeypatch, caplog):
    path = tmp_path / "checkpoint.h5"
    stopped(path, 1, monkeypatch, "frame", epochs=2)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert began_anew(path, caplog) == [f"{path} is damaged, and not used"]


def test_a_checkpoint_is_written_when_some_time_has_passed(tmp_path, monkeypatch):
    now, written = [1000.0], []
    monkeypatch.setattr(checkpoint, "SECONDS", 20)
    clock = SimpleNamespace(monotonic=lambda: now[0])
    monkeypatch.setattr(checkpoint, "time", clock)
    one = Checkpoint(tmp_path / "checkpoint.h5", {})
    keep = one.keep

    def noted(*state):
        written.append(now[0])
        keep(*state)

    def fit_once(*_):
        now[0] += 8
        return dict.fromkeys(checkpoint.MEASURES, 0.5)

    monkeypatch.setattr(one, "keep", noted)
    monkeypatch.setattr(training, "_fit_once", fit_once)
    learn(*DATA["frame"], epochs=8, patience=8, checkpoint=one)
    assert written == [1024, 1048]


def test_what_a_training_depends_on_tells_trainings_apart(tmp_path):
    paths = []
    for name, value in [("a", 1.0), ("b", 2.0), ("c", 1.0)]:
        paths.append(tmp_path / f"{name}.h5")
        hdf5.write(
            paths[-1], {"x": [value]}, parameters={}, libraries=[], description=""
        )
    (roles := tmp_path / "roles.csv").write_text("utterance,voice\na,b\n")
    one, other, same = (identity([path], roles, threads=2) for path in paths)
    assert one == same != other
    assert identity(paths[:1], roles, threads=1) != one
    roles.write_text("utterance,voice\na,c\n")
    assert identity(paths[:1], roles, threads=2) != one
    assert set(one["versions"]) == {"keras", "tensorflow"}
