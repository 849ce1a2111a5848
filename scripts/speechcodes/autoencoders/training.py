"""The training of one autoencoder, the same in every run with the same seed."""

import logging
import math
import time
import zlib

import keras
import numpy as np

from speechcodes.autoencoders import (
    backend,
    cpu,
    criteria,
    families,
    losses,
    models,
)
from speechcodes.autoencoders.checkpoint import Checkpoint, Course
from speechcodes.autoencoders.corruption import corrupt, corrupts
from speechcodes.autoencoders.grid import Configuration
from speechcodes.autoencoders.unlabelled import Side
from speechcodes.errors import InputError
from speechcodes.features.standardisation import (
    Statistics,
    bin_statistics,
    standardised,
)
from speechcodes.progress import Progress, span

logger = logging.getLogger(__name__)


def learn(
    architecture: dict,
    configuration: Configuration,
    sides: tuple[Side, Side],
    *,
    seed: int,
    **how,
) -> tuple[keras.Model, dict[str, list], dict]:
    """Build an autoencoder, train it, and measure how good it is.

    Parameters
    ----------
    architecture : dict
        That of the configuration, as in architectures.yaml.
    configuration : grid.Configuration
    sides : tuple of unlabelled.Side
        What to train and what to validate on.
    seed : int
        Of all autoencoders; each draws from one of its own, see `own_seed`.
    **how
        `epochs`, `patience`, `min_delta` and `checkpoint`; see `train`, as for the
        history.

    Returns
    -------
    model, history, metrics
        Metrics are `name`, the settings, what `best` tells, `mean_spectrogram_loss`,
        what `criteria.measure` tells, numbers of parameters and segments, and `device`.
    """
    model, rows, of_training = _prepared(architecture, configuration, sides, seed)
    trained = cpu.faster(model)
    history = train(trained, *rows, configuration, **of_training, **how)
    family, statistics = families.of(architecture), of_training["statistics"]
    standard = family.standardisation(model)
    loss, pooling = configuration.loss, architecture.get("pooling")
    metrics = {
        "name": configuration.name,
        **vars(configuration),
        **best(history),
        "mean_spectrogram_loss": family.mean_loss(*rows, loss, standard),
        "encoder_parameters": models.encoder(model).count_params(),
        "parameters": model.count_params(),
        "pooling": pooling,
        "context_frames": family.context_frames(architecture),
        "training_segments": len(sides[0].spectrograms),
        "validation_segments": len(sides[1].spectrograms),
        "device": backend.device(),
        **criteria.measure(model, *sides[1], statistics, loss=loss, pooling=pooling),
    }
    if metrics["validation_loss"] >= metrics["mean_spectrogram_loss"]:
        logger.warning(
            "no better than the mean spectrogram (%.5f): the code says little",
            metrics["mean_spectrogram_loss"],
        )
    return model, history, metrics


def begin(
    architecture: dict,
    configuration: Configuration,
    sides: tuple[Side, Side],
    *,
    seed: int,
    checkpoint: Checkpoint,
    until: int,
    **limits,
) -> None:
    """Train for some epochs, and save the state, from which `learn` goes on.

    Parameters are those of `learn` and `train`.
    """
    model, rows, of_training = _prepared(architecture, configuration, sides, seed)
    of_training |= {"checkpoint": checkpoint, "until": until}
    trained = cpu.faster(model)
    train(trained, *rows, configuration, **of_training, **limits)


def train(
    model: keras.Model,
    training,
    validation,
    configuration: Configuration,
    statistics: Statistics,
    *,
    epochs: int,
    patience: int,
    min_delta: float,
    seed: int,
    checkpoint: Checkpoint | None = None,
    until: int | None = None,
) -> dict[str, list[float]]:
    """Train an autoencoder and leave it with its best weights.

    The best weights are those of the lowest validation loss. Training ends early
    after `patience` epochs in a row in which that loss fell by less than
    `min_delta`. With the same seed, data, threads and device the weights come out
    equal; for that, see `backend.repeat_exactly`. If the best output is
    zero throughout, as a last layer with ReLU can come to be, a warning is logged.

    Parameters
    ----------
    model : keras.Model
        As its family builds it, with the same seed; it is compiled.
    training, validation : np.ndarray, sequences.Rows or pieces.Pieces
        Spectrograms, shape (rows, frames, bins), float32. Batches are taken one by
        one, in the same order from any.
    configuration : grid.Configuration
        Its corruption is that of what is trained on; what is validated on is clean.
    statistics : tuple of np.ndarray, shape (bins,)
        Mean and standard deviation of each bin, for the corruption.
    epochs : int
        Most that are run.
    seed : int
        Of the order of the rows and of the corruption.
    checkpoint : Checkpoint, optional
        Where the state is saved, and read if training was stopped before.
    until : int, optional
        Stop after so many epochs, and save the state, to continue another time.

    Returns
    -------
    dict of str to list
        Per epoch `loss` (mean while training, with dropout), `validation_loss`,
        `validation_mse` (mean squared error, comparable across loss functions) and
        `seconds`.

    Raises
    ------
    InputError
        If a loss is no longer finite.
    """
    backend.repeat_exactly()
    model.compile(
        cpu.optimiser(configuration.optimiser, configuration.learning_rate),
        losses.of(configuration.loss),
        weighted_metrics=[losses.squared_error()],
    )
    size = configuration.batch_size
    corrupted = (statistics, configuration) if corrupts(configuration) else None
    batches = _Batches(model, training, size, seed, corrupted)
    held_out = _Batches(model, validation, size)
    course = (checkpoint and checkpoint.restore(model, batches, until)) or Course()
    progress = Progress(epochs, "epochs at most", logger.info)
    while course.epochs < (until or epochs) and course.waited < patience:
        values = _fit_once(model, batches, held_out)
        _check_finite(values, course.epochs + 1, configuration)
        course.add(values, model, min_delta)
        if checkpoint:
            checkpoint.keep_if_due(course, model, batches)
        progress.report(
            course.epochs,
            f": loss {values['loss']:.5f}, "
            f"validation loss {values['validation_loss']:.5f}",
        )
    if until:
        checkpoint.keep(course, model, batches)
    history = course.history
    model.set_weights(course.weights)
    end = best(history)
    logger.info(
        "trained %d of at most %d epochs in %s; kept epoch %d: "
        "loss %.5f, validation loss %.5f",
        end["epochs"], epochs, span(end["seconds"]), end["epoch"],
        end["training_loss"], end["validation_loss"],
    )  # fmt: skip
    if not keras.ops.any(model(held_out[0][0], training=False)):
        logger.warning(
            "autoencoder %s: the output is zero throughout; use a learning rate "
            "smaller than %s, or another output activation than %s",
            configuration.name,
            configuration.learning_rate,
            configuration.output_activation,
        )
    return history


def best(history: dict[str, list]) -> dict:
    """Return the losses of the epoch, counted from 1, whose weights `train` kept.

    With them come the number of epochs run, and the seconds of all.
    """
    losses = history["validation_loss"]
    epoch = losses.index(min(losses))
    return {
        "epoch": epoch + 1,
        "epochs": len(losses),
        "training_loss": history["loss"][epoch],
        "validation_loss": losses[epoch],
        "validation_mse": history["validation_mse"][epoch],
        "seconds": sum(history["seconds"]),
    }


def own_seed(seed: int, name: str) -> int:
    """Give an autoencoder a seed that stays the same whatever else is in the list."""
    return (seed + zlib.crc32(name.encode())) % 2**32


def _prepared(architecture, configuration, sides, seed):
    """Build an autoencoder; return it, its rows, and what else `train` is to know."""
    family = families.of(architecture)
    rows = [family.rows(side.spectrograms, architecture) for side in sides]
    seed = own_seed(seed, configuration.name)
    statistics = bin_statistics(family.batches(sides[0].spectrograms))
    shape = rows[0].shape[1:]
    model = family.build(architecture, configuration, shape, statistics, seed)
    statistics = family.standardisation(model) or statistics
    return model, rows, {"statistics": statistics, "seed": seed}


class _Batches:
    """Rows as input and target, in an order new in every epoch."""

    def __init__(self, model, rows, batch_size, seed=None, corrupted=None):
        self.family = families.of_model(model)
        self.standard = self.family.standardisation(model)
        self.rows = rows
        self.batch_size = batch_size
        self.corrupted = corrupted
        self.order = np.arange(len(rows))
        self.generator = None if seed is None else np.random.default_rng(seed)
        self.shuffle()

    def __len__(self):
        return math.ceil(len(self.rows) / self.batch_size)

    def __getitem__(self, index):
        first = index * self.batch_size
        members = self.order[first : first + self.batch_size]
        clean = self.rows[members]
        batch = [clean, standardised(clean, self.standard)]
        if self.corrupted:
            batch[0] = corrupt(clean, *self.corrupted, self.generator)
        weights = self.family.weights(self.rows, members)
        return tuple(batch if weights is None else [*batch, weights])

    def shuffle(self):
        if self.generator is not None:
            self.generator.shuffle(self.order)


def _fit_once(model, batches, held_out):
    """Pass over the training rows once; return the losses and the seconds.

    Keras' `fit` would make a new pipeline each time, which takes a tenth of a second.
    """
    begin = time.perf_counter()
    loss, _ = _passed(model.train_on_batch, batches)
    batches.shuffle()
    validation_loss, validation_mse = _passed(model.test_on_batch, held_out)
    return {
        "loss": loss,
        "validation_loss": validation_loss,
        "validation_mse": validation_mse,
        "seconds": time.perf_counter() - begin,
    }


def _passed(step, batches):
    """Take a step for each batch; return the mean loss and squared error.

    They are those of Keras: the loss weighs batches by rows, the error by what counts.
    """
    found = []
    for index in range(len(batches)):
        batch = batches[index]
        means, rows = step(*batch, return_dict=True), len(batch[0])
        counting = batch[2].sum() if len(batch) > 2 else rows
        found.append((means["loss"], means["mse"], rows, counting))
    loss, error, rows, counting = np.transpose(found)
    means = np.average(loss, weights=rows), np.average(error, weights=counting)
    return tuple(map(float, means))


def _check_finite(values, epoch, configuration):
    """Stop at a loss that is no number: what follows would be no model."""
    for key in ("loss", "validation_loss"):
        if not math.isfinite(values[key]):
            raise InputError(
                f"autoencoder {configuration.name}: {key.replace('_', ' ')} is "
                f"{values[key]} in epoch {epoch}; use a learning rate smaller than "
                f"{configuration.learning_rate}, and finite spectrograms"
            )
