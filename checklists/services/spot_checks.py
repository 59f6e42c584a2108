"""Spot checks (U8): scored by a manager, kept in the records of those on duty, told to them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse

from bookings.models import Booking
from checklists.errors import ChecklistError, InvalidTick
from checklists.evidence import NOTE_LONGEST, Errors
from checklists.links import booking_params
from checklists.models import SpotCheck, SpotCheckPerson, Step, Tick
from checklists.models.spotcheck import SCORES
from checklists.selectors.spot_checks import can_be_checked, people_on_duty, refill_gaps, spot_check_due
from checklists.selectors.step_row import load_step
from checklists.services.events import log_step
from checklists.services.locks import lock_booking
from checklists.services.on_demand import evidence_of, rule_of
from checklists.services.ticks import answer_of, settle_step
from checklists.unannounced import SPOT_CHECK
from rooms.refusals import constraint_name
from staff import live
from staff.conduct import TEXTS
from staff.models import User
from staff.services.notices import notify_many

State = Step.State
LOWEST, HIGHEST = 1, 5
Scores = Mapping[str, int | None]


def record_spot_check(
    *,
    op: UUID,
    booking_id: int,
    scores: Scores,
    lapses: Sequence[str],
    text: str,
    actor: User,
    now: datetime,
) -> SpotCheck:
    """Settle the planned check if its moment has come, else an extra one; the same `op` again answers the first.

    Raises `InvalidTick`, and `ChecklistError`: meeting_not_running, op_used, not_in_standard.
    """
    errors = faults_of(scores, lapses, text.strip())
    if errors:
        raise InvalidTick(errors)
    try:
        with transaction.atomic():
            booking = locked(booking_id)
            return known(op, booking, actor) or first_record(
                SpotCheck(booking=booking, at=now, by=actor, text=text.strip(), lapses=list(lapses), **scores), op
            )
    except IntegrityError as exc:
        # The same op came twice at once for two meetings: the other one was first.
        if "checklists_tick_op" not in constraint_name(exc):
            raise
        raise ChecklistError("op_used") from exc


def faults_of(scores: Scores, lapses: Sequence[str], text: str) -> Errors:
    errors: Errors = {name: ["unknown"] for name in scores if name not in SCORES}
    given = {name: score for name, score in scores.items() if name in SCORES and score is not None}
    if not given:
        errors["scores"] = ["score_needed"]
    errors |= {name: ["score_out_of_range"] for name, score in given.items() if not LOWEST <= score <= HIGHEST}
    if any(code not in TEXTS for code in lapses):
        errors["lapses"] = ["unknown_choice"]
    if len(text) > NOTE_LONGEST:
        errors["text"] = ["too_long"]
    return errors


def locked(booking_id: int) -> Booking:
    lock_booking(booking_id)
    return Booking.objects.select_related("room", "site").get(pk=booking_id)


def known(op: UUID, booking: Booking, actor: User) -> SpotCheck | None:
    tick = Tick.objects.filter(op=op).first()
    if tick is None:
        return None
    found = SpotCheck.objects.filter(step=tick.step_id, booking=booking, by=actor).first()
    if found is None:
        raise ChecklistError("op_used")
    return found


def first_record(check: SpotCheck, op: UUID) -> SpotCheck:
    booking, actor, now = check.booking, check.by, check.at
    if not can_be_checked(booking, now):
        raise ChecklistError("meeting_not_running")
    check.gaps = [gap.seconds for gap in refill_gaps(booking, now)]
    # Read before the check's own tick is there.
    people = [user for user in people_on_duty(booking, now) if user.pk != actor.pk]
    step = load_step((spot_check_due(booking, now) or extra_step(booking, op, now)).pk)
    result = {"value": average(check), "unit": "points"}
    settle_step(step, State.DONE, result=result, note="", actor=actor, now=now)
    log_step(step, "spot_checked", actor=actor, now=now)
    write_tick(step, op, result, actor, now)
    check.step = step
    check.save()
    SpotCheckPerson.objects.bulk_create(SpotCheckPerson(spot_check=check, user=user) for user in people)
    tell_checked(check, people)
    live.publish("step", step.pk, site_id=step.site_id)
    return check


def average(check: SpotCheck) -> float:
    given = [score for score in (getattr(check, name) for name in SCORES) if score is not None]
    return round(sum(given) / len(given), 1)


def extra_step(booking: Booking, op: UUID, now: datetime) -> Step:
    """A check at will, beside the planned one: a step of the meeting like any other, settled as it is made."""
    rule, item = rule_of(booking, SPOT_CHECK)
    return Step.objects.create(
        site=booking.site,
        booking=booking,
        room=booking.room,
        item=item,
        key=f"{SPOT_CHECK}:extra:{op.hex}",
        round=Step.objects.filter(booking=booking, item__code=SPOT_CHECK).count() + 1,
        details={"evidence": evidence_of(rule)},
        role=rule.role,
        opens_at=now,
        due_at=now,
        is_on_demand=True,
    )


def write_tick(step: Step, op: UUID, result: dict[str, Any], actor: User, now: datetime) -> None:
    Tick.objects.create(
        op=op,
        step=step,
        by=actor,
        received_at=now,
        wanted=State.DONE,
        result=result,
        verdict=Tick.Verdict.APPLIED,
        answer=answer_of(Tick.Verdict.APPLIED, step),
    )


def tell_checked(check: SpotCheck, people: Sequence[User]) -> None:
    """That there is something new in their record; what it says is for their eyes there."""
    notify_many(
        recipients=people,
        code="spot_checked",
        params=booking_params(check.booking) | {"at": check.at.isoformat()},
        url=reverse("checklists:my_record"),
        key=f"spot_checked:{check.pk}",
        now=check.at,
    )
