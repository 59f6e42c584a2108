"""One pulse: batches of due reminders until none is left, each with its own reading of the clock."""

from collections.abc import Callable
from datetime import datetime

from checklists.services.dispatch import DispatchReport, dispatch_due

# A pulse ends after this many batches, so that a worker is not kept by an endless backlog.
MOST_BATCHES = 100


def dispatch_all(*, clock: Callable[[], datetime]) -> list[DispatchReport]:
    """The clock is read for each batch: lateness is what really passed."""
    reports = []
    for _turn in range(MOST_BATCHES):
        report = dispatch_due(now=clock())
        reports.append(report)
        if not report.is_full:
            break
    return reports
