"""The autoencoders to train: grids of settings expanded to named configurations.

Imported while the workflow is parsed, so that whatever cannot work is refused before a
job starts.
"""

from collections.abc import Iterator
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
    batch_size : int
        Segments per training step.
    loss, optimiser, code_activation, output_activation : str
        Keras names; the activations are those of the code and of the last layer.
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


#: Settings that a grid may leave to the architecture, and what they are where it has
#: none.
OWN = {
    "loss": "binary_crossentropy",
    "code_activation": None,
    "output_activation": "relu",
    "noise": 0.0,
    "masked_bins": 0,
    "masked_frames": 0,
}


def expand(
    grids: list[dict],
    architectures: dict[str, dict],
    variants: dict[str, tuple[int | None, int]],
) -> dict[str, dict[str, Configuration]]:
    """Expand grids to the configurations of each segment variant.

    Parameters
    ----------
    grids : list of dict
        Valid by the schema. Each maps the fields of `Configuration` to a value or a
        list of values, and stands for their cross product, the last field varying
        fastest. What `OWN` names is the architecture's own where it is missing or None.
        A grid is for the variants that `segments` lists, or for all that suit the
        families of its architectures.
    architectures : dict of str to dict
        The architectures that a grid may name.
    variants : dict of str to tuple
        Variant to the (frames, bins) of its spectrograms; frames are None where
        segments are whole utterances.

    Returns
    -------
    dict of str to dict of str to Configuration
        Variant to configurations by name, in order; what several grids name stands
        once.

    Raises
    ------
    InputError
        If an architecture or a variant is unknown, if a variant has no autoencoder, or
        if a configuration cannot work on the spectrograms of a variant.
    """
    found = {variant: {} for variant in variants}
    for position, grid in enumerate(grids, start=1):
        where = f"autoencoder grid {position}"
        named = _listed(grid.get("segments"))
        if unknown := [name for name in named if name not in (None, *variants)]:
            raise InputError(
                f"{where}: no segment variant {unknown[0]!r}; there are "
                f"{', '.join(variants)}"
            )
        for configuration in _configurations(grid, architectures, where):
            architecture = architectures[configuration.architecture]
            suits = families.of(architecture).suits
            for variant, shape in variants.items():
                if variant in named or (named == [None] and suits(shape)):
                    _check(configuration, architecture, variant, shape)
                    found[variant][configuration.name] = configuration
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


def _listed(value):
    return value if isinstance(value, list) else [value]


def _configurations(grid, architectures, where) -> Iterator[Configuration]:
    """Yield the configurations of one grid."""
    types = {field.name: field.type for field in fields(Configuration)}
    for values in product(*(_listed(grid.get(key)) for key in types)):
        settings = dict(zip(types, values, strict=True))
        name = settings["architecture"]
        if name not in architectures:
            raise InputError(
                f"{where}: no architecture {name!r}; there are "
                f"{', '.join(architectures)}"
            )
        for key, usual in OWN.items():
            if settings[key] is None:
                settings[key] = architectures[name].get(key, usual)
        # A learning rate of 1 has the same name as one of 1.0.
        typed = {key: types[key](value) for key, value in settings.items()}
        yield Configuration(**typed)


def _check(configuration, architecture, variant, shape):
    """Refuse a configuration that cannot work on the spectrograms of a variant."""
    try:
        families.of(architecture).check(configuration, architecture, shape)
    except InputError as error:
        raise InputError(
            f"for segments.{variant}: autoencoder {configuration.name}: {error}"
        ) from None
