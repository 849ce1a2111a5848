"""The folder of a predictor: all it takes to label new speech, and no pickle in it."""

import hashlib
import json
import logging
import math
import os
import shutil
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple

from speechcodes import names
from speechcodes.errors import InputError
from speechcodes.predictor.extraction import Extractor
from speechcodes.storage import sealed
from speechcodes.storage.files import write_text

#: What describes all else in the folder; written last.
DESCRIPTION = "predictor.json"
FITTED = "fitted.skops"
#: Files of networks, by the part of a feature set that needs them: Keras' encoder of
#: codes, and a model of the user's own.
NETWORKS = {"code": "encoder.keras", "onnx": "embedding.onnx"}
#: Of the layout; another number is another layout.
FORMAT = 2
#: Distributions whose versions decide what comes out.
LIBRARIES = ("numpy", "scikit-learn", "scipy", "skops", "soundfile", "soxr")

#: What must stand in `DESCRIPTION` to label anything, and of which type.
NEEDED = {
    **dict.fromkeys(["audio", "features", "variant", "spectrogram"], dict),
    **dict.fromkeys(["parts", "classes", "input"], list),
    "feature_set": str,
    "versions": dict,
    "sha256": dict,
}

logger = logging.getLogger(__name__)


class Predictor(NamedTuple):
    """A predictor that was read.

    Attributes
    ----------
    settings : dict
        What `DESCRIPTION` holds.
    fitted : dict of str to object
        Of `training.Trained`, and what was fitted to unlabelled speech, by part.
    extractor : Extractor
    """

    settings: dict
    fitted: dict[str, object]
    extractor: Extractor


def read_fitted(files: Mapping[str, str]) -> dict[str, object]:
    """Return what was fitted to unlabelled speech, by the part of the feature set.

    Files are, as far as they are needed, those of the models `fisher` and `pca`, and
    `metrics` of the autoencoder, which tell how codes and components are pooled.
    """
    found = {
        name: sealed.read(files[name]) for name in ("fisher", "pca") if name in files
    }
    if "metrics" in files:
        text = Path(files["metrics"]).read_text(encoding="utf-8")
        found["pooling"] = json.loads(text)["pooling"]
    return found


def portable(config: Mapping) -> dict:
    """Return a configuration that tells no folder of its author, but names of files.

    >>> portable({"corpus": {"path": "/home/me/speech", "name": "mine"}})
    {'corpus': {'path': 'speech', 'name': 'mine'}}
    """
    return _changed(config, _without_folders)


def write(
    folder: str | Path,
    settings: Mapping,
    fitted: Mapping[str, object],
    texts: Mapping[str, str],
    networks: Mapping[str, str | Path],
) -> None:
    """Write a predictor into a folder, with the checksums of all files.

    Parameters
    ----------
    settings : dict
        For JSON; see `labelling` and `extraction` for what is read of it.
    fitted : dict of str to object
    texts : dict of str to str
        Other files by name, such as the model card.
    networks : dict of str to path
        Files of networks to copy, by the part of the feature set that needs one of
        `NETWORKS`.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    sealed.write(folder / FITTED, dict(fitted))
    for name, text in texts.items():
        write_text(folder / name, text)
    copies = {NETWORKS[part]: path for part, path in networks.items()}
    for name, path in copies.items():
        shutil.copyfile(path, folder / name)
    files = sorted([FITTED, *texts, *copies])
    described = {
        "format": FORMAT,
        **settings,
        "versions": {name: found for name in LIBRARIES if (found := _version(name))},
        "sha256": {name: _digest(folder / name) for name in files},
    }
    text = json.dumps(
        _changed(described, _without_nan), indent=2, ensure_ascii=False, allow_nan=False
    )
    write_text(folder / DESCRIPTION, text + "\n")


def read(folder: str | Path) -> Predictor:
    """Read a predictor, if all its files are as they were written.

    Nothing in the folder can run code: arrays and models are read from formats that
    hold no pickle, and models of types that are not known are refused. TensorFlow is
    imported only where codes are in the feature set.

    Raises
    ------
    InputError
        If the folder holds no predictor, one of another version, or a file that was
        changed.
    """
    folder = Path(folder)
    try:
        settings = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        settings = None
    if not _is_known(settings):
        raise InputError(
            f"{folder} is no predictor of this version: it should be a folder that "
            f"snakemake predictor wrote, with {DESCRIPTION} of format {FORMAT}"
        )
    copies = [NETWORKS[part] for part in settings["parts"] if part in NETWORKS]
    for name, wanted in (dict.fromkeys([FITTED, *copies]) | settings["sha256"]).items():
        path = folder / name
        if Path(name).name != name or not path.is_file() or _digest(path) != wanted:
            raise InputError(
                f"{path} is not as it was when the predictor was written: copy the "
                "folder again, or make it anew by snakemake predictor"
            )
    changed = [
        f"{name} {there}, not {_version(name)}"
        for name, there in settings["versions"].items()
        if _version(name) != there
    ]
    if changed:
        logger.warning(
            "%s was made with %s: predictions may differ", folder, "; ".join(changed)
        )
    fitted = sealed.read(folder / FITTED)
    models = dict(fitted)
    if "code" in settings["parts"]:
        from speechcodes.autoencoders import models as keras_models

        models["code"] = keras_models.load(folder / NETWORKS["code"])
    if "onnx" in settings["parts"]:
        settings["features"]["onnx"]["model"] = str(folder / NETWORKS["onnx"])
    return Predictor(settings, fitted, Extractor(settings, models))


def _is_known(settings):
    """Tell whether what a description holds is enough to label with."""
    if not isinstance(settings, dict) or settings.get("format") != FORMAT:
        return False
    if not all(isinstance(settings.get(key), NEEDED[key]) for key in NEEDED):
        return False
    used = [*settings["parts"], *names.parts(settings["feature_set"])]
    return all(part in names.FEATURE_SETS for part in map(str, used))


def _changed(value, change):
    """Return settings with every number, text and the like changed by a function."""
    if isinstance(value, Mapping):
        return {key: _changed(inner, change) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_changed(inner, change) for inner in value]
    return change(value)


def _without_nan(value):
    """Return None for NaN, which JSON does not know."""
    return None if isinstance(value, float) and math.isnan(value) else value


def _without_folders(value):
    """Return the last part of what is an absolute path."""
    is_path = isinstance(value, str) and os.path.isabs(value)
    return os.path.basename(value) if is_path else value


def _version(name):
    """Version of a distribution, None where it is not installed."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _digest(path):
    """SHA-256 of a file, in hexadecimal digits."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
