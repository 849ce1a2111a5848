"""The state of a training after an epoch, in a file from which it continues.

With the same data, versions, threads and device, a training that continues ends with
the weights of one that was never stopped.
"""

import json
import logging
import math
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

import keras
import numpy as np

from speechcodes.autoencoders import backend
from speechcodes.errors import DamagedFile
from speechcodes.storage import checksums, hdf5

#: Fewest seconds between two checkpoints, and so the most that a kill costs, besides
#: an epoch.
SECONDS = 20
#: What a training comes to in each epoch.
MEASURES = ("loss", "validation_loss", "validation_mse", "seconds")
DESCRIPTION = (
    "The training of an autoencoder after an epoch: state, what training changes "
    "(weights, states of random numbers, the optimiser's variables); best, the weights "
    "with the lowest validation loss; order, of the rows in the next epoch; history."
)

logger = logging.getLogger(__name__)


@dataclass
class Course:
    """How far a training is, and when it ends.

    Attributes
    ----------
    history : dict of str to list
        `MEASURES` of each epoch.
    lowest : float
        Lowest validation loss.
    weights : list of np.ndarray
        Those of the epoch with the lowest validation loss.
    reference : float
        Validation loss that another has to improve on.
    waited : int
        Epochs since it was improved on.
    """

    history: dict[str, list] = field(default_factory=lambda: {m: [] for m in MEASURES})
    lowest: float = math.inf
    weights: list[np.ndarray] = field(default_factory=list)
    reference: float = math.inf
    waited: int = 0

    @property
    def epochs(self) -> int:
        """Number of epochs so far."""
        return len(self.history["loss"])

    def add(self, values: dict, model: keras.Model, min_delta: float) -> None:
        """Count an epoch; a decrease below `min_delta` is no improvement."""
        for key, value in values.items():
            self.history[key].append(value)
        loss = values["validation_loss"]
        if loss < self.lowest:
            self.lowest, self.weights = loss, model.get_weights()
        self.waited = 0 if loss < self.reference - min_delta else self.waited + 1
        if self.waited == 0:
            self.reference = loss


class Checkpoint:
    """A file with the state of one training.

    Parameters
    ----------
    path : str or Path
    training : dict
        Everything that decides what the training comes to, as JSON takes it; see
        `identity`. A file of another training is not used.
    earlier : sequence of str or Path
        A checkpoint of an earlier epoch, read if there is none at `path`.
    """

    def __init__(
        self,
        path: str | Path,
        training: dict,
        earlier: Sequence[str | Path] = (),
    ):
        self.path = Path(path)
        self.earlier = list(map(Path, earlier))
        self.training = training
        self.kept = time.monotonic()

    def keep_if_due(self, *state) -> None:
        """Save the state, unless that was done in the last `SECONDS`."""
        if time.monotonic() - self.kept >= SECONDS:
            self.keep(*state)

    def keep(self, course: Course, model: keras.Model, batches) -> None:
        """Write the state of a training, in place of an earlier one.

        The batches have an `order` of their rows and a `generator` of random numbers.
        """
        arrays = {
            "order": batches.order,
            **{f"history/{key}": values for key, values in course.history.items()},
            **_numbered("best", course.weights),
            **_numbered("state", (v.numpy() for v in _variables(model))),
        }
        parameters = {
            "training": self.training,
            "generator": batches.generator.bit_generator.state,
            "lowest": course.lowest,
            "reference": course.reference,
            "waited": course.waited,
        }
        what = {"libraries": ["keras", "numpy"], "description": DESCRIPTION}
        with hdf5.create(self.path, parameters=parameters, **what) as file:
            for name, values in arrays.items():
                file[name] = values
        self.kept = time.monotonic()

    def restore(
        self, model: keras.Model, batches, until: int | None = None
    ) -> Course | None:
        """Bring a model and its batches to the state saved; return its course.

        None if nothing was saved. A file that is damaged, belongs to another training,
        or has more epochs than `until`, is left out with a line in the log. The model
        must be compiled.
        """
        for path in filter(Path.exists, [self.path, *self.earlier]):
            try:
                if course := self._restore(path, model, batches, until):
                    logger.info("continuing after epoch %d: %s", course.epochs, path)
                    return course
            except DamagedFile:
                logger.warning("%s is damaged, and not used", path)
        return None

    def _restore(self, path, model, batches, until):
        with hdf5.opened(path) as file:
            saved = json.loads(file.attrs["training"])
            if others := _differing(saved, self.training):
                what = ", ".join(others)
                logger.warning("%s was made with other %s, and not used", path, what)
                return None
            if until and len(file["history"]["loss"]) > until:
                logger.warning("%s is past epoch %d, and not used", path, until)
                return None
            for variable, name in zip(_variables(model), file["state"], strict=True):
                variable.assign(file["state"][name][()])
            batches.order[:] = file["order"][:]
            generator = json.loads(file.attrs["generator"])
            batches.generator.bit_generator.state = generator
            return Course(
                history={key: file["history"][key][:].tolist() for key in MEASURES},
                weights=[values[()] for values in file["best"].values()],
                lowest=float(file.attrs["lowest"]),
                reference=float(file.attrs["reference"]),
                waited=int(file.attrs["waited"]),
            )


def identity(
    shards: Iterable[str | Path], roles: str | Path, **settings
) -> dict[str, object]:
    """Return what decides what a training comes to, as JSON takes it.

    That is the settings given, digests of the shards (by the checksums that they hold)
    and of the table of roles, versions, and what computes: another kind of device adds
    in another order.
    """
    held = " ".join(map(checksums.held, shards)).encode()
    found = {
        **settings,
        "spectrograms": blake2b(held, digest_size=8).hexdigest(),
        "roles": blake2b(Path(roles).read_bytes(), digest_size=8).hexdigest(),
        "versions": backend.versions(),
        "device": backend.device(),
    }
    return json.loads(json.dumps(found))


def _variables(model):
    """Everything that training changes: weights, random states and the optimiser's."""
    if not model.optimizer.built:
        model.optimizer.build(model.trainable_variables)
    return [*model.variables, *model.optimizer.variables]


def _numbered(group, arrays):
    """Name arrays so that their names sort as they stand."""
    return {f"{group}/{i:04}": values for i, values in enumerate(arrays)}


def _differing(saved, wanted):
    """Name what two trainings differ in."""
    keys = sorted(saved.keys() | wanted.keys())
    return [key for key in keys if saved.get(key) != wanted.get(key)]
