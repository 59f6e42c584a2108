"""The pulse: claims due reminders, writes the in-app notices and the sent mark in one transaction.

Order of one batch: claim (locked, skipping what another pulse holds); of a settled step → withdrawn; followed by a
newer one of the same step → missed; past grace → missed, and a manager is told; the rest → notices, marked sent.
A kill at any point undoes the whole batch, and the next pulse finds it as it was.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.db import transaction

from bookings.models import Booking
from checklists.links import booking_params, tablet_url
from checklists.models import Reminder, Step
from checklists.selectors.roster import Roster, roster_of
from checklists.selectors.standards import group_title
from checklists.services.reminders import grace
from staff.models import User
from staff.services.notices import Draft, notify_all, notify_many

Kind, State = Reminder.Kind, Reminder.State
LIVE = (Booking.Status.APPROVED, Booking.Status.RUNNING, Booking.Status.ENDED)
# Sooner than this a reminder counts as on time and says nothing of itself.
ON_TIME = timedelta(minutes=1)
BATCH = 200


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
        claimed = claim(now, limit)
        if not claimed:
            return DispatchReport()
        wanted = [reminder for reminder in claimed if is_wanted(reminder)]
        newest = newest_per_step(wanted)
        useful = [reminder for reminder in newest.values() if is_useful(reminder, now)]
        superseded = [reminder for reminder in wanted if newest[one_of(reminder)] in useful and reminder not in useful]
        late = [reminder for reminder in wanted if newest[one_of(reminder)] not in useful]
        settle(State.WITHDRAWN, "settled", [reminder for reminder in claimed if reminder not in wanted])
        settle(State.MISSED, "superseded", superseded)
        miss(late, now)
        notices = send(useful, now)
    mark_escalated(useful, now)
    return DispatchReport(
        sent=len(useful),
        notices=notices,
        missed=len(late) + len(superseded),
        withdrawn=len(claimed) - len(wanted),
        is_full=len(claimed) == limit,
        lateness=max((now - reminder.due_at for reminder in useful), default=timedelta(0)),
    )


def claim(now: datetime, limit: int) -> list[Reminder]:
    """Due at or before now, oldest first; rows that another pulse has locked are its business."""
    due = due_reminders(now).select_for_update(skip_locked=True, of=("self",))
    return list(due[:limit])


def due_reminders(now: datetime) -> Any:
    return (
        Reminder.objects.filter(state=State.PENDING, due_at__lte=now)
        .select_related("recipient", "step__item", "step__room", "step__assignee", "step__booking__room")
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


def miss(late: Sequence[Reminder], now: datetime) -> None:
    """Past grace: missed, and the managers of each site hear of it once a batch."""
    settle(State.MISSED, "past_grace", late)
    for site_id, group in groupby(sorted(late, key=lambda each: each.step.site_id), lambda each: each.step.site_id):
        tell_missed(site_id, list(group), now)


def tell_missed(site_id: int, missed: Sequence[Reminder], now: datetime) -> None:
    oldest = min(reminder.due_at for reminder in missed)
    notify_many(
        recipients=roster_of(site_id, now, now + ON_TIME).managers_at(now),
        code="reminders_missed",
        params={"count": len(missed), "oldest": oldest.isoformat()},
        url=tablet_url(),
        key=f"reminders-missed:{min(reminder.pk for reminder in missed)}",
        now=now,
    )


def send(reminders: Sequence[Reminder], now: datetime) -> int:
    """One notice for what a person is to do for one meeting at one time; each reminder remembers its notice."""
    groups = [list(group) for _, group in groupby(sorted(reminders, key=notice_group), notice_group)]
    sites = {reminder.step.site_id for reminder in reminders}
    rosters = {site_id: roster_of(site_id, now - grace(), now + ON_TIME) for site_id in sites}
    drafts = [draft_of(together, rosters[together[0].step.site_id], now) for together in groups]
    notices = notify_all(drafts=drafts, now=now)
    for draft, together in zip(drafts, groups, strict=True):
        for reminder in together:
            reminder.state, reminder.sent_at, reminder.notice = State.SENT, now, notices[draft.key]
    Reminder.objects.bulk_update(reminders, ["state", "sent_at", "notice"])
    tell_nobody_there([together[0] for together in groups], rosters, now)
    return len(groups)


def draft_of(together: Sequence[Reminder], roster: Roster, now: datetime) -> Draft:
    return Draft(
        recipient=together[0].recipient,
        code=code_of(together[0], roster, now),
        params=params_of(together, now),
        url=url_for(together[0]),
        # Each reminder is claimed by one pulse, so nobody else writes this key.
        key=f"reminder:{min(reminder.pk for reminder in together)}",
    )


def url_for(reminder: Reminder) -> str:
    """The tablet, or for the host department, which has none, the booking."""
    booking = reminder.step.booking
    is_host = booking is not None and reminder.recipient_id == booking.applicant_id
    return booking.get_absolute_url() if booking and is_host else tablet_url()


def notice_group(reminder: Reminder) -> tuple[Any, ...]:
    step = reminder.step
    return reminder.recipient_id, step.booking_id or 0, reminder.kind, reminder.due_at, step.due_at, step.site_id


def code_of(reminder: Reminder, roster: Roster, now: datetime) -> str:
    """A late step is late; a reminder that itself comes late says so."""
    family = "reminder" if reminder.step.booking_id else "daily"
    if reminder.kind == Kind.LATE:
        return f"{family}_{'late' if is_responsible(reminder, roster) else 'escalated'}"
    if now - reminder.due_at >= ON_TIME:
        return f"{family}_delayed"
    return f"{family}_{reminder.kind}"


def is_responsible(reminder: Reminder, roster: Roster) -> bool:
    step = reminder.step
    if step.assignee_id:
        return step.assignee_id == reminder.recipient_id
    return any(user.pk == reminder.recipient_id for user in roster.members_of(step.role))


def params_of(together: Sequence[Reminder], now: datetime) -> dict[str, Any]:
    """The steps in the reader's language: alone by title, together by their group and number."""
    first = together[0]
    items = {each.step.item.code: each.step.item for each in together}
    rooms = sorted({each.step.room.code for each in together if each.step.room})
    assignee = first.step.assignee
    return booking_facts(first.step.booking) | {
        "what": what(list(items.values()), len(together)),
        "titles": joined_titles(list(items.values())),
        "items": list(items),
        "steps": [each.step_id for each in together],
        "count": len(together),
        "room": ", ".join(rooms),
        "due": first.step.due_at.isoformat(),
        "who": assignee.get_full_name() if assignee else "—",
        "late_minutes": int((now - first.due_at).total_seconds() // 60),
    }


def booking_facts(booking: Booking | None) -> dict[str, Any]:
    return booking_params(booking) if booking else {}


def what(items: Sequence[Any], count: int) -> dict[str, str]:
    """The item's own title when there is one, the group's for several, with their number."""
    groups = {item.group for item in items}
    is_one_group = len(items) > 1 and len(groups) == 1
    shared = group_title(items[0].standard_id, groups.pop()) if is_one_group else None
    heading = shared or titles_of(items[0])
    return heading if count == 1 else {name: f"{text} ×{count}" for name, text in heading.items()}


def titles_of(item: Any) -> dict[str, str]:
    return {"en": item.title_en, "zh_hans": item.title_zh_hans, "zh_hant": item.title_zh_hant}


def joined_titles(items: Sequence[Any]) -> dict[str, str]:
    separators = {"en": ", ", "zh_hans": "、", "zh_hant": "、"}
    return {name: mark.join(titles_of(item)[name] for item in items) for name, mark in separators.items()}


def tell_nobody_there(reminders: Sequence[Reminder], rosters: dict[int, Roster], now: datetime) -> None:
    """Steps that have nobody: the managers hear it once for each meeting, role and due time."""
    alone = [reminder for reminder in reminders if has_nobody(reminder, rosters[reminder.step.site_id], now)]
    for key, reminder in {nobody_key(reminder.step): reminder for reminder in alone}.items():
        managers: Iterable[User] = rosters[reminder.step.site_id].managers_at(now)
        params = params_of([reminder], now)
        notify_many(recipients=managers, code="nobody_on_shift", params=params, url=tablet_url(), key=key, now=now)


def has_nobody(reminder: Reminder, roster: Roster, now: datetime) -> bool:
    step = reminder.step
    return reminder.kind != Kind.LATE and not step.assignee_id and not roster.on_shift(step.role, now)


def nobody_key(step: Step) -> str:
    return f"nobody:{step.site_id}:{step.booking_id or step.on}:{step.role}:{step.due_at:%m%d%H%M}"


def mark_escalated(sent: Sequence[Reminder], now: datetime) -> None:
    """In a transaction of its own: a tick holds its step and wants its reminders, never the other way about."""
    late = [reminder.step_id for reminder in sent if reminder.kind == Kind.LATE]
    if late:
        Step.objects.filter(pk__in=late, escalated_at=None).update(escalated_at=now)
