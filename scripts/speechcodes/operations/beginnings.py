"""What a run says before it starts: its configuration, and what it leaves out."""

import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from speechcodes.corpus.readers.common import Labelling
from speechcodes.records import Rejected, Utterance

#: Reasons that are told with an example.
REASONS = 5
#: Ratings from which on their range says something of the scale, and the share of it
#: that they should fill.
RATINGS, FILLED = 20, 0.75


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


def of_corpus(
    corpus: Mapping, utterances: Iterable[Utterance], rejected: Iterable[Rejected]
) -> str:
    """Say what is left out of a corpus, and how its ratings lie on their scale."""
    told = left_out(rejected), of_ratings(corpus, utterances)
    return " ".join(filter(None, told))


def left_out(rejected: Iterable[Rejected]) -> str:
    """Say how many rows and files are left out, and why, with an example of each.

    >>> left_out([Rejected("a", "a.wav", "missing_file", "row 2: there is no a.wav")])
    'Left out: 1 missing_file (row 2: there is no a.wav).'
    """
    rejected = list(rejected)
    if not rejected:
        return "No rows or files are left out."
    examples = {reject.reason: reject.detail for reject in reversed(rejected)}
    reasons = Counter(reject.reason for reject in rejected).most_common()
    told = [f"{n} {reason} ({examples[reason]})" for reason, n in reasons[:REASONS]]
    told += [f"{n} {reason}" for reason, n in reasons[REASONS:]]
    return f"Left out: {', '.join(told)}."


def of_ratings(corpus: Mapping, utterances: Iterable[Utterance]) -> str:
    """Say how far ratings reach on their scale, and whether it may be another one.

    Empty where nothing is rated.

    >>> rated = [Utterance("a", "", "s", "", "neutral", v) for v in (1.0, 4.5)]
    >>> of_ratings({"rating": {"scale": [1, 7], "bounds": [3, 5]}}, rated)
    'Ratings range from 1 to 4.5, on a scale from 1 to 7 with bounds 3, 5.'
    """
    values = [utterance.value for utterance in utterances]
    values = [value for value in values if value is not None]
    if not values:
        return ""
    labelling = Labelling.of(corpus)
    (lowest, highest), (low, high) = (min(values), max(values)), labelling.scale
    told = (
        f"Ratings range from {lowest:g} to {highest:g}, on a scale from {low:g} to"
        f" {high:g} with bounds {', '.join(f'{b:g}' for b in labelling.bounds)}."
    )
    if len(values) >= RATINGS and highest - lowest < FILLED * (high - low):
        told += " Is that their scale? If not, set corpus.rating.scale and bounds."
    return told
