"""How large a run is, told before it starts: utterances, segments, jobs and disk."""

import re
import subprocess
import tempfile
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import soundfile
import yaml

from speechcodes import names
from speechcodes.autoencoders import grid
from speechcodes.errors import InputError
from speechcodes.features import spectrograms
from speechcodes.features.audio import count_segments
from speechcodes.records import LABELS, SPLITS

#: Length of an utterance, in seconds, where no audio is there yet.
ASSUMED_SECONDS = 5.0
#: Bytes of one prediction file beside the predictions, and per test case in it: its
#: id, class and speaker.
BYTES_OF_FILE, BYTES_OF_CASE = 12_000, 60
#: Bytes per parameter of a saved autoencoder: its weight, and two moments of Adam.
BYTES_OF_PARAMETER = 12


class Lengths(NamedTuple):
    """What is known of how long the utterances of one split and class are.

    Attributes
    ----------
    utterances : int
        All of them.
    seconds : list of float
        Of those whose audio file could be looked into.
    """

    utterances: int
    seconds: list


def look_into(groups, paths):
    """Read how long some utterances are from the headers of their files.

    Parameters
    ----------
    groups : dict
        (split, label) to its number of utterances.
    paths : dict
        (split, label) to some of its audio files, drawn at random.

    Returns
    -------
    dict
        (split, label) to `Lengths`.
    """
    return {
        group: Lengths(n, [s for s in map(_seconds, paths.get(group, [])) if s])
        for group, n in groups.items()
    }


def table_of_utterances(groups):
    """Return a table of utterances per split and class.

    Parameters
    ----------
    groups : dict
        (split, label) to its number of utterances.
    """
    rows = [
        {"split": split, **{k: groups.get((split, k), 0) for k in LABELS}}
        for split in SPLITS
        if any(split == of for of, _ in groups)
    ]
    table = pd.DataFrame(rows)
    return table.assign(all=table[list(LABELS)].sum(axis=1))


def table_of_segments(lengths, segments, sampling_rate):
    """Return a table of hours and, for each segment variant, segments per split.

    A group's mean over the utterances looked into stands for all of its utterances;
    where none could be, the mean of all groups, or `ASSUMED_SECONDS`.

    Parameters
    ----------
    lengths : dict
        (split, label) to `Lengths`.
    segments : dict
        Variant to its settings, `samples` and `short_signals`.
    sampling_rate : int
        In Hz.
    """
    known = [s for of in lengths.values() for s in of.seconds] or [ASSUMED_SECONDS]
    rows = []
    for (split, _), of in lengths.items():
        seconds = of.seconds or known
        scale = of.utterances / len(seconds)
        row = {"split": split, "hours": scale * sum(seconds) / 3600}
        for name, variant in segments.items():
            row[name] = scale * sum(
                count_segments(int(s * sampling_rate), **variant_of(variant))
                for s in seconds
            )
        rows.append(row)
    table = pd.DataFrame(rows).groupby("split").sum()
    return table.reindex([s for s in SPLITS if s in table.index]).reset_index()


def variant_of(variant):
    """Arguments of `audio.count_segments` for one variant."""
    return {
        "segment_samples": variant["samples"],
        "short_signals": variant["short_signals"],
    }


def how_known(lengths):
    """Say in a sentence how lengths are known."""
    utterances = sum(of.utterances for of in lengths.values())
    read = sum(len(of.seconds) for of in lengths.values())
    if not read:
        return (
            f"No audio file is there yet: {ASSUMED_SECONDS:g} s are assumed for each "
            "utterance."
        )
    if read == utterances:
        return "Lengths are those that the headers of all audio files give."
    return (
        f"Estimated from the headers of {read} of {utterances} audio files, drawn at "
        "random in each split and class."
    )


def disk(table, lengths, config, autoencoders, architectures):
    """Estimate what the results of a corpus with audio take.

    Parameters
    ----------
    table : pd.DataFrame
        From `table_of_segments`.
    lengths : dict
        (split, label) to `Lengths`.
    config : dict
        The whole configuration.
    autoencoders : dict
        Variant to the settings of its autoencoders, `architecture` and `latent` among
        them.
    architectures : dict
        Name to layers.

    Returns
    -------
    dict
        Kind of result to bytes. Tables and figures are left out: they are small.
    """
    rate, experiment = config["audio"]["sampling_rate"], config["experiment"]
    numbers = table.set_index("split")
    samples = numbers["hours"].sum() * 3600 * rate
    bytes_of = {"signals": samples * 4, "midterm": 0}
    bytes_of |= {"spectrograms": 0, "codes": 0, "autoencoders": 0, "predictions": 0}
    bytes_of["midterm"] = sum(of.utterances for of in lengths.values()) * 136 * 8
    for name, variant in config["segments"].items():
        segments, settings = numbers[name], variant["spectrogram"]
        window, step = settings["window"], settings["step"]
        shape = spectrograms.shape(
            variant["samples"], rate, window, step, settings["bands"]
        )
        cases = sum(of.utterances for (s, _), of in lengths.items() if s == "test")
        whole = shape[0] is None
        frames = samples / (step * rate) if whole else segments.sum() * shape[0]
        bytes_of["spectrograms"] += frames * shape[1] * 4
        if names.need_autoencoders(experiment["feature_sets"]):
            trained = [
                (architectures[a["architecture"]], a["latent"])
                for a in autoencoders[name]
            ]
            longest = max(n * len(layers.get("pooling", [1])) for layers, n in trained)
            coded = segments[["training", "test"]].sum()
            bytes_of["codes"] += coded * longest * 4
            bytes_of["autoencoders"] += BYTES_OF_PARAMETER * sum(
                grid.parameters(layers, shape, n) for layers, n in trained
            )
            cases += segments["test"]
        bytes_of["predictions"] += _bytes_of_predictions(experiment, cases)
    return bytes_of


def _bytes_of_predictions(experiment, cases):
    """Bytes of the predictions of some test utterances and segments."""
    files = len(experiment["classifiers"]) * len(experiment["percentages"])
    per_case = experiment["draws"] * len(experiment["feature_sets"]) + BYTES_OF_CASE
    return files * (BYTES_OF_FILE + cases * per_case)


def planned_jobs(snakemake, config):
    """Ask Snakemake which jobs a run would have now.

    A dry run is what knows: which files are there, and what has changed.

    Parameters
    ----------
    snakemake : sequence of str
        How to call it on the workflow.
    config : dict
        The whole configuration.

    Returns
    -------
    dict
        Rule to number of jobs; empty if there is nothing to do.

    Raises
    ------
    InputError
        With what Snakemake says, if it makes no plan.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "config.yaml")
        # In its order, which is that of what is compared.
        text = yaml.safe_dump(config, sort_keys=False)
        file.write_text(text, encoding="utf-8")
        command = [*snakemake, "--dry-run", "--quiet", "rules"]
        process = subprocess.run(
            [*command, "--nolock", "--configfile", str(file)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
    jobs = jobs_of_plan(process.stdout)
    if process.returncode or not jobs:
        raise InputError(f"Snakemake cannot plan a run:\n{process.stdout.strip()}")
    return {rule: n for rule, n in jobs.items() if rule not in ("all", "total")}


def jobs_of_plan(output):
    """Return {rule: number of jobs} of what a dry run says, its total among them."""
    if "Nothing to be done" in output:
        return {"total": 0}
    rows = re.findall(r"^(\w+) +(\d+)$", output, flags=re.MULTILINE)
    return {rule: int(n) for rule, n in rows}


def page(name, groups, jobs, segments=None, known="", bytes_of=None):
    """Put all into words.

    Parameters
    ----------
    name : str
        Of the corpus.
    groups : dict
        (split, label) to its number of utterances.
    jobs : dict
        Rule to its number of jobs.
    segments : pd.DataFrame, optional
        From `table_of_segments`, where there is audio.
    known : str
        How lengths are known.
    bytes_of : dict
        Kind of result to bytes.
    """
    parts = [f"Corpus {name}: utterances", _text(table_of_utterances(groups))]
    if segments is not None:
        numbers = segments.round({"hours": 2})
        columns = segments.columns[2:]
        numbers[columns] = numbers[columns].round().astype(int)
        parts += [f"Segments of each variant. {known}", _text(numbers)]
    if jobs:
        table = pd.DataFrame(jobs.items(), columns=["rule", "jobs"])
        parts += [f"Jobs to run: {sum(jobs.values())}", _text(table)]
    else:
        parts.append("Jobs to run: none, all results are there.")
    if bytes_of:
        rows = [(kind, size(n)) for kind, n in bytes_of.items()]
        table = pd.DataFrame(rows, columns=["results", "about"])
        parts += [f"Disk: about {size(sum(bytes_of.values()))}", _text(table)]
    return "\n\n".join(parts)


def size(number):
    """Write a number of bytes in the unit that suits it.

    >>> size(1_400_000), size(2_150_000_000)
    ('1.4 MB', '2.2 GB')
    """
    unit, name = (1e9, "GB") if number >= 1e9 else (1e6, "MB")
    return f"{number / unit:.1f} {name}"


def _text(table):
    return table.to_markdown(index=False)


def _seconds(path):
    """Length of an audio file by its header; None if it has none that can be read."""
    try:
        return soundfile.info(path).duration
    except (soundfile.SoundFileError, OSError, TypeError):
        return None
