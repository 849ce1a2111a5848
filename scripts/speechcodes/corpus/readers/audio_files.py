"""Audio files of a corpus: where they are, and what their ids are."""

import contextlib
import functools
import os
import unicodedata
from collections.abc import Iterable

from speechcodes.errors import InputError
from speechcodes.records import Rejected

#: Extensions of the types that libsndfile reads; headerless ones are not among them.
AUDIO_EXTENSIONS = (
    *(".aif", ".aifc", ".aiff", ".au", ".caf", ".flac", ".mp1", ".mp2", ".mp3"),
    *(".nist", ".oga", ".ogg", ".opus", ".rf64", ".snd", ".sph", ".voc", ".w64"),
    *(".wav", ".wave"),
)
#: Those of common types that it does not read, so that they must be converted first.
OTHER_EXTENSIONS = (".m4a", ".webm", ".wma", ".mp4", ".aac", ".amr", ".3gp")
_LISTED = AUDIO_EXTENSIONS + OTHER_EXTENSIONS

#: Whether the system can be asked what the user that a process runs as may do.
_EFFECTIVE = os.access in os.supports_effective_ids


def without_ending(path: str) -> str:
    """Return a path without the ending of its file's name.

    >>> without_ending("a.b/c.d.wav"), without_ending("a.b/c"), without_ending(".wav")
    ('a.b/c.d', 'a.b/c', '.wav')
    """
    stem, _, ending = path.rpartition(".")
    return path if not stem or stem.endswith("/") or "/" in ending else stem


def id_below(path: str, folder: str) -> str:
    """Return the id of an audio file: its path below a folder, without ending.

    >>> id_below("corpus/anna/01.wav", "./corpus")
    'anna/01'
    """
    return without_ending(path.removeprefix(_prefix(folder)))


@functools.cache
def _prefix(folder):
    return os.path.join(os.path.normpath(folder), "")


def audio_files(
    folder: str, key: str = "corpus.path"
) -> tuple[list[str], list[Rejected]]:
    """Find the audio files at any depth below a folder by their extension.

    Each folder is listed once and no file is opened. Symbolic links are
    followed, but no folder is entered twice, so loops end. Messages name `key`, which
    names the folder in the configuration.

    Returns
    -------
    paths : list of str
        Sorted; they begin with `folder`.
    rejected : list of Rejected
        Links to nothing (`missing_file`), files that may not be read or must be
        converted first (`unreadable`), unless a readable one of the same id lies
        beside them, and names that no table can hold, as they are not UTF-8
        (`unrecognised_name`). Their ids are as `id_below` gives them.

    Raises
    ------
    InputError
        If the folder is missing, cannot be listed, or has no audio file.
    """
    if not os.path.isdir(folder):
        raise InputError(
            f"{folder} is not a folder; {key} should be a folder with audio files"
        )
    paths, rejected, entered, waiting = [], [], set(), [folder]
    while waiting:
        here = waiting.pop()
        status = os.stat(here)
        identity = status.st_dev, status.st_ino
        if identity in entered:
            continue
        entered.add(identity)
        prefix = os.path.normpath(os.path.join(here, "_"))[:-1]
        subfolders, names, broken = [], [], set()
        for entry in _entries(here):
            if _is_so(entry.is_dir):
                subfolders.append(entry.path)
            elif entry.name.lower().endswith(_LISTED):
                names.append(entry.name)
                # The system told the type with the name: a link alone is looked up.
                if not _is_so(entry.is_file):
                    broken.add(entry.name)
        # As paths are made, they lie in memory: in the order that all go through them.
        for name in sorted(names):
            path = prefix + name
            if reject := _unusable(path, folder, name not in broken):
                rejected.append(reject)
            else:
                paths.append(path)
        waiting += sorted(subfolders, reverse=True)
    if not paths and not rejected:
        raise InputError(
            f"{folder} has no audio file; {key} should be a folder with files of"
            " a type such as .wav or .flac in it or in its subfolders"
        )
    return sorted(paths), _without_converted(rejected, paths)


def _entries(folder):
    """Yield the entries of a folder; raise InputError if it cannot be listed."""
    try:
        with os.scandir(folder) as entries:
            yield from entries
    except OSError as error:
        raise InputError(
            f"{folder} cannot be listed ({error.strerror}); every folder of the"
            " corpus should be readable"
        ) from error


def _is_so(question):
    """Ask an entry of a folder; the answer is no for links that lead in circles."""
    try:
        return question()
    except OSError:
        return False


def _unusable(path, folder, is_file):
    """Reject a link to nothing, a name that is not UTF-8, or what cannot be read."""
    try:
        path.encode()
    except UnicodeEncodeError:
        path = path.encode(errors="backslashreplace").decode()
        reason, detail = "unrecognised_name", f"{path!r} is not UTF-8"
    else:
        if not is_file:
            reason, detail = "missing_file", f"{path!r} is a link to no file"
        else:
            reason, detail = "unreadable", why_unreadable(path)
    return Rejected(id_below(path, folder), path, reason, detail) if detail else None


def _without_converted(rejected, paths):
    """Leave out files of other types that lie beside one of the same id."""
    others = {r.path for r in rejected if r.path.lower().endswith(OTHER_EXTENSIONS)}
    if not others:
        return rejected
    ids = set(map(without_ending, paths))
    done = {path for path in others if without_ending(path) in ids}
    return [reject for reject in rejected if reject.path not in done]


def why_unreadable(path: str) -> str:
    """Tell why a file that exists cannot be read, empty if nothing is known."""
    if path.lower().endswith(OTHER_EXTENSIONS):
        return (
            f"{path!r} is of a type that cannot be read; convert it, for example by"
            f" ffmpeg -i NAME{os.path.splitext(path)[1]} NAME.wav"
        )
    # Snakemake stops where it may not read a file.
    may_read = os.access(path, os.R_OK, effective_ids=_EFFECTIVE)
    return "" if may_read else f"{path!r} may not be read"


def found_files(paths: Iterable[str]) -> dict[str, str]:
    """Return those of some paths that exist, listing each of their folders once.

    With each comes where its file is: elsewhere, where a path has backslashes for
    slashes, or names in another Unicode form than the file system.
    """
    names = {}
    for path in paths:
        above, slash, name = path.rpartition("/")
        names.setdefault(above or slash, {})[name] = path
    found = {}
    for folder, wanted in names.items():
        try:
            with os.scandir(folder or os.curdir) as entries:
                present = {e.name for e in entries if e.name in wanted and e.is_file()}
        except FileNotFoundError:
            present = set()
        # A folder may forbid listing and still allow reading; and no path has a NUL.
        except (OSError, ValueError):
            present = {n for n in wanted if os.path.isfile(os.path.join(folder, n))}
        for name, path in wanted.items():
            if name in present:
                found[path] = path
            elif other := _spelt_otherwise(path):
                found[path] = other
    return found


def _spelt_otherwise(path):
    """Return the file that a path means with other slashes or Unicode forms."""
    for spelling in dict.fromkeys((path, path.replace("\\", "/"))):
        if (spelling != path and os.path.isfile(spelling)) or (
            not spelling.isascii() and (spelling := _in_any_form(spelling))
        ):
            return os.path.normpath(spelling)
    return ""


def _in_any_form(path):
    """Return an existing path whose names have any Unicode form, empty if none is."""
    here = "/" if path.startswith("/") else ""
    for name in path.split("/"):
        if name and not os.path.exists(os.path.join(here, name)):
            names = _composed(os.path.abspath(here))
            name = names.get(unicodedata.normalize("NFC", name))
            if name is None:
                return ""
        here = os.path.join(here, name) if name else here
    return here


@functools.lru_cache(maxsize=1024)
def _composed(folder):
    """Return the names in a folder by their composed form."""
    with contextlib.suppress(OSError):
        return {unicodedata.normalize("NFC", name): name for name in os.listdir(folder)}
    return {}
