"""The training of one autoencoder, the same in every run with the same seed."""

import logging
import math
import time
import zlib

import keras
import numpy as np
import tensorflow as tf

from speechcodes.autoencoders import corruption, grid, models
from speechcodes.errors import InputError
from speechcodes.progress import Progress, span

#: Spectrograms that take more bytes than this are read batch by batch.
LARGEST_IN_MEMORY = 2**30
#: Rows that are looked at together outside training.
ROWS = 256

logger = logging.getLogger(__name__)


def use_threads(threads):
    """Let TensorFlow use this many threads.

    Parameters
    ----------
    threads : int
        Threads that one operation may use; one operation runs at a time.

    Raises
    ------
    RuntimeError
        If TensorFlow has computed something already.
    """
    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)


def device():
    """Name what TensorFlow computes on, for the log.

    Returns
    -------
    str
        ``GPU: <name>`` or ``CPU``.
    """
    gpus = tf.config.list_physical_devices("GPU")
    if not gpus:
        return "CPU"
    details = tf.config.experimental.get_device_details(gpus[0])
    return f"GPU: {details.get('device_name', gpus[0].name)}"


def validation_split(groups, share, seed):
    """Hold whole groups out for validation.

    In an order that the seed shuffles, a group is held out if that brings the
    number of rows held out closer to the share wanted. The share is therefore met
    to half the largest group, unless all groups are larger than twice the share:
    then the smallest is held out.

    Parameters
    ----------
    groups : sequence of str
        Per row its speaker, or its session where the speaker is unknown.
    share : float
        Share of the rows to hold out, between 0 and 1.
    seed : int
        Seed of the order.

    Returns
    -------
    numpy.ndarray of bool, shape (rows,)
        True where a row is held out; some are, some are not.

    Raises
    ------
    InputError
        If there are fewer than two groups.
    """
    names, members, sizes = np.unique(
        np.asarray(groups, dtype=str), return_inverse=True, return_counts=True
    )
    if len(names) < 2:
        raise InputError(
            f"{len(names)} speaker or session in the unlabelled split, but validation "
            "of an autoencoder needs two or more"
        )
    held_out = np.zeros(len(names), dtype=bool)
    missing = share * len(members)
    for group in np.random.default_rng(seed).permutation(len(names)):
        if abs(missing - sizes[group]) < abs(missing):
            held_out[group] = True
            missing -= sizes[group]
    if held_out.all() or not held_out.any():
        held_out[sizes.argmin()] ^= True
    return held_out[members]


def untrained(architecture, configuration, rows):
    """Build the autoencoder of a configuration, for what it is to be trained on.

    Parameters
    ----------
    architecture : dict
        One architecture, as in architectures.yaml.
    configuration : grid.Configuration
    rows : np.ndarray, shards.Rows or pieces.Pieces
        Spectrograms to train on: their shape and, for codes of frames, mean and
        standard deviation of each bin count.

    Returns
    -------
    keras.Model
    """
    code = configuration.latent, configuration.code_activation
    if grid.by_frame(architecture):
        if len(rows) == 0:
            raise InputError("no spectrograms for the training of an autoencoder")
        statistics = corruption.bin_statistics(rows.sequences)
        return models.build_by_frame(architecture, statistics, *code)
    output = configuration.output_activation
    return models.build(architecture, rows.shape[1:], *code, output)


def train(
    model,
    training,
    validation,
    configuration,
    *,
    epochs,
    patience,
    min_delta,
    seed,
):
    """Train an autoencoder from fresh weights and leave it with its best ones.

    The best weights are those of the lowest validation loss. Training ends early
    after `patience` epochs in a row in which that loss fell by less than
    `min_delta`. It runs on the GPU if TensorFlow finds one. With the same seed,
    data, threads and device the weights come out equal; for that, operations are
    made deterministic for the whole process. If the best output is zero throughout,
    as a last layer with ReLU can come to be, a warning is logged.

    Parameters
    ----------
    model : keras.Model
        As `models.build` makes it. Its weights are drawn anew, and it is compiled.
    training, validation : np.ndarray, shards.Rows or pieces.Pieces
        Spectrograms, shape (rows, frames, bins), float32. Batches are taken one by
        one, in the same order from any.
    configuration : grid.Configuration
        Loss, optimiser, learning rate, batch size and corruption: of what is trained
        on, while what is validated on is clean.
    epochs : int
        Most passes over the training rows.
    patience : int
        Epochs to wait for an improvement.
    min_delta : float
        What counts as an improvement of the validation loss.
    seed : int
        Seed of the weights, of the dropout, and of the order of the rows.

    Returns
    -------
    dict of str to list
        Per epoch `loss` (mean while training, with dropout), `validation_loss`,
        `validation_mse` (mean squared error, comparable across loss functions) and
        `seconds`.

    Raises
    ------
    InputError
        If there are no rows, or a loss is no longer finite.
    """
    _check_rows(training, validation)
    tf.config.experimental.enable_op_determinism()
    _draw_weights(model, seed)
    model.compile(
        _optimiser(configuration),
        _loss(configuration.loss),
        weighted_metrics=[keras.metrics.MeanSquaredError(name="mse")],
    )
    standard = models.standardisation(model)
    corrupted = None
    if corruption.corrupts(configuration):
        statistics = standard or corruption.bin_statistics(in_order(training))
        corrupted = statistics, configuration
    size = configuration.batch_size
    batches = _Batches(training, size, standard, seed, corrupted)
    held_out = _Batches(validation, size, standard)
    history = {"loss": [], "validation_loss": [], "validation_mse": [], "seconds": []}
    progress = Progress(epochs, "epochs at most", logger.info)
    lowest = reference = math.inf
    waited = 0
    for epoch in range(1, epochs + 1):
        _append(history, _fit_once(model, batches, held_out))
        _check_finite(history, configuration)
        loss = history["validation_loss"][-1]
        if loss < lowest:
            lowest, weights = loss, model.get_weights()
        waited = 0 if loss < reference - min_delta else waited + 1
        if waited == 0:
            reference = loss
        progress.report(epoch, _losses(history))
        if waited >= patience:
            break
    model.set_weights(weights)
    _tell_end(history, epochs)
    _warn_if_dead(model, held_out, configuration)
    return history


def best(history):
    """Pick the epoch whose weights were kept.

    Parameters
    ----------
    history : dict of str to list
        As `train` returns it.

    Returns
    -------
    dict
        `epoch` (from 1), `epochs` run, `training_loss`, `validation_loss` and
        `validation_mse` of that epoch, and `seconds` in all.
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


def own_seed(seed, name):
    """Give an autoencoder a seed that stays the same whatever else is in the list."""
    return (seed + zlib.crc32(name.encode())) % 2**32


def measure(model, history, configuration, architecture, training, validation):
    """Tell all that is to be known of a trained autoencoder but its weights.

    Parameters
    ----------
    model : keras.Model
    history : dict of str to list
        As `train` returns it.
    configuration : grid.Configuration
    architecture : dict
        That of the configuration.
    training, validation : np.ndarray, shards.Rows or pieces.Pieces
        Shape (rows, frames, bins).

    Returns
    -------
    dict
        `name`, the settings, what `best` tells, `mean_spectrogram_loss`, numbers of
        parameters and segments, and `device`.
    """
    metrics = {
        "name": configuration.name,
        **vars(configuration),
        **best(history),
        "mean_spectrogram_loss": mean_spectrogram_loss(
            training, validation, configuration.loss, models.standardisation(model)
        ),
        "encoder_parameters": models.parameters(models.encoder(model)),
        "parameters": models.parameters(model),
        "pooling": architecture.get("pooling"),
        "context_frames": grid.context_frames(architecture),
        "training_segments": _segments(training),
        "validation_segments": _segments(validation),
        "device": device(),
    }
    if metrics["validation_loss"] >= metrics["mean_spectrogram_loss"]:
        logger.warning(
            "no better than the mean spectrogram (%.5f): the code says little",
            metrics["mean_spectrogram_loss"],
        )
    return metrics


def _segments(rows):
    """Number of segments in rows, which may be pieces of them."""
    return len(getattr(rows, "sequences", rows))


def mean_spectrogram_loss(training, validation, loss, standard=None):
    """Compute the loss of saying the same of everything: the mean spectrogram.

    An autoencoder that does not beat this has a code that says nothing about the
    segment it stands for.

    Parameters
    ----------
    training, validation : numpy.ndarray or shards.Rows, shape (rows, frames, bins)
        Spectrograms; the mean is that of the training rows.
    loss : str
        Keras' name of the loss function.
    standard : tuple of np.ndarray, shape (bins,), optional
        Mean and standard deviation that an autoencoder with codes of frames
        standardises by; the mean frame is then said of every frame.

    Returns
    -------
    float
        Over the validation rows.
    """
    if standard:
        squares = count = 0.0
        for first in range(0, len(validation), ROWS):
            rows = slice(first, first + ROWS)
            weights = validation.weights(rows)[..., None]
            target = corruption.standardised(validation[rows], standard)
            squares += (target.astype(float) ** 2 * weights).sum()
            count += weights.sum() * target.shape[-1]
        return float(squares / count)
    total = sum(rows.sum(axis=0, dtype=float) for rows in in_order(training))
    mean = (total / len(training)).astype(np.float32)
    function = keras.losses.get(loss)
    losses = [
        np.asarray(function(rows, np.broadcast_to(mean, rows.shape))).mean(axis=1)
        for rows in in_order(validation)
    ]
    return float(np.concatenate(losses).mean())


def in_order(rows):
    """Rows in order, some at a time; of an array, shards.Rows or pieces.Pieces."""
    return (rows[first : first + ROWS] for first in range(0, len(rows), ROWS))


class _Batches(keras.utils.PyDataset):
    """Rows as input and target, in an order new in every epoch."""

    def __init__(self, rows, batch_size, standard=None, seed=None, corrupted=None):
        super().__init__()
        self.rows = rows
        self.batch_size = batch_size
        self.standard = standard
        self.corrupted = corrupted
        self.order = np.arange(len(rows))
        self.generator = None if seed is None else np.random.default_rng(seed)
        self.on_epoch_end()

    def __len__(self):
        return math.ceil(len(self.rows) / self.batch_size)

    def __getitem__(self, index):
        first = index * self.batch_size
        members = self.order[first : first + self.batch_size]
        clean = self.rows[members]
        batch = [clean, corruption.standardised(clean, self.standard)]
        if self.corrupted:
            batch[0] = corruption.corrupt(clean, *self.corrupted, self.generator)
        if hasattr(self.rows, "weights"):
            batch.append(self.rows.weights(members))
        return tuple(batch)

    def on_epoch_end(self):
        if self.generator is not None:
            self.generator.shuffle(self.order)


def _loss(name):
    """Make a loss function of its Keras name; frames that fill up do not count."""
    kinds = {
        "mse": keras.losses.MeanSquaredError,
        "binary_crossentropy": keras.losses.BinaryCrossentropy,
    }
    return kinds[name](reduction="mean_with_sample_weight")


def _losses(history):
    """Losses of the last epoch, for a line of progress."""
    return (
        f": loss {history['loss'][-1]:.5f}, "
        f"validation loss {history['validation_loss'][-1]:.5f}"
    )


def _tell_end(history, epochs):
    """Log how the training ended."""
    end = best(history)
    logger.info(
        "trained %d of at most %d epochs in %s; kept epoch %d: "
        "loss %.5f, validation loss %.5f",
        end["epochs"], epochs, span(end["seconds"]), end["epoch"],
        end["training_loss"], end["validation_loss"],
    )  # fmt: skip


def _check_rows(training, validation):
    """Refuse an empty side."""
    for name, rows in (("training", training), ("validation", validation)):
        if len(rows) == 0:
            raise InputError(f"no spectrograms for the {name} of an autoencoder")


def _draw_weights(model, seed):
    """Draw all weights and the state of the dropout anew."""
    keras.utils.set_random_seed(seed)
    fresh = keras.models.clone_model(model)
    for variable, value in zip(model.variables, fresh.variables, strict=True):
        variable.assign(value)


def _optimiser(configuration):
    """Make an optimiser from its Keras name."""
    settings = {"learning_rate": configuration.learning_rate}
    return keras.optimizers.get(
        {"class_name": configuration.optimiser, "config": settings}
    )


def _fit_once(model, batches, held_out):
    """Pass over the training rows once; return the losses and the seconds."""
    begin = time.perf_counter()
    result = model.fit(batches, validation_data=held_out, shuffle=False, verbose=0)
    logs = {key: values[-1] for key, values in result.history.items()}
    return {
        "loss": logs["loss"],
        "validation_loss": logs["val_loss"],
        "validation_mse": logs["val_mse"],
        "seconds": time.perf_counter() - begin,
    }


def _append(history, values):
    """Add one epoch to the history, as plain floats."""
    for key, value in values.items():
        history[key].append(float(value))


def _check_finite(history, configuration):
    """Stop at a loss that is no number: what follows would be no model."""
    for key in ("loss", "validation_loss"):
        if not math.isfinite(history[key][-1]):
            raise InputError(
                f"autoencoder {configuration.name}: {key.replace('_', ' ')} is "
                f"{history[key][-1]} in epoch {len(history[key])}; use a learning rate "
                f"smaller than {configuration.learning_rate}, and finite spectrograms"
            )


def _warn_if_dead(model, held_out, configuration):
    """Tell of a model that reconstructs nothing."""
    output = model.predict_on_batch(held_out[0][0])
    if not output.any():
        logger.warning(
            "autoencoder %s: the output is zero throughout; use a learning rate "
            "smaller than %s, or another output activation than %s",
            configuration.name,
            configuration.learning_rate,
            configuration.output_activation,
        )
