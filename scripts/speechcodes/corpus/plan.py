"""What a run plans of its corpus, stored for its jobs.

A job on a cluster reads the workflow anew. It needs a shard or a part; the process that
plans has read and divided the whole corpus.
"""

import json
import os
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

from speechcodes.corpus.splits.roles import Roles
from speechcodes.errors import InputError
from speechcodes.records import Rejected, Utterance
from speechcodes.storage import files

#: By part and label: utterances by the name of their shard.
Shards = Mapping[tuple[str, str], Mapping[str, Sequence[Utterance]]]


class Plan(NamedTuple):
    """A corpus, divided. What is stored is read when it is asked for."""

    #: The roles of parts in each fold, from "1" on.
    folds: dict[str, Roles]
    #: Numbers of utterances by part and label, of which either may be empty.
    found: dict[tuple[str, str], int]
    shards: Shards
    #: Return all utterances, sorted by id, and all rejects.
    utterances: Callable[[], Sequence[Utterance]]
    rejected: Callable[[], Sequence[Rejected]]

    @property
    def parts(self) -> tuple[str, ...]:
        """All parts, sorted."""
        return tuple(sorted({part for part, _ in self.found if part}))


def make(
    utterances: Sequence[Utterance],
    rejected: Sequence[Rejected],
    folds: Iterable[Roles],
    shards: Shards,
) -> Plan:
    """Return the plan of a corpus table."""
    return Plan(
        {str(number): fold for number, fold in enumerate(folds, start=1)},
        Counter((u.part, u.label) for u in utterances),
        shards,
        lambda: utterances,
        lambda: rejected,
    )


def write(path: str | Path, plan: Plan, run: str) -> None:
    """Store the plan of a run, one file of JSON for each shard in an archive."""
    names = [[*key, list(of_key)] for key, of_key in plan.shards.items()]
    index = {
        "run": run,
        "folds": plan.folds,
        "found": [[*key, number] for key, number in plan.found.items()],
        "shards": names,
    }
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with (
        files.replacing(path) as beside,
        zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
    ):
        for (part, label), of_key in plan.shards.items():
            for shard, members in of_key.items():
                _put(archive, f"{part}/{label}/{shard}", members)
        others = [u for u in plan.utterances() if not (plan.shards and u.part)]
        _put(archive, "others", others)
        _put(archive, "rejected", plan.rejected())
        _put(archive, "index", index)


def read(path: str | Path, run: str | None) -> Plan | None:
    """Return the stored plan of a run; None if there is none, or it is damaged."""
    try:
        index = _get(path, "index")
    except (OSError, InputError):
        return None
    if index["run"] != run:
        return None
    shards = {
        (part, label): _Stored(path, f"{part}/{label}", names)
        for part, label, names in index["shards"]
    }

    def utterances():
        everything = [u for us in _members(shards) for u in us]
        everything += map(_utterance, _get(path, "others"))
        return sorted(everything, key=attrgetter("utterance"))

    return Plan(
        {name: Roles(*map(tuple, parts)) for name, parts in index["folds"].items()},
        {(part, label): number for part, label, number in index["found"]},
        shards,
        utterances,
        lambda: [Rejected(*row) for row in _get(path, "rejected")],
    )


class _Stored(Mapping):
    """Utterances by the name of their shard, read from an archive one by one."""

    def __init__(self, path, folder, names):
        self._path, self._folder, self._names = path, folder, dict.fromkeys(names)

    def __contains__(self, shard):
        return shard in self._names

    def __getitem__(self, shard):
        if shard not in self._names:
            raise KeyError(shard)
        return list(map(_utterance, _get(self._path, f"{self._folder}/{shard}")))

    def __iter__(self):
        return iter(self._names)

    def __len__(self):
        return len(self._names)


def _members(shards: Shards) -> Iterator[Sequence[Utterance]]:
    """Yield the utterances of each shard."""
    return (members for of_key in shards.values() for members in of_key.values())


def _utterance(row):
    """Return an utterance as it was before it was stored."""
    *fields, groups, part = row
    return Utterance(*fields, tuple(map(tuple, groups)), part)


def _put(archive, name, values):
    archive.writestr(name + ".json", json.dumps(values))


def _get(path, name):
    """Read what was put into an archive; raise InputError if it does not hold."""
    try:
        with zipfile.ZipFile(path) as archive:
            return json.loads(archive.read(name + ".json"))
    except (KeyError, ValueError, zipfile.BadZipFile, zlib.error) as error:
        raise InputError(
            f"{path} is damaged ({error}); run the same command again, which makes it"
            " anew"
        ) from None
