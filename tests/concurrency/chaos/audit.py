"""What the database says when all is quiet: lost, doubled, silent, missed without a word, and how late."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import connection

from checklists.models import Reminder
from staff.models import Notice, User

State = Reminder.State
FAULTS = ("lost", "doubled", "silent", "phantom", "untold", "told_too_often")


@dataclass
class Findings:
    """What became of the reminders, then what must be 0."""

    reminders: int
    sent: int
    missed: int
    superseded: int
    lost: int
    doubled: int
    silent: int
    phantom: int
    untold: int
    told_too_often: int

    def faults(self) -> dict[str, int]:
        return {name: number for name, number in asdict(self).items() if name in FAULTS and number}


def audit(*, now: datetime, managers: Sequence[User]) -> Findings:
    """`now` is well after the last due time; nothing in a run settles a step, so nothing may be withdrawn either."""
    rows = list(Reminder.objects.select_related("notice"))
    sent = [row for row in rows if row.state == State.SENT]
    pairs, said = Counter((row.recipient_id, row.step_id) for row in sent), Counter(mentions())
    missed = [row for row in rows if row.state == State.MISSED]
    # The newest reminder of its step tells what this one would have.
    superseded = [row for row in missed if row.reason == "superseded" and pairs[row.recipient_id, row.step_id]]
    to_tell = len(missed) - len(superseded)
    told = [told_to(manager) for manager in managers]
    lost = [row for row in rows if row.state not in {State.SENT, State.MISSED} and row.due_at <= now]
    return Findings(
        reminders=len(rows),
        sent=len(sent),
        missed=to_tell,
        superseded=len(superseded),
        lost=len(lost),
        doubled=sum(max(0, said[pair] - number) for pair, number in pairs.items()),
        silent=sum(1 for row in sent if not says(row.notice, row)),
        phantom=sum(number for pair, number in said.items() if pair not in pairs),
        untold=max(0, to_tell - min(told, default=0)),
        told_too_often=max(0, max(told, default=0) - to_tell),
    )


def mentions() -> Iterator[tuple[int, int]]:
    """Who was told of which step, as often as it was told; a notice of several steps tells of each."""
    # A manager also hears of steps that have nobody, beside their reminder.
    for notice in Notice.objects.filter(params__has_key="steps").exclude(code="nobody_on_shift"):
        yield from ((notice.recipient_id, step) for step in notice.params["steps"])


def says(notice: Notice | None, reminder: Reminder) -> bool:
    is_theirs = notice is not None and notice.recipient_id == reminder.recipient_id
    return is_theirs and reminder.step_id in notice.params.get("steps", ())


def told_to(manager: User) -> int:
    notices = Notice.objects.filter(recipient=manager, code="reminders_missed")
    return sum(notice.params["count"] for notice in notices)


@dataclass
class Lateness:
    """Seconds from due to the commit that made the notice visible, and by the mark that the row carries."""

    median: float
    p99: float
    longest: float
    median_by_mark: float


def lateness() -> Lateness:
    """Needs a server that keeps the times of commits; reminders past grace when they were made do not count."""
    statement = """
        SELECT extract(epoch FROM pg_xact_commit_timestamp(notice.xmin) - reminder.due_at),
               extract(epoch FROM reminder.sent_at - reminder.due_at)
        FROM checklists_reminder reminder JOIN staff_notice notice ON notice.id = reminder.notice_id
        WHERE reminder.state = 'sent'
    """
    with connection.cursor() as cursor:
        cursor.execute(statement)
        rows = cursor.fetchall()
    visible, marked = (sorted(map(float, column)) for column in zip(*rows, strict=True))
    return Lateness(at(visible, 0.5), at(visible, 0.99), at(visible, 1), at(marked, 0.5))


def at(values: Sequence[float], share: float) -> float:
    return round(values[min(len(values) - 1, int(share * len(values)))], 3)


def still_waiting(now: datetime) -> int:
    return Reminder.objects.filter(state=State.PENDING, due_at__lte=now).count()
