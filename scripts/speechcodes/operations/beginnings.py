"""What a run says before it starts: its configuration, and what it leaves out."""

import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from speechcodes.records import Rejected

#: Reasons that are told with an example.
REASONS = 5


def configuration(
    files: Sequence[str | Path], given: Mapping, default: str | Path
) -> str:
    """Say which configuration a run follows.

    `default` is the file that is read where no other is named, and `given` what
    `--config` sets.

    >>> configuration(["mine.yaml"], {"splits": {"folds": 3}}, "config.yaml")
    'Configuration: mine.yaml, and splits from --config.'
    >>> configuration(["config.yaml"], {}, "config.yaml")
    'Configuration: config.yaml, the demo, as no --configfile is given.'
    """
    told = ", ".join(os.path.relpath(file) for file in files)
    if [*map(Path, files)] == [Path(default)]:
        told += ", the demo, as no --configfile is given"
    if given:
        told += f", and {', '.join(map(str, given))} from --config"
    return f"Configuration: {told}."


def left_out(rejected: Iterable[Rejected]) -> str:
    """Say how many rows and files are left out, and why, with an example of each.

    >>> left_out([Rejected("a", "a.wav", "missing_file", "row 2: there is no a.wav")])
    'Left out: 1 missing_file (row 2: there is no a.wav).'
    """
    rejected = list(rejected)
    if not rejected:
        return "No row and no file is left out."
    examples = {reject.reason: reject.detail for reject in reversed(rejected)}
    reasons = Counter(reject.reason for reject in rejected).most_common()
    told = [f"{n} {reason} ({examples[reason]})" for reason, n in reasons[:REASONS]]
    told += [f"{n} {reason}" for reason, n in reasons[REASONS:]]
    return f"Left out: {', '.join(told)}."
