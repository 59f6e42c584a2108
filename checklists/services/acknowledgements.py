"""Changes of a plan, and the word of everyone they touch that they were seen; without it a manager hears in time."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from bookings.models import Booking
from checklists.links import booking_params, change_url, day_url
from checklists.models import Acknowledgement, PlanRevision, StandardItem, Step
from checklists.models.standard import StepRole
from checklists.selectors.acknowledgements import PRESSING, open_questions
from checklists.selectors.roster import roster_of
from checklists.unannounced import KEY_PREFIX, knows_spot_checks
from staff import live
from staff.models import User
from staff.services.notices import notify, notify_many

# Who is asked at the last moment has this long all the same.
AT_LEAST = timedelta(minutes=2)
# Steps that move by less, with nothing else different, are the day at work and ask for no word.
SLIGHT = timedelta(minutes=5)
# The plan at work: a tick moves what counts from it.
UNASKED = frozenset({"tick"})
# What nobody acknowledged this long after it mattered is of no use any more.
FORGOTTEN = timedelta(hours=12)

Owners = Mapping[str, int | None]


def owners_by_key(steps: Iterable[Step]) -> Owners:
    """Whose each step is before a planning deals them out anew."""
    return {step.key: step.assignee_id for step in steps}


def ask(
    *,
    revision: PlanRevision,
    booking: Booking,
    steps: Sequence[Step],
    owners: Owners,
    told: Collection[int] = (),
    now: datetime,
) -> list[Acknowledgement]:
    """Ask everyone whose steps the revision touches, except who made the change; under the booking's lock.

    `steps` carry their items; `owners` are the people the steps had before. Who is in `told` already has a notice of
    this change and is only asked for the word. An older open question to a person about the booking is folded in.
    """
    matters = matters_by_user(revision, steps, owners, now)
    matters.pop(revision.actor_id or 0, None)
    if not matters:
        return []
    for earlier in open_questions().filter(revision__plan=revision.plan_id, user__in=matters):
        matters[earlier.user_id] = max(min(matters[earlier.user_id], earlier.matters_at), now)
    asked = Acknowledgement.objects.bulk_create(
        [
            Acknowledgement(revision=revision, user_id=user_id, asked_at=now, matters_at=matters_at)
            for user_id, matters_at in sorted(matters.items())
        ]
    )
    for user in User.objects.filter(pk__in=set(matters) - set(told)).order_by("pk"):
        notify(
            recipient=user,
            code="plan_changed",
            params=booking_params(booking) | numbers_of(revision, user),
            url=change_url(booking),
            key=f"plan-changed:{revision.pk}:{user.pk}",
            now=now,
        )
    return asked


def matters_by_user(
    revision: PlanRevision, steps: Sequence[Step], owners: Owners, now: datetime
) -> dict[int, datetime]:
    """Each person concerned, with the earliest moment of the steps in question, old or new, but not before now."""
    times = {} if is_overrun(revision, steps) else times_by_key(revision)
    is_everywhere = any(not change["key"] for change in revision.changed)
    matters: dict[int, datetime] = {}
    for step in steps:
        is_open = is_everywhere and step.state == Step.State.OPEN
        if (step.key not in times and not is_open) or step.role == StepRole.HOST:
            continue
        earliest = max(min([step.due_at, *times.get(step.key, ())]), now)
        for user_id in {owners.get(step.key), step.assignee_id} - {None}:
            matters[user_id] = min(matters.get(user_id, earliest), earliest)  # type: ignore[index,arg-type]
    return matters


def times_by_key(revision: PlanRevision) -> dict[str, list[datetime]]:
    """The steps worth a word, with the moments they were due before."""
    if revision.cause in UNASKED:
        return {}
    times: dict[str, list[datetime]] = {key: [] for key in (*revision.added, *revision.withdrawn)}
    times |= {change["key"]: [] for change in revision.changed if change["key"]}
    for move in revision.moved:
        was, becomes = (datetime.fromisoformat(move[name]) for name in ("from", "to"))
        if abs(becomes - was) >= SLIGHT:
            times.setdefault(move["key"], []).append(was)
    return times


def is_overrun(revision: PlanRevision, steps: Iterable[Step]) -> bool:
    """The sweep expects a meeting that runs over to end later and later; nobody need be told each time."""
    only_moved = not (revision.added or revision.withdrawn or revision.changed)
    after = {step.key for step in steps if step.item.phase == StandardItem.Phase.AFTER}
    return revision.cause == "sweep" and only_moved and all(move["key"] in after for move in revision.moved)


def numbers_of(revision: PlanRevision, user: User) -> dict[str, Any]:
    """How much changed, without what the person may not know: a number that is one higher would announce a check."""
    sees_checks = knows_spot_checks(user, revision.plan.booking.site_id)

    def shown(keys: Iterable[str]) -> set[str]:
        return {key for key in keys if sees_checks or not key.startswith(KEY_PREFIX)}

    moved = shown(move["key"] for move in revision.moved)
    return {
        # What came back at another time is told as moved.
        "added": len(shown(revision.added) - moved),
        "moved": len(moved),
        "withdrawn": len(shown(revision.withdrawn)),
        "changed": len(shown(change["key"] for change in revision.changed)),
    }


@transaction.atomic
def acknowledge(*, revision_id: int, actor: User, now: datetime) -> bool:
    """The actor has seen the revision and all before it of that plan; True when a question was still open."""
    revision = PlanRevision.objects.select_related("plan__booking").get(pk=revision_id)
    mine = Acknowledgement.objects.filter(user=actor, acknowledged_at=None, revision__plan=revision.plan_id)
    answered = mine.filter(revision__pk__lte=revision.pk).update(acknowledged_at=now)
    if answered:
        live.publish("booking", revision.plan.booking_id, site_id=revision.plan.booking.site_id)
    return bool(answered)


@transaction.atomic
def escalate_unacknowledged(now: datetime) -> int:
    """Managers hear, once for each question, who has not answered shortly before it matters; how many there were.

    Rows that another pulse has in hand are its business; a word given meanwhile wins.
    """
    due = Q(matters_at__lte=now + PRESSING, asked_at__lte=now - AT_LEAST, matters_at__gt=now - FORGOTTEN)
    waiting = open_questions().filter(due, escalated_at=None).order_by("matters_at", "pk")
    locked = waiting.select_for_update(skip_locked=True, of=("self",)).select_related(
        "user", "revision__plan__booking__room", "revision__plan__booking__site"
    )
    questions = list(locked)
    for question in questions:
        escalate(question, now)
    Acknowledgement.objects.filter(pk__in=[question.pk for question in questions]).update(escalated_at=now)
    return len(questions)


def escalate(question: Acknowledgement, now: datetime) -> None:
    booking = question.revision.plan.booking
    managers = roster_of(booking.site_id, now, now + AT_LEAST).managers_at(now)
    notify_many(
        recipients=[manager for manager in managers if manager.pk != question.user_id],
        code="change_unacknowledged",
        params=booking_params(booking)
        | {"person": question.user.get_full_name(), "matters": question.matters_at.isoformat()},
        url=day_url(booking),
        key=f"change-unacknowledged:{question.pk}",
        now=now,
    )
