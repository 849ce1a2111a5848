"""The autoencoders to train: grids of settings expanded to named configurations.

Imported while the workflow is parsed, so nothing here needs more than the standard
library, and whatever cannot work is refused before a job starts.
"""

from dataclasses import dataclass, fields
from itertools import product

from speechcodes.autoencoders import families
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
    def name(self) -> str:
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


def expand(
    grids: list[dict], architectures: dict[str, dict], first: int = 1
) -> dict[str, Configuration]:
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
            _add(found, _configuration(settings, architectures, where), where)
    return found


def of_variants(
    grids: list[dict],
    architectures: dict[str, dict],
    variants: dict[str, tuple[int | None, int]],
) -> dict[str, dict[str, Configuration]]:
    """Expand grids to the configurations of each segment variant.

    Parameters
    ----------
    grids, architectures
        See `expand`.
    variants : dict of str to tuple
        Variant to the (frames, bins) of its spectrograms; frames are None where
        segments are whole utterances. A grid without `segments` is for all variants
        that suit the families of its architectures.

    Returns
    -------
    dict of str to dict of str to Configuration
        Variant to configurations by name.

    Raises
    ------
    InputError
        As `expand`; if a variant is unknown, or has no autoencoder; or if a
        configuration cannot work on the spectrograms of a variant.
    """
    found = {variant: {} for variant in variants}
    for position, grid in enumerate(grids, start=1):
        where = f"autoencoder grid {position}"
        named = grid.get("segments")
        named = [named] if isinstance(named, str) else named
        for variant in named or ():
            if variant not in variants:
                raise InputError(
                    f"{where}: no segment variant {variant!r}; there are "
                    f"{', '.join(variants)}"
                )
        for configuration in expand([grid], architectures, position).values():
            architecture = architectures[configuration.architecture]
            family = families.of(architecture)
            for variant, shape in variants.items():
                if variant in named if named else family.suits(shape):
                    _check(configuration, architecture, variant, shape)
                    _add(found[variant], configuration, where)
    for variant, shape in variants.items():
        if not found[variant]:
            kind = "whole utterances" if shape[0] is None else "segments of one length"
            suited = [n for n, one in families.FAMILIES.items() if one.suits(shape)]
            raise InputError(
                f"no autoencoder is for the segment variant {variant}: it is of "
                f"{kind}, which takes an architecture with family: "
                f"{' or '.join(suited)}"
            )
    return found


def _check(configuration, architecture, variant, shape):
    """Refuse a configuration that cannot work on the spectrograms of a variant."""
    try:
        families.of(architecture).check(configuration, architecture, shape)
    except InputError as error:
        raise InputError(
            f"for segments.{variant}: autoencoder {configuration.name}: {error}"
        ) from None


def _add(found, configuration, where):
    """Add a configuration to those found, unless another one has its name."""
    known = found.setdefault(configuration.name, configuration)
    if known != configuration:
        raise InputError(
            f"{where}: {configuration} and {known} would share one name; rename the "
            "architecture"
        )


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
    """Make a configuration of one value per key, each of the type of its field."""
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
