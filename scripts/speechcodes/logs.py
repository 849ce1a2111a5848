"""Logging for scripts: everything to the rule's log file, the gist to the terminal."""

import logging
import sys

from speechcodes.errors import InputError


def log_to(path):
    """Send this process's log, and the error that may end it, to a file.

    Messages of level INFO go to the file and to standard error. An `InputError`
    that nothing catches is told in one line, any other with its traceback.
    """
    logging.basicConfig(
        level=logging.INFO,
        format="%(asctime)s %(levelname)s %(message)s",
        handlers=[logging.FileHandler(path, mode="w"), logging.StreamHandler()],
        force=True,
    )
    logging.captureWarnings(True)

    def tell(kind, error, traceback):
        expected = issubclass(kind, InputError)
        logging.error(
            "%s", error, exc_info=None if expected else (kind, error, traceback)
        )

    sys.excepthook = tell
