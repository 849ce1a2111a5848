"""Lines on how far a long job is: the rate and the time left, few enough to be read.

To count a step costs less than a microsecond.
"""

import logging
import time

#: Seconds until the first line: a job that ends before writes none.
SECONDS = 5
#: Later lines wait for this share of the time that has passed, so that a job of hours
#: does not fill its log, but no longer than so many seconds.
SHARE, LONGEST = 0.05, 300

logger = logging.getLogger(__name__)


class Progress:
    """How far a job is, told when a line is due.

    There are `total` steps, or at most; `unit` is what a step is, in the plural; `say`
    takes a line.
    """

    def __init__(self, total, unit, say=logger.info):
        self.total, self.unit, self.say = total, unit, say
        self.start = self.last = time.monotonic()
        self.first = None

    def report(self, done, detail=""):
        """Tell that so many steps are done, if a line is due.

        The rate is that of all steps after the first one reported, which may have had
        to load or to compile something: before there are others, none is told.
        """
        now = time.monotonic()
        if self.first is None:
            self.first = done, now
        passed = now - self.start
        if now - self.last < min(max(SECONDS, SHARE * passed), LONGEST):
            return
        self.last = now
        line = f"{done} of {self.total} {self.unit}{detail}"
        before, since = self.first
        if done > before:
            rate = (done - before) / (now - since)
            line += f", {pace(rate)}, {span((self.total - done) / rate)} left"
        self.say(line)


def each(steps, unit, say=logger.info):
    """Yield some steps one by one, and tell of those that are done; see `Progress`."""
    progress = Progress(len(steps), unit, say)
    for done, step in enumerate(steps, start=1):
        yield step
        progress.report(done)


def pace(rate):
    """Write a number of steps per second in the unit that suits it.

    >>> pace(123.4), pace(0.5), pace(0.001)
    ('123 per s', '30 per min', '3.6 per h')
    """
    if rate >= 1:
        return f"{rate:.3g} per s"
    if rate >= 1 / 60:
        return f"{rate * 60:.3g} per min"
    return f"{rate * 3600:.3g} per h"


def span(seconds):
    """Write a span of time in the unit that suits it.

    >>> span(99), span(100), span(6000)
    ('99 s', '2 min', '1.7 h')
    """
    if seconds < 100:
        return f"{seconds:.0f} s"
    if seconds < 6000:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"
