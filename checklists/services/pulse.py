"""One pulse: batches of due reminders until none is left, each with its own reading of the clock; then what presses."""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from checklists.models import Reminder, Step
from checklists.services.acknowledgements import escalate_unacknowledged
from checklists.services.dispatch import DispatchReport, dispatch_due
from staff.models import Notice
from staff.notice_kinds import Urgency
from staff.services.notices import end_notices
from staff.services.pulses import beat

# A pulse ends after this many batches, so that a worker is not kept by an endless backlog.
MOST_BATCHES = 100


def dispatch_all(*, clock: Callable[[], datetime], engine: str = "") -> list[DispatchReport]:
    """The clock is read for each batch: lateness is what really passed."""
    reports = []
    for _turn in range(MOST_BATCHES):
        report = dispatch_due(now=clock())
        reports.append(report)
        if not report.is_full:
            break
    now = clock()
    escalate_unacknowledged(now)
    end_settled(now=now)
    beat("dispatch", now, summary(reports), engine)
    return reports


def end_settled(*, now: datetime) -> int:
    """Urgent notices about steps that nobody has to do any more wait for nobody's word."""
    about = Reminder.objects.filter(notice=OuterRef("pk"))
    waiting = Q(urgency=Urgency.URGENT, acknowledged_at=None)
    is_settled = Exists(about) & ~Exists(about.filter(step__state=Step.State.OPEN))
    return end_notices(notices=Q(pk__in=Notice.objects.filter(waiting, is_settled, over_at=None).values("pk")), now=now)


def summary(reports: Sequence[DispatchReport]) -> str:
    sent, missed = (sum(getattr(report, name) for report in reports) for name in ("sent", "missed"))
    return f"{sent} sent, {missed} missed, {len(reports)} batches"
