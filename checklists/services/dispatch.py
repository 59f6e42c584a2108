"""The pulse: claims due reminders, writes the in-app notices and the sent mark in one transaction.

Order of one batch: claim (locked, skipping what another pulse holds); of a settled step → withdrawn; followed by a
newer one of the same step → missed; past grace → missed, and a manager is told; the rest → notices, marked sent.
A kill at any point undoes the whole batch, and the next pulse finds it as it was. The number of statements does not
grow with the number of reminders. What the notices say is reminder_notices.py's business.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from bookings.models import Booking
from checklists.models import Reminder, Step
from checklists.selectors.roster import rosters_of
from checklists.services.reminder_notices import DIGEST_ABOVE, ON_TIME, drafts_of_missed, drafts_of_sent
from checklists.services.reminders import TIERS, grace
from staff.models import Notice
from staff.services.notices import notify_all

Kind, State = Reminder.Kind, Reminder.State
LIVE = (Booking.Status.APPROVED, Booking.Status.RUNNING, Booking.Status.ENDED)
BATCH = 200
# What one person missed during an outage goes into one notice, so it is claimed as one.
MOST_OF_CROWDED = 2000
# A pulse that stops in the middle, with its rows locked, is cut off by the server and its rows go to the next.
HUNG_AFTER_SECONDS = 15.0


@dataclass(frozen=True)
class DispatchReport:
    """What one batch did; `is_full` when more may be waiting."""

    sent: int = 0
    notices: int = 0
    missed: int = 0
    withdrawn: int = 0
    is_full: bool = False
    lateness: timedelta = timedelta(0)

    def __str__(self) -> str:
        return (
            f"{self.sent} reminders sent in {self.notices} notices, {self.missed} missed, {self.withdrawn} withdrawn, "
            f"latest by {self.lateness.total_seconds():.1f} s"
        )


def dispatch_due(*, now: datetime, limit: int = BATCH) -> DispatchReport:
    """One batch of what is due at or before `now`; call again while the report says it was full."""
    with transaction.atomic():
        limit_idle_time()
        claimed = claim(now, limit)
        if not claimed:
            return DispatchReport()
        is_full = len(claimed) >= limit
        if is_full:
            claimed += claim_rest_of_crowded(claimed, now)
        wanted = [reminder for reminder in claimed if is_wanted(reminder)]
        newest = newest_per_step(wanted)
        useful = [reminder for reminder in newest.values() if is_useful(reminder, now)]
        sendable = {reminder.pk for reminder in useful}
        superseded: list[Reminder] = []
        late: list[Reminder] = []
        for reminder in wanted:
            if reminder.pk not in sendable:
                (superseded if newest[one_of(reminder)].pk in sendable else late).append(reminder)
        settle(State.WITHDRAWN, "settled", [reminder for reminder in claimed if not is_wanted(reminder)])
        settle(State.MISSED, "superseded", superseded)
        settle(State.MISSED, "past_grace", late)
        notices = tell(useful, late, now)
    mark_escalated(useful, now)
    return DispatchReport(
        sent=len(useful),
        notices=notices,
        missed=len(late) + len(superseded),
        withdrawn=len(claimed) - len(wanted),
        is_full=is_full,
        lateness=max((now - reminder.due_at for reminder in useful), default=timedelta(0)),
    )


def limit_idle_time() -> None:
    with connection.cursor() as cursor:
        milliseconds = str(int(HUNG_AFTER_SECONDS * 1000))
        cursor.execute("SELECT set_config('idle_in_transaction_session_timeout', %s, true)", [milliseconds])


def claim(now: datetime, limit: int) -> list[Reminder]:
    """Due at or before now, oldest first; rows that another pulse has locked are its business."""
    due = due_reminders(now).select_for_update(skip_locked=True, of=("self",))
    return list(due[:limit])


def claim_rest_of_crowded(claimed: Sequence[Reminder], now: datetime) -> list[Reminder]:
    """All else that is due for people who missed many, so that they get one list and not one for each batch."""
    delayed = Counter(each.recipient_id for each in claimed if now - each.due_at >= ON_TIME)
    crowded = [user_id for user_id, count in delayed.items() if count > DIGEST_ABOVE]
    if not crowded:
        return []
    rest = due_reminders(now).filter(recipient__in=crowded).exclude(pk__in=[each.pk for each in claimed])
    return list(rest.select_for_update(skip_locked=True, of=("self",))[:MOST_OF_CROWDED])


def due_reminders(now: datetime) -> Any:
    return (
        Reminder.objects.filter(state=State.PENDING, due_at__lte=now)
        .select_related("recipient__site", "step__item", "step__room", "step__assignee", "step__booking__room")
        .select_related("step__site")
        .order_by("due_at", "recipient_id", "pk")
    )


def is_wanted(reminder: Reminder) -> bool:
    """The step is open, its meeting live, and what follows a meeting waits for the end."""
    step = reminder.step
    if step.state != Step.State.OPEN:
        return False
    if step.booking is None:
        return True
    is_early = step.item.phase == "after" and step.booking.actual_end_at is None
    return step.booking.status in LIVE and not is_early


def is_useful(reminder: Reminder, now: datetime) -> bool:
    """Within grace; and what was to come before a step still helps until the step is due."""
    return reminder.due_at >= now - grace() or (reminder.kind == Kind.LEAD and now < reminder.step.due_at)


def one_of(reminder: Reminder) -> tuple[int, int]:
    return reminder.step_id, reminder.recipient_id


def newest_per_step(reminders: Iterable[Reminder]) -> dict[tuple[int, int], Reminder]:
    """After an outage only the newest of a step's reminders to a person is worth sending."""
    return {one_of(reminder): reminder for reminder in sorted(reminders, key=lambda each: (each.due_at, each.pk))}


def settle(state: str, reason: str, reminders: Sequence[Reminder]) -> None:
    if reminders:
        Reminder.objects.filter(pk__in=[each.pk for each in reminders]).update(state=state, reason=reason)


def tell(useful: Sequence[Reminder], late: Sequence[Reminder], now: datetime) -> int:
    """The notices of one batch, written together; each reminder that was sent remembers its notice."""
    site_ids = {reminder.step.site_id for reminder in (*useful, *late)}
    rosters = rosters_of(site_ids, now - grace(), now + ON_TIME) if site_ids else {}
    sent = drafts_of_sent(useful, rosters, now)
    drafts = [*sent.drafts, *sent.about_nobody, *drafts_of_missed(late, rosters, now)]
    notices = notify_all(drafts=drafts, now=now) if drafts else {}
    mark_sent({pk: notices[key] for pk, key in sent.keys.items()}, now)
    return len(sent.drafts)


def mark_sent(notices: dict[int, Notice], now: datetime) -> None:
    """One statement with a pair of ids for each row, in a tenth of the time of Django's CASE over all of them."""
    if not notices:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE checklists_reminder AS reminder SET state = %s, sent_at = %s, notice_id = told.notice_id "
            "FROM unnest(%s::bigint[], %s::bigint[]) AS told(reminder_id, notice_id) "
            "WHERE reminder.id = told.reminder_id",
            [State.SENT, now, list(notices), [notice.pk for notice in notices.values()]],
        )


def mark_escalated(sent: Sequence[Reminder], now: datetime) -> None:
    """In a transaction of its own: a tick holds its step and wants its reminders, never the other way about."""
    late = [reminder.step_id for reminder in sent if reminder.kind in TIERS]
    if late:
        Step.objects.filter(pk__in=late, escalated_at=None).update(escalated_at=now)
