"""What stands in each frame: the bins of a spectrogram, and channels beside them.

Imports nothing heavy, since every plan needs the number of channels.
"""

from collections.abc import Sequence

#: The channels of pitch; all are 0 where nothing is voiced.
PITCH = ("semitones from the speaker's median", "voiced", "strength")


def beside(input: Sequence[str]) -> int:
    """Count the channels beside the spectrogram, in the `input` of a segment variant.

    >>> beside(["spectrogram"]), beside(["spectrogram", "pitch"])
    (0, 3)
    """
    return len(PITCH) if "pitch" in input else 0


def kinds(bins: int, input: Sequence[str]) -> list[slice]:
    """Return the columns of each kind: those of the spectrogram, and those beside it.

    `bins` counts all columns.

    >>> kinds(43, ["spectrogram", "pitch"]), kinds(40, ["spectrogram"])
    ([slice(0, 40, None), slice(40, 43, None)], [slice(0, 40, None)])
    """
    first = bins - beside(input)
    return [slice(0, first), slice(first, bins)][: len(input)]
