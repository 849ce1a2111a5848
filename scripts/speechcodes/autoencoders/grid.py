"""The autoencoders to train: grids of settings expanded to named configurations.

Imported while the workflow is parsed, so nothing here needs more than the standard
library, and whatever cannot work is refused before a job starts.
"""

from dataclasses import dataclass, fields
from itertools import pairwise, product

from speechcodes.errors import InputError


@dataclass(frozen=True)
class Configuration:
    """Everything that tells one autoencoder of an experiment from another.

    Attributes
    ----------
    architecture : str
        Key of an architecture.
    latent : int
        Length of the code.
    learning_rate : float
        Learning rate of the optimiser.
    batch_size : int
        Segments per training step.
    loss, optimiser : str
        Keras names, such as ``binary_crossentropy`` and ``adam``.
    code_activation, output_activation : str
        Keras names of the activations of the code and of the last layer.
    """

    architecture: str
    latent: int
    learning_rate: float
    batch_size: int
    loss: str
    optimiser: str
    code_activation: str
    output_activation: str

    @property
    def name(self):
        """The settings as one word, safe in file names and the same in every run."""
        return "_".join(
            (
                self.architecture,
                f"latent{self.latent}",
                f"lr{self.learning_rate}",
                f"batch{self.batch_size}",
                self.loss,
                self.optimiser,
                self.code_activation,
                self.output_activation,
            )
        )


KEYS = {field.name: field.type for field in fields(Configuration)}


def expand(grids, architectures):
    """Expand grids to the configurations they name.

    Parameters
    ----------
    grids : list of dict
        Each maps the fields of `Configuration` to a value or a list of values, and
        stands for their cross product, the last field varying fastest. A
        `code_activation` that is missing or None is the architecture's own.
    architectures : dict of str to dict
        The architectures that a grid may name.

    Returns
    -------
    dict of str to Configuration
        By name, in order; what several grids name stands once.

    Raises
    ------
    InputError
        If a grid has a key too many or too few, no value for one, a number that is
        none, or an architecture that there is not.
    """
    found = {}
    for position, grid in enumerate(grids, start=1):
        where = f"autoencoder grid {position}"
        for values in product(*_columns(grid, where)):
            settings = dict(zip(KEYS, values, strict=True))
            configuration = _configuration(settings, architectures, where)
            known = found.setdefault(configuration.name, configuration)
            if known != configuration:
                raise InputError(
                    f"{where}: {configuration} and {known} would share one name; "
                    "rename the architecture"
                )
    return found


def output_shapes(architecture, shape):
    """Compute the size of the feature maps after each convolution.

    Parameters
    ----------
    architecture : dict
        One architecture, as in architectures.yaml.
    shape : tuple of int
        (frames, bins) of a spectrogram.

    Returns
    -------
    list of tuple of int
        (frames, bins) after each convolution.

    Raises
    ------
    InputError
        If a kernel is larger than what it is moved over.
    """
    shapes = []
    current = tuple(shape)
    for number, convolution in enumerate(architecture["convolutions"], start=1):
        kernel, stride = convolution["kernel"], convolution["stride"]
        if min(current) < kernel:
            raise InputError(
                f"spectrograms of {tuple(shape)} (frames, bins) are too small: "
                f"convolution {number} moves a kernel of {kernel} over {current}; "
                "use longer segments or an architecture with fewer convolutions"
            )
        current = tuple((size - kernel) // stride + 1 for size in current)
        shapes.append(current)
    return shapes


def check(configuration, architectures, shape):
    """Refuse a configuration that cannot work on spectrograms of this shape.

    Parameters
    ----------
    configuration : Configuration
        The configuration to check.
    architectures : dict of str to dict
        The architectures by name.
    shape : tuple of int
        (frames, bins) of a spectrogram.

    Raises
    ------
    InputError
        If the spectrograms are too small for the architecture, or the code is
        longer than the flattened feature maps it is to compress.
    """
    architecture = architectures[configuration.architecture]
    try:
        frames, bins = output_shapes(architecture, shape)[-1]
    except InputError as error:
        raise InputError(f"autoencoder {configuration.name}: {error}") from None
    flattened = frames * bins * architecture["convolutions"][-1]["filters"]
    if configuration.latent > flattened:
        raise InputError(
            f"autoencoder {configuration.name}: latent is {configuration.latent}, but "
            f"spectrograms of {tuple(shape)} leave {flattened} values after the last "
            f"convolution; use at most {flattened}"
        )


def output_paddings(architecture, shape):
    """Compute what each transposed convolution must add to restore its shape.

    A strided convolution drops the rows and columns that fill no further stride;
    the transposed one gets them back as output padding.

    Parameters
    ----------
    architecture : dict
        One architecture, as in architectures.yaml.
    shape : tuple of int
        (frames, bins) of a spectrogram.

    Returns
    -------
    list of tuple of int
        (frames, bins) to add, in the order of the convolutions; each is smaller
        than the stride.

    Raises
    ------
    InputError
        As `output_shapes`.
    """
    sizes = [tuple(shape), *output_shapes(architecture, shape)]
    return [
        tuple((size - convolution["kernel"]) % convolution["stride"] for size in before)
        for (before, _), convolution in zip(
            pairwise(sizes), architecture["convolutions"], strict=True
        )
    ]


def parameters(architecture, shape, latent):
    """Count the parameters of an autoencoder without building it.

    Parameters
    ----------
    architecture : dict
        One architecture, as in architectures.yaml.
    shape : tuple of int
        (frames, bins) of a spectrogram.
    latent : int
        Length of the code.

    Returns
    -------
    int
        Weights and biases of encoder and decoder.
    """
    frames, bins = output_shapes(architecture, shape)[-1]
    convolutions = architecture["convolutions"]
    filters = [1, *(convolution["filters"] for convolution in convolutions)]
    total = 0
    for convolution, pair in zip(convolutions, pairwise(filters), strict=True):
        # There and, mirrored, back.
        total += 2 * convolution["kernel"] ** 2 * pair[0] * pair[1] + sum(pair)
    flat = frames * bins * filters[-1]
    sizes = [size for size in (flat, architecture["dense"], latent) if size]
    for wide, narrow in pairwise(sizes):
        total += 2 * wide * narrow + wide + narrow
    return total


def _columns(grid, where):
    """List the values of every key of a grid, in the order of the keys."""
    required = set(KEYS) - {"code_activation"}
    if unknown := set(grid) - set(KEYS):
        raise InputError(
            f"{where}: unknown {', '.join(sorted(unknown))}; keys are {', '.join(KEYS)}"
        )
    if missing := required - set(grid):
        raise InputError(f"{where}: {', '.join(sorted(missing))} missing")
    columns = []
    for key in KEYS:
        value = grid.get(key)
        column = value if isinstance(value, list) else [value]
        if not column:
            raise InputError(f"{where}: {key} is an empty list; name one value or more")
        columns.append(column)
    return columns


def _configuration(settings, architectures, where):
    """Make a configuration of one value per key, with types made sure of."""
    name = settings["architecture"]
    if name not in architectures:
        raise InputError(
            f"{where}: no architecture {name!r}; there are {', '.join(architectures)}"
        )
    if settings["code_activation"] is None:
        settings["code_activation"] = architectures[name]["code_activation"]
    # YAML reads 1e-3 (no point) as text, and 1 for 1.0.
    typed = {key: _typed(key, value, where) for key, value in settings.items()}
    return Configuration(**typed)


def _typed(key, value, where):
    """Convert one setting to the type its field has."""
    try:
        typed = KEYS[key](value)
    except (TypeError, ValueError):
        typed = None
    if typed is None or (KEYS[key] is int and typed != value):
        raise InputError(
            f"{where}: {key} is {value!r}, but must be of type {KEYS[key].__name__}"
        )
    return typed
