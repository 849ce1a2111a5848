"""The errors a user can mend, each told in one sentence."""


class InputError(ValueError):
    """Wrong input: names the file, the value found, and what would be right."""


class RejectedAudio(Exception):
    """Audio that no features can be computed from.

    Attributes
    ----------
    reason : str
        One of `records.UNUSABLE_AUDIO`.
    detail : str
        What was found, for the table of rejects.
    """

    def __init__(self, reason, detail):
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
