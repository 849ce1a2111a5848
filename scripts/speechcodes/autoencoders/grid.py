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
    noise : float
        Standard deviation of the Gaussian noise added to what is to be restored, in
        standard deviations of each bin.
    masked_bins, masked_frames : int
        Most adjacent bins and frames that are replaced by their mean.
    """

    architecture: str
    latent: int
    learning_rate: float
    batch_size: int
    loss: str
    optimiser: str
    code_activation: str
    output_activation: str
    noise: float = 0.0
    masked_bins: int = 0
    masked_frames: int = 0

    @property
    def name(self):
        """The settings as one word, safe in file names and the same in every run."""
        corruption = {
            "noise": self.noise,
            "bins": self.masked_bins,
            "frames": self.masked_frames,
        }
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
                *(f"{what}{much}" for what, much in corruption.items() if much),
            )
        )


#: Settings that an architecture may have of its own, and what they are where it has
#: none.
OWN = {
    "loss": "binary_crossentropy",
    "code_activation": None,
    "output_activation": "relu",
    "noise": 0.0,
    "masked_bins": 0,
    "masked_frames": 0,
}
KEYS = {field.name: field.type for field in fields(Configuration)}


def expand(grids, architectures, first=1):
    """Expand grids to the configurations they name.

    Parameters
    ----------
    grids : list of dict
        Each maps the fields of `Configuration` to a value or a list of values, and
        stands for their cross product, the last field varying fastest. What `OWN`
        names is the architecture's own where it is missing or None. `segments` may list
        the variants that the grid is for.
    architectures : dict of str to dict
        The architectures that a grid may name.
    first : int, optional
        Number of the first grid, in errors.

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
    for position, grid in enumerate(grids, start=first):
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


def by_frame(architecture):
    """Tell whether an architecture computes a code of each frame, not of a segment."""
    return architecture.get("code_of", "segment") == "frame"


def context_frames(architecture):
    """Count the frames that the code of one frame is computed from.

    Returns
    -------
    int
        0 where codes are of segments, and so of all their frames.

    Examples
    --------
    >>> convolutions = [{"kernel": 5}, {"kernel": 3, "dilation": 4}]
    >>> context_frames({"code_of": "frame", "convolutions": convolutions})
    13
    """
    if not by_frame(architecture):
        return 0
    return 1 + sum(
        (convolution["kernel"] - 1) * convolution.get("dilation", 1)
        for convolution in architecture["convolutions"]
    )


def of_variants(grids, architectures, variants):
    """Expand grids to the configurations of each segment variant.

    Parameters
    ----------
    grids, architectures
        See `expand`.
    variants : dict of str to tuple
        Variant to the (frames, bins) of its spectrograms; frames are None where
        segments are whole utterances. A grid without `segments` is for all variants
        that suit its architectures: those with codes of frames take whole utterances,
        the others segments of one length.

    Returns
    -------
    dict of str to dict of str to Configuration
        Variant to configurations by name.

    Raises
    ------
    InputError
        As `expand` and `check`, and if a variant is unknown, or has no autoencoder.
    """
    found = {variant: {} for variant in variants}
    for position, grid in enumerate(grids, start=1):
        named = grid.get("segments")
        named = [named] if isinstance(named, str) else named
        for variant in named or ():
            if variant not in variants:
                raise InputError(
                    f"autoencoder grid {position}: no segment variant {variant!r}; "
                    f"there are {', '.join(variants)}"
                )
        for name, configuration in expand([grid], architectures, position).items():
            frames = by_frame(architectures[configuration.architecture])
            for variant, shape in variants.items():
                suits = (shape[0] is None) == frames
                if variant in named if named else suits:
                    try:
                        check(configuration, architectures, shape)
                    except InputError as error:
                        raise InputError(f"for segments.{variant}: {error}") from None
                    known = found[variant].setdefault(name, configuration)
                    if known != configuration:
                        raise InputError(
                            f"autoencoder grid {position}: {configuration} and {known} "
                            "would share one name; rename the architecture"
                        )
    for variant, (frames, _) in variants.items():
        if not found[variant]:
            whole = frames is None
            kind = "whole utterances" if whole else "segments of one length"
            wanted = "frame" if whole else "segment"
            raise InputError(
                f"no autoencoder is for the segment variant {variant}: it is of "
                f"{kind}, which takes an architecture with code_of: {wanted}"
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
        If the spectrograms are too small for the architecture, the code is longer than
        the flattened feature maps it is to compress, or the architecture takes
        segments of one length and these are whole utterances; if the loss does not
        suit standardised frames.
    """
    architecture = architectures[configuration.architecture]
    if by_frame(architecture):
        if configuration.loss != "mse" or configuration.output_activation != "linear":
            raise InputError(
                f"autoencoder {configuration.name}: {configuration.architecture} "
                "restores standardised frames, for which the loss must be mse and the "
                "output activation linear"
            )
        return
    if shape[0] is None:
        raise InputError(
            f"autoencoder {configuration.name}: {configuration.architecture} takes "
            "segments of one length, but these are whole utterances; use an "
            "architecture with code_of: frame"
        )
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
    if by_frame(architecture):
        return _parameters_by_frame(architecture, shape[1], latent)
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


def _parameters_by_frame(architecture, bins, latent):
    """Weights and biases there and back, and mean and variance of the bins."""
    convolutions = architecture["convolutions"]
    there = [bins, *(convolution["filters"] for convolution in convolutions)]
    kernels = [convolution["kernel"] for convolution in convolutions]
    back = [latent, *reversed(there[1:])]
    total = sum(
        kernel * before * after + after
        for sizes, sides in ((there, kernels), (back, reversed(kernels)))
        for kernel, (before, after) in zip(sides, pairwise(sizes), strict=True)
    )
    return total + (there[-1] + 1) * latent + (back[-1] + 1) * bins


def _columns(grid, where):
    """List the values of every key of a grid, in the order of the keys."""
    required = set(KEYS) - set(OWN)
    grid = {key: value for key, value in grid.items() if key != "segments"}
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
    for key, usual in OWN.items():
        if settings[key] is None:
            settings[key] = architectures[name].get(key, usual)
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
