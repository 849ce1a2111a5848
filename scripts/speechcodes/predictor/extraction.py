"""Features of new audio, in memory, by the functions that made those of the corpus."""

from collections.abc import Sequence
from importlib import import_module
from typing import NamedTuple

import numpy as np

from speechcodes.errors import RejectedAudio
from speechcodes.experiment.feature_sets import Rows
from speechcodes.features import (
    audio,
    channels,
    fisher,
    modulation,
    pca,
    pitch,
    pooled,
    signals,
    spectrograms,
)
from speechcodes.names import FEATURE_SETS
from speechcodes.records import Rejected


class Heard(NamedTuple):
    """What is kept of one audio file until all files of its speaker are read."""

    utterance: str
    samples: int
    #: Functionals by their name.
    rows: dict[str, np.ndarray]
    #: Spectrograms (n, frames, bins) and pitch (frames, 2), if they are needed.
    spectrograms: np.ndarray | None
    contour: np.ndarray | None


class Extractor:
    """Computes the parts of a feature set.

    Parameters
    ----------
    settings : dict
        `parts`, their names; `audio`, arguments of `audio.load`; `features`, settings
        of functionals by name; and of segments `variant` (`samples`, `short_signals`),
        `spectrogram` and `input`.
    models : dict of str to object
        What was fitted to unlabelled speech, by the part's name: of `fisher` the list
        of `fisher.Model`; of `pca` the `pca.Components`; of `code` the Keras model; and
        `pooling` of codes and components.
    """

    def __init__(self, settings: dict, models: dict[str, object]):
        self._settings, self._models = settings, models
        self._rate = settings["audio"]["sampling_rate"]
        parts = settings["parts"]
        self._functionals = [part for part in parts if FEATURE_SETS[part].columns]
        self._of_spectrograms = [p for p in parts if p not in self._functionals]
        self._beside = channels.beside(settings["input"])
        signals.keep_freed_memory()

    def of_speaker(
        self, files: Sequence[tuple[str, str]]
    ) -> tuple[dict[str, Rows], list[Rejected]]:
        """Compute the features of all files (utterance, path) of one speaker.

        The pitch is counted from the speaker's median, which is that of these files.

        Returns
        -------
        rows : dict of str to Rows
            By part; of no files that can be used, none.
        rejected : list of Rejected
        """
        heard, rejected = [], []
        for utterance, path in files:
            try:
                heard.append(self._hear(utterance, path))
            except RejectedAudio as error:
                rejected.append(Rejected(utterance, path, error.reason, error.detail))
        return (self._rows(heard) if heard else {}), rejected

    def _hear(self, utterance, path):
        """Return the `Heard` of one file."""
        signal = audio.load(path, **self._settings["audio"])
        rows, values, contour = {}, None, None
        for name in self._functionals:
            module = import_module(f"speechcodes.features.{name}")
            settings = self._settings["features"].get(name, {})
            rows[name] = module.features(signal, self._rate, **settings)
        if self._of_spectrograms:
            if self._beside:
                contour = pitch.contour(signal, self._rate)
            values = spectrograms.of_segments(
                signal,
                self._settings["variant"],
                self._rate,
                self._settings["spectrogram"],
            )
        return Heard(utterance, len(signal), rows, values, contour)

    def _rows(self, heard):
        """Return the rows of all parts."""
        names = np.array([one.utterance for one in heard], dtype=object)
        found = {
            part: Rows(np.array([one.rows[part] for one in heard]), names)
            for part in self._functionals
        }
        if self._of_spectrograms:
            values, columns = self._filled(heard)
            for part in self._of_spectrograms:
                features = self._computed(part, values, columns.get("mean", 0))
                found[part] = Rows(features, columns["utterance"])
        return found

    def _filled(self, heard):
        """Return spectrograms as they are stored, and what stands beside them."""
        settings = self._settings["spectrogram"]
        shape = spectrograms.stored_shape(
            [one.samples for one in heard],
            self._settings["variant"],
            self._rate,
            settings,
            self._beside,
        )
        values = np.empty(shape, np.float32)
        columns = spectrograms.fill(
            values,
            ((one.utterance, one.spectrograms) for one in heard),
            settings["centred"],
            self._pitch(heard) if self._beside else None,
        )
        if "frames" in columns:
            values = np.split(values, np.cumsum(columns["frames"])[:-1])
        return values, columns

    def _pitch(self, heard):
        """Return the function that gives the channels of pitch beside a spectrogram."""
        contours = {one.utterance: one.contour for one in heard}
        (median, *_) = pitch.medians(list(contours.values()), [""] * len(heard))
        timing = pitch.timing(self._settings["spectrogram"], self._rate)
        return lambda utterance, frames: pitch.channels(
            contours[utterance], median, frames, *timing
        )

    def _computed(self, part, values, taken_out):
        """Return the rows of one part that is computed from spectrograms."""
        if part == "pooled":
            return pooled.of_sequences(values, taken_out)
        if part == "modulation":
            step = self._settings["spectrogram"]["step"]
            return modulation.of_sequences(values, step)
        if part == "fisher":
            return fisher.of_sequences(values, self._models[part])
        if part == "pca":
            return pca.of_sequences(values, self._models[part], self._models["pooling"])
        # TensorFlow takes seconds to import.
        from speechcodes.autoencoders import encoding

        return encoding.encode(self._models[part], values, self._models["pooling"])
