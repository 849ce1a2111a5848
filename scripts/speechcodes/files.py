"""Write files so that nobody ever sees one half written."""

import os
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(path):
    """Give a path beside `path` to write to, renamed to it once all went well.

    What was there before stays until then. The suffix is kept, since some
    libraries choose a format by it.
    """
    path = Path(path)
    beside = path.with_name(f".{os.getpid()}.partial.{path.name}")
    try:
        yield beside
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
