"""Keep the user's surroundings from changing results."""

import os
import shlex
import sys

from speechcodes.errors import InputError

#: Environment variables that jobs are given, whatever the user has set.
SET = {
    # Figures are files; an unknown name would end each import of Matplotlib.
    "MPLBACKEND": "agg",
    "KERAS_BACKEND": "tensorflow",
    # Text is UTF-8 in any locale.
    "PYTHONUTF8": "1",
}
#: And those that they are not given. Snakemake itself sets the threads of OpenMP and of
#: linear algebra to those of a rule; these would have the last word.
UNSET = (
    "OMP_DYNAMIC",
    "OMP_THREAD_LIMIT",
    "MKL_DYNAMIC",
    "TF_NUM_INTEROP_THREADS",
    "TF_NUM_INTRAOP_THREADS",
    # Other arithmetic.
    "NVIDIA_TF32_OVERRIDE",
    "OPENBLAS_CORETYPE",
    "TF_ENABLE_ONEDNN_OPTS",
    # Asserts are left out, and warnings become errors.
    "PYTHONOPTIMIZE",
    "PYTHONWARNINGS",
)


def settle() -> None:
    """Set and unset variables in the environment that all jobs inherit.

    Called as the workflow is read: in a job, it would come after the libraries that
    read them.

    Raises
    ------
    InputError
        If file names cannot be read as what they are, or Snakemake (9.27) could start
        no script.
    """
    encoding = sys.getfilesystemencoding()
    if encoding.lower().replace("-", "") != "utf8":
        raise InputError(
            f"names of files are read as {encoding} here, so that some would not be"
            " found: export LC_ALL=C.UTF-8, or PYTHONUTF8=1, and start anew"
        )
    if shlex.quote(sys.executable) != sys.executable:
        raise InputError(
            f"Python is {sys.executable!r}, and no job can be started by a path with"
            " spaces or quotes: move this folder, and install anew"
        )
    os.environ.update(SET)
    for name in UNSET:
        os.environ.pop(name, None)
