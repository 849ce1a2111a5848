"""Fitted models in files without pickle: skops' format, with a checksum.

The format is a ZIP archive of JSON and arrays. What it asks to build is built only if
scikit-learn, NumPy or SciPy have it, or if `TRUSTED` names it.
"""

import zipfile
from pathlib import Path

from speechcodes.errors import InputError
from speechcodes.storage import checksums
from speechcodes.storage.files import replacing

#: Types that models here are made of, and that skops does not know to be harmless: our
#: own, and parts of scikit-learn's classifiers that are not public.
TRUSTED = (
    "speechcodes.experiment.classifiers.Scaler",
    "speechcodes.experiment.feature_sets.Block",
    "speechcodes.features.fisher.Mixture",
    "speechcodes.features.fisher.Model",
    "speechcodes.features.pca.Components",
    "speechcodes.predictor.calibration.Evidence",
    "speechcodes.predictor.novelty.Distance",
    "sklearn.calibration._CalibratedClassifier",
    "sklearn.calibration._TemperatureScaling",
    "sklearn.metrics._dist_metrics.EuclideanDistance64",
    "sklearn.neighbors._kd_tree.KDTree",
    "sklearn.tree._tree.Tree",
)


def seal(path: str | Path) -> None:
    """Put a checksum into the comment at the end of a ZIP archive."""
    with zipfile.ZipFile(path, "a") as archive:
        archive.comment = bytes(checksums.SIZE)
    checksums.write(path, at_end=True)


def write(path: str | Path, model: object) -> None:
    """Write a fitted model."""
    from skops import io

    with replacing(path, wait=False) as beside:
        io.dump(model, beside)
        seal(beside)


def read(path: str | Path) -> object:
    """Read a fitted model.

    Raises
    ------
    DamagedFile
        If the checksum does not hold.
    InputError
        If the file asks for types that are not `TRUSTED`: it could run any code.
    """
    from skops import io

    checksums.check(path, at_end=True)
    unknown = sorted(set(io.get_untrusted_types(file=path)) - set(TRUSTED))
    if unknown:
        raise InputError(
            f"{path} asks for {', '.join(unknown)}, which this version does not write "
            "and will not build: take a file that the workflow made"
        )
    return io.load(path, trusted=list(TRUSTED))
