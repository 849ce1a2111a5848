"""The errors a user can mend, each told in one sentence."""

import shlex


class InputError(ValueError):
    """Wrong input: names the file, the value found, and what would be right."""


class DamagedFile(InputError):
    """One of the workflow's own files is not as it was written, as the detail shows."""

    def __init__(self, path, detail):
        super().__init__(
            f"{path} is damaged ({detail}): remove it, and run Snakemake again as "
            f"before, which makes it anew: rm {shlex.quote(str(path))}"
        )


class NotWritten(InputError):
    """A file that the file system does not take."""


class RejectedAudio(Exception):
    """Audio that no features can be computed from: a stable reason, and the detail."""

    def __init__(self, reason, detail):
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
