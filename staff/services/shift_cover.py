"""A shift of somebody who cannot come: another person's at once, or open to the team."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.urls import reverse

from staff.duty_news import period
from staff.errors import StaffError
from staff.models import Shift, ShiftPattern, User
from staff.notice_kinds import Urgency
from staff.services.notices import Draft, notify_all
from staff.services.open_shifts import publish_open_shift
from staff.services.shifts import create_shifts
from staff.services.swaps import refuse_unfit
from staff.shift_cover import duty_of, lost_part
from staff.working_time import Span

OPEN: Literal["open"] = "open"
Choice = int | Literal["open"]


@dataclass(frozen=True)
class ShiftsCovered:
    passed: int = 0
    opened: int = 0
    left: int = 0


def cover_shifts(
    *,
    person: User,
    lost: Sequence[Shift],
    span: Span,
    choices: Mapping[int, Choice],
    actor: User,
    now: datetime,
) -> ShiftsCovered:
    """After they are cut, behind the locks of everybody concerned; who stands in and who is ill are told.

    Raises `swap_unfit`, `shift_begun` of an open one, and whatever adding a shift is refused by.
    """
    people = User.objects.select_related("site").prefetch_related("groups").in_bulk(named_in(choices.values()))
    drafts: list[Draft] = []
    count = {"passed": 0, "opened": 0}
    for shift in lost:
        choice = choices.get(shift.pk)
        part = lost_part(shift, *span)
        if choice == OPEN:
            open_up(shift, part, person, actor, now)
            drafts.append(word(person, "shift_opened", part, shift, person))
            count["opened"] += 1
        elif choice is not None:
            taker = people.get(choice, person)
            give(shift, part, person=person, taker=taker, actor=actor, now=now)
            drafts += [
                word(taker, "shift_cover", part, shift, person),
                word(person, "shift_covered", part, shift, taker),
            ]
            count["passed"] += 1
    notify_all(drafts=[each for each in drafts if each.recipient.pk != actor.pk], now=now)
    return ShiftsCovered(**count, left=len(lost) - sum(count.values()))


def named_in(choices: Iterable[Choice]) -> set[int]:
    return {choice for choice in choices if choice != OPEN}


def give(shift: Shift, part: Span, *, person: User, taker: User, actor: User, now: datetime) -> None:
    # One who is not there any more is looked for in vain, and then it is the person's own.
    refuse_unfit(person, taker)
    create_shifts(
        user=taker,
        site=shift.site,
        spans=[part],
        pattern=pattern_of(shift, part),
        is_on_call=shift.is_on_call,
        is_told=False,
        actor=actor,
        now=now,
    )


def open_up(shift: Shift, part: Span, person: User, actor: User, now: datetime) -> None:
    role = duty_of(person)
    if role is None:
        raise StaffError("open_shift_role")
    publish_open_shift(
        site=shift.site,
        role=role,
        start=part[0],
        end=part[1],
        places=1,
        pattern=pattern_of(shift, part),
        is_on_call=shift.is_on_call,
        besides=person,
        actor=actor,
        now=now,
    )


def pattern_of(shift: Shift, part: Span) -> ShiftPattern | None:
    return shift.pattern if shift.during == DateTimeTZRange(*part, "[)") else None


def word(reader: User, code: str, part: Span, shift: Shift, other: User) -> Draft:
    """To who stands in urgently: it asks for a word that it was seen."""
    urgency = Urgency.URGENT if code == "shift_cover" else Urgency.QUIET
    params = {"who": other.get_full_name(), **period(*part)}
    key = f"{code}:{shift.pk}:{shift.version}:{reader.pk}:{part[0].isoformat()}"
    return Draft(reader, code, params, reverse("staff:my_shifts"), key, mail=True, urgency=urgency)
