"""How large a run is, told before it starts: utterances, labels, jobs and disk."""

import json
import random
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import pandas as pd
import soundfile

from speechcodes import names
from speechcodes.autoencoders import families, halving
from speechcodes.corpus.splits.roles import Roles, Usage, count, used
from speechcodes.errors import InputError
from speechcodes.features import channels, spectrograms
from speechcodes.features.audio import count_segments
from speechcodes.records import ROLES, Rejected, Utterance

#: Audio files of each part whose length is read.
LOOKED_INTO = 50
#: Length of an utterance, in seconds, where no audio is there yet.
ASSUMED_SECONDS = 5.0
#: Bytes that a percentage takes in a file beside the predictions, and per test case in
#: it: its id, class and speaker.
BYTES_OF_PERCENTAGE, BYTES_OF_CASE = 12_000, 60
#: Bytes per parameter of a saved autoencoder at most: its weight and, if it was trained
#: on a GPU, two moments of Adam.
BYTES_OF_PARAMETER = 12
#: The same of the state that a rung of a search leaves, with its best weight, too.
BYTES_OF_STATE = 16
#: Column of utterances without a label.
NO_LABEL = "no label"


# --- utterances -------------------------------------------------------------------


def table_of_roles(
    utterances: Sequence[Utterance], folds: Sequence[Roles], classes: Sequence[str]
) -> pd.DataFrame:
    """Return how many utterances, of each class, and voices each role has in a fold.

    Where folds differ, a cell tells the least and the most. What autoencoders hear is
    told without labels.
    """
    columns, rows = [*classes, "all", "voices"], defaultdict(list)
    for found in count(utterances, folds, classes):
        together = {"all": found.utterances, "voices": found.voices}
        rows[found.role].append(found.per_class | together)
    table = [
        {column: _range([row.get(column) for row in rows[role]]) for column in columns}
        for role in ROLES
    ]
    return pd.DataFrame(table).assign(role=ROLES)[["role", *columns]]


def _range(numbers):
    """Write numbers as one, as the least and the most, or as nothing."""
    if None in numbers:
        return ""
    least, most = min(numbers), max(numbers)
    return str(least) if least == most else f"{least} to {most}"


def table_of_parts(
    utterances: Iterable[Utterance], classes: Sequence[str]
) -> pd.DataFrame:
    """Return how many utterances of each class and voices each part has."""
    rows = [(u.part, u.label or NO_LABEL, u.voice) for u in utterances if u.part]
    dealt = pd.DataFrame(rows, columns=["part", "label", "voice"])
    columns = [*classes, NO_LABEL]
    table = pd.crosstab(dealt["part"], dealt["label"]).reindex(columns=columns)
    voices = dealt.groupby("part")["voice"].nunique()
    table = table.fillna(0).astype(int).assign(voices=voices)
    return table.rename_axis(columns=None).reset_index()


def what_is_used(usage: Usage) -> str:
    """Say how many labels and utterances without one are used.

    >>> what_is_used(Usage(200, 180, 50, 50, 25))
    '180 of 200 labels are used. 50 of 50 utterances without a label are used; the \
speaker of 25 of them (50 %) is not known.'
    """
    text = f"{usage.labelled_used} of {usage.labelled} labels are used."
    if usage.unlabelled:
        text += (
            f" {usage.unlabelled_used} of {usage.unlabelled} utterances without a "
            "label are used"
        )
        if usage.unlabelled_used:
            unknown = usage.unknown_speaker
            share = f"{unknown} of them ({100 * unknown / usage.unlabelled_used:.0f} %)"
            text += f"; the speaker of {share if unknown else 'none'} is not known"
        text += "."
    return text


def table_of_rejected(rejected: Iterable[Rejected]) -> pd.DataFrame:
    """Return how many rows and files were left out for each reason, with an example."""
    details = pd.DataFrame(rejected).groupby("reason", sort=False)["detail"]
    table = details.agg(**{"rows or files": "size", "for example": "first"})
    table = table.sort_values("rows or files", ascending=False, kind="stable")
    return table.reset_index()


# --- lengths and disk -------------------------------------------------------------


class Lengths(NamedTuple):
    """What is known of how long the utterances of one part are."""

    utterances: int  # all of them
    seconds: list[float]  # of those whose audio file could be looked into


def look_into(utterances: Iterable[Utterance]) -> dict[str, Lengths]:
    """Read from headers how long some utterances of each part are."""
    paths = defaultdict(list)
    for utterance in utterances:
        if utterance.part:
            paths[utterance.part].append(utterance.path)
    draw, lengths = random.Random(1), {}
    for part, of_part in sorted(paths.items()):
        drawn = draw.sample(of_part, min(LOOKED_INTO, len(of_part)))
        lengths[part] = Lengths(len(of_part), list(filter(None, map(_seconds, drawn))))
    return lengths


def _seconds(path):
    """Length of an audio file by its header; None if it has none that can be read."""
    try:
        return soundfile.info(path).duration
    except (soundfile.SoundFileError, OSError, TypeError):
        return None


def how_known(lengths: Mapping[str, Lengths]) -> str:
    """Say in a sentence how lengths are known."""
    utterances = sum(of.utterances for of in lengths.values())
    read = sum(len(of.seconds) for of in lengths.values())
    if not read:
        return (
            f"No audio file was found yet: {ASSUMED_SECONDS:g} s are assumed for each "
            "utterance."
        )
    if read == utterances:
        return "Lengths are taken from the headers of all audio files."
    return (
        f"Estimated from the headers of {read} of {utterances} audio files, drawn at "
        "random in each part."
    )


def table_of_segments(
    lengths: Mapping[str, Lengths], segments: Mapping[str, Mapping], sampling_rate: int
) -> pd.DataFrame:
    """Return a table of hours and, for each segment variant, segments per part.

    A part's mean over the utterances looked into stands for all of its utterances;
    where none could be, the mean of all parts, or `ASSUMED_SECONDS`. The sampling rate
    is in Hz.
    """
    known = [s for of in lengths.values() for s in of.seconds] or [ASSUMED_SECONDS]
    rows = []
    for part, of in lengths.items():
        seconds = of.seconds or known
        signals = [int(s * sampling_rate) for s in seconds]
        scale = of.utterances / len(seconds)
        row = {"part": part, "hours": scale * sum(seconds) / 3600}
        for name, variant in segments.items():
            shape = variant["samples"], variant["short_signals"]
            row[name] = scale * sum(count_segments(n, *shape) for n in signals)
        rows.append(row)
    return pd.DataFrame(rows)


def disk(
    segments: pd.DataFrame,
    utterances: Sequence[Utterance],
    folds: Sequence[Roles],
    config: Mapping,
    autoencoders: Mapping,
    architectures: Mapping,
) -> dict[str, float]:
    """Estimate the bytes that each kind of result of a corpus with audio takes.

    Tables and figures are left out: they are small.

    Parameters
    ----------
    segments : pd.DataFrame
        From `table_of_segments`.
    utterances : sequence of Utterance
    folds : sequence of Roles
    config : dict
        The whole configuration.
    autoencoders : dict
        Variant to name to the settings of its autoencoders, `architecture` and `latent`
        among them.
    architectures : dict
        Name to layers.
    """
    rate, experiment = config["audio"]["sampling_rate"], config["experiment"]
    of_part = segments.set_index("part")
    kinds = names.functionals(experiment["feature_sets"])
    columns = sum(names.FEATURE_SETS[kind].columns for kind in kinds)
    samples = of_part["hours"].sum() * 3600 * rate
    bytes_of = {
        "signals": samples * 4,
        "functionals": sum(bool(u.part) for u in utterances) * columns * 8,
        **dict.fromkeys(["spectrograms", "codes", "autoencoders", "predictions"], 0),
    }
    tested = sum(
        found.utterances
        for found in count(utterances, folds, config["corpus"]["classes"])
        if found.role == "test"
    )
    for name, variant in config["segments"].items():
        settings, of_variant = variant["spectrogram"], of_part[name]
        step = settings["step"]
        shape = spectrograms.shape(
            variant["samples"],
            rate,
            settings["window"],
            step,
            settings["bands"],
            channels.beside(variant["input"]),
        )
        whole = shape[0] is None
        frames = samples / (step * rate) if whole else of_variant.sum() * shape[0]
        bytes_of["spectrograms"] += frames * shape[1] * 4
        cases = tested
        if names.need_autoencoders(experiment["feature_sets"]):
            trained = [
                (architectures[each["architecture"]], each["latent"])
                for each in autoencoders[name].values()
            ]
            longest = max(n * len(layers.get("pooling", [1])) for layers, n in trained)
            learned, segments_tested = (
                sum(of_variant[list(parts)].sum() for parts in of_folds)
                for of_folds in zip(*((f.training, f.test) for f in folds), strict=True)
            )
            bytes_of["codes"] += (learned + segments_tested) * longest * 4
            parameters = [
                families.of(layers).parameters(layers, shape, n)
                for layers, n in trained
            ]
            of_fold = _bytes_of_autoencoders(parameters, config["autoencoders"])
            bytes_of["autoencoders"] += of_fold * len(folds)
            # Segments are predicted beside utterances.
            cases += segments_tested
        predicted = experiment["draws"] * len(experiment["feature_sets"]) * cases
        of_percentage = BYTES_OF_PERCENTAGE * len(folds) + predicted
        of_classifier = len(experiment["percentages"]) * of_percentage
        of_classifier += BYTES_OF_CASE * cases
        bytes_of["predictions"] += len(experiment["classifiers"]) * of_classifier
    return bytes_of


def _bytes_of_autoencoders(parameters, coding):
    """Bytes of all models, or, in a search, of as many of a mean size as are left.

    With them come the states of those that take part in each rung.
    """
    n, search = len(parameters), coding.get("search")
    rungs = halving.rungs(n, coding["training"]["epochs"], **search) if search else []
    *in_rungs, left = [n, *(rung.kept for rung in rungs)]
    size = sum(parameters) / n
    return size * (BYTES_OF_PARAMETER * left + BYTES_OF_STATE * sum(in_rungs))


# --- jobs -------------------------------------------------------------------------


def command(snakefile: str, configfiles: Iterable, given: Mapping) -> list[str]:
    """Return the call of Snakemake with the --configfile and --config of the user.

    >>> command("Snakefile", ["a.yaml"], {"splits": {"folds": 4}})[3:]
    ['--snakefile', 'Snakefile', '--configfile', 'a.yaml', '--config', \
'splits={"folds": 4}']
    """
    call = [sys.executable, "-m", "snakemake", "--snakefile", str(snakefile)]
    if files := [str(path) for path in configfiles]:
        call += ["--configfile", *files]
    if given:
        pairs = [f"{key}={json.dumps(value)}" for key, value in given.items()]
        call += ["--config", *pairs]
    return call


def planned_jobs(snakemake: Sequence[str]) -> dict[str, int]:
    """Return {rule: number of jobs} of a run now, from a dry run of `command`.

    Raises
    ------
    InputError
        With what Snakemake says, if it makes no plan.
    """
    process = subprocess.run(
        [*snakemake, "--dry-run", "--nolock", "--quiet", "rules"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    told = process.stdout
    jobs = dict(re.findall(r"^(\w+) +(\d+)$", told, flags=re.MULTILINE))
    if process.returncode or not (jobs or "Nothing to be done" in told):
        raise InputError(f"Snakemake cannot plan a run:\n{told.strip()}")
    return {rule: int(n) for rule, n in jobs.items() if rule not in ("all", "total")}


# --- the page ---------------------------------------------------------------------


def page(
    config: Mapping,
    utterances: Sequence[Utterance],
    rejected: Sequence[Rejected],
    folds: Sequence[Roles],
    jobs: Mapping[str, int],
    autoencoders: Mapping,
    architectures: Mapping,
) -> str:
    """Put all into words: what `corpus_table` found, `planned_jobs`, and `disk`."""
    classes, segments = config["corpus"]["classes"], config.get("segments", {})
    several = f"each of {len(folds)} folds" if len(folds) > 1 else "the one fold"
    parts, what, bytes_of = table_of_parts(utterances, classes), "Parts.", {}
    if segments:
        lengths = look_into(utterances)
        rate = config["audio"]["sampling_rate"]
        numbers = table_of_segments(lengths, segments, rate)
        bytes_of = disk(numbers, utterances, folds, config, autoencoders, architectures)
        numbers = numbers.round({"hours": 2} | dict.fromkeys(segments, 0))
        parts = parts.merge(numbers.astype(dict.fromkeys(segments, int)), on="part")
        what = f"Parts, with segments of each variant. {how_known(lengths)}"
    blocks = [
        f"Corpus {config['corpus']['name']}: utterances in {several}",
        table_of_roles(utterances, folds, classes),
        what_is_used(used(utterances, folds)),
        what,
        parts,
        f"Rows and files left out: {len(rejected) or 'none'}",
    ]
    if rejected:
        blocks.append(table_of_rejected(rejected))
    if jobs:
        table = pd.DataFrame(jobs.items(), columns=["rule", "jobs"])
        blocks += [f"Jobs to run: {sum(jobs.values())}", table]
    else:
        blocks.append("Jobs to run: none; all results are up to date.")
    if bytes_of:
        rows = [(kind, size(n)) for kind, n in bytes_of.items()]
        table = pd.DataFrame(rows, columns=["results", "about"])
        blocks += [f"Disk: about {size(sum(bytes_of.values()))}", table]
    return "\n\n".join(
        block if isinstance(block, str) else block.to_markdown(index=False)
        for block in blocks
    )


def size(number: float) -> str:
    """Write a number of bytes in the unit that suits it.

    >>> size(1_400_000), size(2_160_000_000)
    ('1.4 MB', '2.2 GB')
    """
    unit, name = (1e9, "GB") if number >= 1e9 else (1e6, "MB")
    return f"{number / unit:.1f} {name}"
