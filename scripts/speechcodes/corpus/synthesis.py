"""Speaks the plan of the demo corpus with eSpeak NG, the same bytes every time.

eSpeak NG is called through its C interface (`speak_lib.h`, version 1.52), whose
library and voices come with the Python package `espeakng-loader`.
"""

import ctypes
import io
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

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
#: Rate, volume, pitch and its range.
_PARAMETERS = 1, 2, 3, 4
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
    """Speak every line of a plan into a WAV file: mono, 16 bits, 16 kHz.

    The bytes of a file depend on its line only, not on what was spoken before. A
    file stands under its name once it is complete, never before.

    Raises InputError if eSpeak NG cannot be loaded, lacks a line's voice, or says
    nothing.
    """
    for line in progress.each(lines, "utterances"):
        _write_wav(speak(line), path_of(line))


def speak(line: Line) -> np.ndarray:
    """Speak one line over the background noise of its recording; see `synthesise`.

    Returns
    -------
    np.ndarray
        Samples at 16 kHz, shape (n,), int16.
    """
    with _fresh_espeak() as (library, sampling_rate):
        speech = _voice(library, line)
    speech = soxr.resample(speech / 2**15, sampling_rate, SAMPLING_RATE)
    noise = np.random.default_rng(line.noise_seed).standard_normal(speech.size)
    sound = speech + 10 ** (line.noise / 20) * noise
    return np.round(np.clip(sound, -1, 1) * (2**15 - 1)).astype(np.int16)


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
    values = line.rate, line.volume, line.pitch, line.pitch_range
    for parameter, value in zip(_PARAMETERS, values, strict=True):
        library.espeak_SetParameter(parameter, value, 0)
    text = ctypes.create_string_buffer(line.text.encode())
    start = 0, _POSITION_CHARACTER
    end, size = 0, ctypes.c_size_t(len(text))
    library.espeak_Synth(text, size, *start, end, _CHARACTERS_UTF8, None, None)
    library.espeak_Synchronize()
    speech = np.frombuffer(b"".join(chunks), dtype=np.int16).astype(np.float64)
    if not speech.any():
        raise InputError(
            f"{line.utterance}: eSpeak NG says nothing for {line.text!r} with voice "
            f"{line.voice!r}: it needs a text with words in it"
        )
    return speech


def _write_wav(samples, path):
    wav = io.BytesIO()
    soundfile.write(wav, samples, SAMPLING_RATE, subtype="PCM_16", format="WAV")
    # Not by libsndfile, which does not say why a file cannot be written.
    with replacing(path) as beside:
        beside.write_bytes(wav.getvalue())
