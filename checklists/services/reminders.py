"""Which reminders should stand: one row for each step, recipient, kind and due time, armed and withdrawn as one.

Claiming and sending them is dispatch.py's business.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings

from checklists.models import Reminder, ServiceStandard, Step
from checklists.selectors.roster import Roster, roster_of
from checklists.selectors.standards import rules_of
from checklists.services import reminder_rows
from checklists.services.reminder_rows import NewReminder
from checklists.standards import Standard
from checklists.unannounced import SPOT_CHECK
from staff.models import User

Kind, State = Reminder.Kind, Reminder.State
Key = tuple[int, int, str, datetime]
# The kinds of reminder by which a late step goes up, tier by tier.
TIERS = (Kind.LATE, Kind.SECOND)

# Nobody on shift this close to the moment: everyone of the role is asked, and a manager is told. Further away the
# shifts are not planned yet; the sweep arms the step in time.
FALLBACK_WITHIN = timedelta(hours=4)


def grace() -> timedelta:
    return timedelta(minutes=settings.REMINDER_GRACE_MINUTES)


class Standing(NamedTuple):
    """A row that changes its state: no more of it is needed, and there may be thousands."""

    pk: int
    step_id: int


@dataclass
class Changes:
    """What arming would write."""

    created: list[NewReminder] = field(default_factory=list)
    revived: list[Standing] = field(default_factory=list)
    withdrawn: list[Standing] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.created or self.revived or self.withdrawn)

    def step_ids(self) -> set[int]:
        created = {reminder.step.pk for reminder in self.created}
        return created | {each.step_id for each in (*self.revived, *self.withdrawn)}


def arm_reminders(*, steps: Sequence[Step], now: datetime) -> list[NewReminder]:
    """Make the rows say what should be said; twice is the same as once. Call it under the lock of the steps' owner.

    Answers the reminders that were past all use when they were made, so missed from the start.
    """
    changes = reminder_changes(steps=steps, now=now)
    reminder_rows.insert(changes.created)
    revived, withdrawn = ([each.pk for each in some] for some in (changes.revived, changes.withdrawn))
    reminder_rows.change_state(revived, before=State.WITHDRAWN, after=State.PENDING, reason="")
    reminder_rows.change_state(withdrawn, before=State.PENDING, after=State.WITHDRAWN, reason="changed")
    return [reminder for reminder in changes.created if reminder.state == State.MISSED]


def withdraw_reminders(*, steps: Iterable[Step], reason: str) -> None:
    pks = [step.pk for step in steps]
    if pks:
        Reminder.objects.filter(step__in=pks, state=State.PENDING).update(state=State.WITHDRAWN, reason=reason)


def reminder_changes(*, steps: Sequence[Step], now: datetime) -> Changes:
    """`steps` carry their item; settled ones only lose what still waits. Reads no more than four tables.

    Compared as plain keys: the sweep asks this of a whole day's steps, and nearly all stand as they should.
    """
    changes = Changes()
    if not steps:
        return changes
    wanted = wanted_reminders(steps, now)
    told = set()
    standing = reminder_rows.standing(steps, {due_at for *_, due_at in wanted})
    for pk, state, step_id, recipient_id, kind, due_at in standing:
        is_wanted = wanted.pop((step_id, recipient_id, kind, due_at), None) is not None
        if state in {State.SENT, State.MISSED}:
            told.add((step_id, kind, due_at))
        elif state == State.PENDING and not is_wanted:
            changes.withdrawn.append(Standing(pk, step_id))
        elif state == State.WITHDRAWN and is_wanted and due_at > now - grace():
            changes.revived.append(Standing(pk, step_id))
    for (_step_id, _user_id, kind, due_at), (step, user) in wanted.items():
        reminder = NewReminder(step, user, kind, due_at)
        if is_news(reminder, told, now):
            changes.created.append(reminder)
    return changes


def is_news(reminder: NewReminder, told: set[tuple[Any, ...]], now: datetime) -> bool:
    """What is past is made up for, late or as missed, unless somebody was told at the time."""
    if reminder.due_at > now:
        return True
    if (reminder.step.pk, reminder.kind, reminder.due_at) in told:
        return False
    if reminder.due_at < now - grace():
        reminder.state, reminder.reason = State.MISSED, "planned_late"
    return True


def wanted_reminders(steps: Sequence[Step], now: datetime) -> dict[Key, tuple[Step, User]]:
    waiting = [step for step in steps if step.state == Step.State.OPEN]
    if not waiting:
        return {}
    rules = rules_by_standard(waiting)
    moments = [
        (step, kind, due_at) for step in waiting for kind, due_at in moments_of(step, rules[step.item.standard_id])
    ]
    times = [due_at for _, _, due_at in moments]
    roster = roster_of(waiting[0].site_id, min(times), max(times) + timedelta(minutes=1))
    wanted: dict[Key, tuple[Step, User]] = {}
    # At one moment all steps of a role that nobody has go to the same people.
    known: dict[tuple[Any, ...], list[tuple[int, User]]] = {}
    for step, kind, due_at in moments:
        tiers = tuple(rules[step.item.standard_id].tiers_of(rules[step.item.standard_id].by_id[step.item.code]))
        asked = (step.assignee_id, step.role, kind, due_at, tiers)
        if asked not in known:
            people = recipients(step, kind, due_at, roster, tiers=tiers, now=now)
            known[asked] = [(user.pk, user) for user in people]
        for user_id, user in known[asked]:
            wanted[step.pk, user_id, kind, due_at] = step, user
    return wanted


def rules_by_standard(steps: Iterable[Step]) -> dict[int, Standard]:
    pks = {step.item.standard_id for step in steps}
    return {each.pk: rules_of(each) for each in ServiceStandard.objects.defer("document").filter(pk__in=pks)}


def moments_of(step: Step, rules: Standard) -> Iterator[tuple[str, datetime]]:
    rule = rules.by_id[step.item.code]
    for lead in rule.leads:
        yield (Kind.LEAD if lead else Kind.DUE), step.due_at - timedelta(minutes=lead)
    for kind, (role, minutes) in zip(TIERS, rules.tiers_of(rule), strict=False):
        if kind == Kind.LATE or goes_further(step, role):
            yield kind, step.due_at + timedelta(minutes=minutes)


def goes_further(step: Step, role: str) -> bool:
    """Somebody who took the step over has heard of it; a spot check is no business of those it is made on."""
    return not step.is_taken_over and (step.item.code != SPOT_CHECK or role == step.role)


def recipients(
    step: Step, kind: str, due_at: datetime, roster: Roster, *, tiers: Sequence[tuple[str, int]], now: datetime
) -> list[User]:
    """Whoever has the step; once it is late the first tier too, and then the second alone (U9); each person once."""
    people = {user.pk: user for user in responsible(step, due_at, roster, now)}
    if kind not in TIERS or not (people or is_near(due_at, now)):
        return list(people.values())
    told = [{user.pk: user for user in roster.told_at(role, due_at)} for role, _minutes in tiers]
    first = told[0] if told else {}
    if kind == Kind.LATE:
        return list((people | first).values())
    second = told[1] if len(told) > 1 else {}
    # A site without anyone of the second tier's role tells the first one again.
    return [user for pk, user in (second or first).items() if second == {} or pk not in people | first]


def responsible(step: Step, due_at: datetime, roster: Roster, now: datetime) -> Sequence[User]:
    if step.assignee:
        return [step.assignee]
    on_shift = roster.on_shift(step.role, due_at)
    if on_shift or not is_near(due_at, now):
        return on_shift
    return roster.members_of(step.role) or roster.managers_at(due_at)


def is_near(due_at: datetime, now: datetime) -> bool:
    return due_at <= now + FALLBACK_WITHIN
