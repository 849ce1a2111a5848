"""Speaks the plan of the demo corpus with eSpeak NG, the same bytes every time.

eSpeak NG is called through its C interface (`speak_lib.h`, version 1.52), whose
library and voices come with the Python package `espeakng-loader`.
"""

import csv
import ctypes
import io
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import espeakng_loader
import numpy as np
import soundfile
import soxr

from speechcodes import progress
from speechcodes.corpus.readers.demo import Line
from speechcodes.errors import InputError
from speechcodes.storage.files import replacing

SAMPLING_RATE = 16_000

# From speak_lib.h and espeak_ng.h.
_OUTPUT_SYNCHRONOUS = 2
_INITIALISE_DONT_EXIT = 0x8000
_RATE, _VOLUME, _PITCH, _RANGE = 1, 2, 3, 4
_POSITION_CHARACTER = 1
_CHARACTERS_UTF8 = 1
_OK = 0
_BUFFER_MS = 500

_Callback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p
)


def synthesise(
    lines: Sequence[Line], path_of: Callable[[Line], str | os.PathLike]
) -> None:
    """Speak every line into a WAV file: mono, 16 bits, 16 kHz.

    The bytes of a file depend on its line only, not on what was spoken before. A
    file stands under its name once it is complete, never before.

    Parameters
    ----------
    lines : sequence of Line
        From `speechcodes.corpus.readers.demo.plan`.
    path_of : callable
        Gives the path of a line's WAV file; its folder is made where missing.

    Raises
    ------
    InputError
        eSpeak NG cannot be loaded, lacks a line's voice, or says nothing.
    """
    for line in progress.each(lines, "utterances"):
        _write_wav(speak(line), Path(path_of(line)))


def speak(line: Line) -> np.ndarray:
    """Speak one line over the background noise of its recording.

    Parameters
    ----------
    line : Line
        From `speechcodes.corpus.readers.demo.plan`.

    Returns
    -------
    numpy.ndarray
        Samples at 16 kHz, shape (n,), int16.

    Raises
    ------
    InputError
        As for `synthesise`.
    """
    with _fresh_espeak() as (library, sampling_rate):
        speech = _voice(library, line)
    speech = soxr.resample(speech / 2**15, sampling_rate, SAMPLING_RATE)
    noise = np.random.default_rng(line.noise_seed).standard_normal(speech.size)
    sound = speech + 10 ** (line.noise / 20) * noise
    return np.round(np.clip(sound, -1, 1) * (2**15 - 1)).astype(np.int16)


def write_labels(rows: list[dict], path: str | os.PathLike) -> None:
    """Write the label file of the demo corpus as comma-separated values.

    Parameters
    ----------
    rows : list of dict
        From `speechcodes.corpus.readers.demo.label_rows`, with equal keys in each.
    path : path-like
        The file; its folder is made where missing.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as beside, beside.open("w", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


@contextmanager
def _fresh_espeak() -> Iterator[tuple[ctypes.CDLL, int]]:
    """Load eSpeak NG, and unload it afterwards.

    Its oscillators, filters and queues outlive even espeak_Terminate, and make the
    sound depend on what was spoken before. A library loaded anew (some 5 ms) is the
    only one that has forgotten.
    """
    path = str(espeakng_loader.get_library_path())
    try:
        library = ctypes.CDLL(path)
    except OSError as error:
        raise InputError(
            f"{path}: cannot be loaded ({error}): install espeakng-loader for this "
            "machine and version of Python"
        ) from error
    try:
        yield library, _initialise(library)
        library.espeak_Terminate()
    finally:
        _unload(library, path)


def _initialise(library):
    data = str(espeakng_loader.get_data_path())
    sampling_rate = library.espeak_Initialize(
        _OUTPUT_SYNCHRONOUS, _BUFFER_MS, os.fsencode(data), _INITIALISE_DONT_EXIT
    )
    if sampling_rate <= 0:
        raise InputError(
            f"{data}: eSpeak NG cannot read its voices here: reinstall espeakng-loader,"
            " under a shorter path if this one is longer than 150 characters"
        )
    return sampling_rate


def _unload(library, path):
    dlclose = ctypes.CDLL(None).dlclose
    dlclose.argtypes = [ctypes.c_void_p]
    dlclose(library._handle)
    try:
        ctypes.CDLL(path, mode=os.RTLD_NOLOAD)
    except OSError:
        return
    raise RuntimeError(
        f"{path} is in use elsewhere in this process, so that it remembers what it "
        "spoke: run the synthesis in a process of its own"
    )


def _voice(library, line):
    """Speak the line's text, as float64 samples on the scale of int16."""
    chunks = []

    @_Callback
    def collect(samples, count, _events):
        if samples and count > 0:
            chunks.append(ctypes.string_at(samples, count * 2))
        return 0

    library.espeak_SetSynthCallback(collect)
    library.espeak_ng_SetRandSeed(ctypes.c_long(line.noise_seed))
    if library.espeak_SetVoiceByName(line.voice.encode()) != _OK:
        raise InputError(
            f"{line.utterance}: eSpeak NG has no voice {line.voice!r}: name one that "
            "`espeak-ng --voices` lists, with a variant after a plus sign"
        )
    for parameter, value in (
        (_RATE, line.rate),
        (_VOLUME, line.volume),
        (_PITCH, line.pitch),
        (_RANGE, line.pitch_range),
    ):
        library.espeak_SetParameter(parameter, value, 0)
    text = ctypes.create_string_buffer(line.text.encode())
    library.espeak_Synth(
        text,
        ctypes.c_size_t(len(text)),
        0,
        _POSITION_CHARACTER,
        0,
        _CHARACTERS_UTF8,
        None,
        None,
    )
    library.espeak_Synchronize()
    speech = np.frombuffer(b"".join(chunks), dtype=np.int16).astype(np.float64)
    if not speech.any():
        raise InputError(
            f"{line.utterance}: eSpeak NG says nothing for {line.text!r} with voice "
            f"{line.voice!r}: it needs a text with words in it"
        )
    return speech


def _write_wav(samples, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    wav = io.BytesIO()
    soundfile.write(wav, samples, SAMPLING_RATE, subtype="PCM_16", format="WAV")
    # Not by libsndfile, which does not say why a file cannot be written.
    with replacing(path) as beside:
        beside.write_bytes(wav.getvalue())
