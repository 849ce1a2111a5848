"""Logging for scripts: everything to the rule's log file, the gist to the terminal."""

import logging
import os
import sys
from pathlib import Path

from speechcodes.errors import InputError
from speechcodes.storage import files

PACKAGE = Path(__file__).parents[1]


def log_to(path: str | Path) -> None:
    """Send this process's log, and the error that may end it, to a file.

    Messages of level INFO go to the file and to standard error, where jobs that run
    at the same time are told apart by the file's name. An `InputError` that nothing
    catches is told in one line, any other with its traceback. Every script calls this
    first.

    Raises
    ------
    InputError
        If the script has imported the package of another checkout.
    """
    terminal, log = logging.StreamHandler(), str(path).replace("%", "%%")
    line = f"%(asctime)s {log} %(levelname)s %(message)s"
    terminal.setFormatter(logging.Formatter(line, datefmt="%H:%M:%S"))
    logging.basicConfig(
        level=logging.INFO,
        format="%(asctime)s %(levelname)s %(message)s",
        handlers=[logging.FileHandler(path, mode="w"), terminal],
        force=True,
    )
    logging.captureWarnings(True)

    def tell(kind, error, traceback):
        if refusal := files.refused(error):
            _give_up(refusal)
        whence = None if issubclass(kind, InputError) else (kind, error, traceback)
        logging.error("%s", error, exc_info=whence)

    def tell_ignored(unraisable):
        if refusal := files.refused(unraisable.exc_value):
            _give_up(refusal)
        sys.__unraisablehook__(unraisable)

    sys.excepthook, sys.unraisablehook = tell, tell_ignored
    check_package(sys.modules["__main__"])


def check_package(script: object) -> None:
    """Raise InputError if the package beside a script is not the one it imported."""
    # Snakemake sets `__file__` to where the script comes from.
    own = Path(getattr(script, "__file__", None) or "").parent / PACKAGE.name
    if (own / "__init__.py").exists() and not own.samefile(PACKAGE):
        raise InputError(
            f"{own.parent} would run with the modules of {PACKAGE}: take "
            f"{PACKAGE.parent} out of PYTHONPATH, which comes before a script's own"
        )


def _give_up(refusal):
    """End this process at once, since a file cannot be written.

    HDF5 (2.0) would bring it down a little later, as it lets go of what it did not
    write. Some errors come up only there, in destructors, which cannot raise them.
    """
    logging.error("%s", refusal)
    logging.shutdown()
    files.discard()
    os._exit(1)
