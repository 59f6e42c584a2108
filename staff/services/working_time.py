"""The site's rules of working time: set, and held to by every write of shifts."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction

from rooms.models import Site
from staff.errors import StaffError
from staff.models import User, WorkingTimeRules
from staff.working_time import Breach, Limits, Span, breaches, caused
from staff.working_time_reads import limits_of, spans_of_people

FIELDS = (
    "hours_a_day",
    "hours_a_week",
    "rest_hours",
    "days_in_row",
    "break_after_hours",
    "break_minutes",
    "checks_breaks",
    "swaps_need_approval",
    "bars",
)


@transaction.atomic
def set_working_time(*, site: Site, fields: Mapping[str, Any], actor: User, now: datetime) -> WorkingTimeRules:
    if unknown := set(fields) - set(FIELDS):
        raise ValueError(f"not fields of working time: {sorted(unknown)}")
    rules, _made = WorkingTimeRules.objects.update_or_create(site=site, defaults=dict(fields))
    return rules


@contextmanager
def held_to_rules(people: Iterable[User], site: Site, spans: Iterable[Span]) -> Iterator[None]:
    """What is written inside may not break a rule that bars, nor make such a breach worse.

    Inside a transaction and behind the people's locks. What stands broken already hinders nothing that leaves it alone.
    """
    limits, people, spans = limits_of(site), list(people), list(spans)
    if not limits.bars or not spans:
        yield
        return
    window = (min(start for start, _end in spans) - limits.reach, max(end for _start, end in spans) + limits.reach)
    before = found_in(people, site, window, limits)
    yield
    after = found_in(people, site, window, limits)
    for person in people:
        refuse_bars(caused(before[person.pk], after[person.pk]))


def found_in(people: list[User], site: Site, window: Span, limits: Limits) -> dict[int, list[Breach]]:
    spans = spans_of_people([person.pk for person in people], window)
    return {pk: breaches(theirs, limits, site.zone) for pk, theirs in spans.items()}


def refuse_bars(found: Iterable[Breach]) -> None:
    for each in found:
        if each.is_bar:
            raise StaffError(f"bar_{each.rule.value}", on=each.on.isoformat(), amount=each.amount, limit=each.limit)
