"""Shifts of a sheet brought in: tried first, then for good; all of them or the good ones."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache

from django.db import transaction

from rooms.models import Site
from staff.duty_news import tell_added
from staff.errors import StaffError
from staff.models import Shift, User
from staff.services.shifts import create_shifts, queue_for, queue_for_roster
from staff.shift_import import BAD, MADE, NEW, THERE, ShiftRow, with_known
from staff.week_reads import is_week_binding
from staff.working_time import monday_of

# A person, the usual shift, on call, a draft.
Kind = tuple[int, int | None, bool, bool]


def import_shifts(
    *, site: Site, rows: Sequence[ShiftRow], actor: User, now: datetime, is_trial: bool, leaves_bad: bool = False
) -> list[ShiftRow]:
    """Every row with what became of it, or would. With a bad row nothing is written unless `leaves_bad`.

    A trial does the same and takes it back, so that the rules, leave and other shifts say what they would say.
    """
    with transaction.atomic():
        # Two sheets at once, or a sheet and a publication: the second waits, and finds what the first has made.
        queue_for_roster(site)
        queue_for(*{row.person for row in rows if row.person})
        found = written(site, list(with_known(rows, site)), actor, now)
        is_taken_back = is_trial or (any(row.verdict == BAD for row in found) and not leaves_bad)
        transaction.set_rollback(is_taken_back)
    if is_taken_back:
        return [replace(row, verdict=NEW) if row.verdict == MADE else row for row in found]
    return found


def written(site: Site, rows: Sequence[ShiftRow], actor: User, now: datetime) -> list[ShiftRow]:
    """Rows of one person and kind together; one by one where that is refused. Each person is told once, of all."""
    groups: dict[Kind, list[ShiftRow]] = defaultdict(list)
    binding = cache(lambda monday: is_week_binding(site, monday, now))
    for row in rows:
        if row.verdict == NEW and row.person:
            monday = monday_of(row.spans[0][0].astimezone(site.zone).date())
            pattern = row.pattern.pk if row.pattern else None
            groups[row.person.pk, pattern, row.is_on_call, not binding(monday)].append(row)
    outcome: dict[int, ShiftRow] = {row.number: row for row in rows}
    made: dict[int, list[Shift]] = defaultdict(list)
    for kind, members in groups.items():
        found = placed(members, site, actor, now, is_draft=kind[-1], made=made[kind[0]])
        if any(row.verdict == BAD for row in found):
            found = [placed([row], site, actor, now, is_draft=kind[-1], made=made[kind[0]])[0] for row in members]
        outcome |= {row.number: row for row in found}
    for shifts in made.values():
        tell_added(shifts, actor, now)
    refused = {row.keys: row for row in outcome.values() if row.verdict == BAD and row.keys}
    return [like_its_twin(row, refused.get(row.keys)) for row in outcome.values()]


def like_its_twin(row: ShiftRow, refused: ShiftRow | None) -> ShiftRow:
    """One that says the same as a row that was refused is not there either."""
    if refused is None or row.verdict != THERE:
        return row
    return replace(row, verdict=BAD, code=refused.code, params=refused.params)


def placed(
    rows: Sequence[ShiftRow], site: Site, actor: User, now: datetime, *, is_draft: bool, made: list[Shift]
) -> list[ShiftRow]:
    """What is written joins `made`."""
    first = rows[0]
    if first.person is None:
        return list(rows)
    try:
        made += create_shifts(
            user=first.person,
            site=site,
            spans=[span for row in rows for span in row.spans],
            pattern=first.pattern,
            is_on_call=first.is_on_call,
            is_draft=is_draft,
            is_told=False,
            actor=actor,
            now=now,
        )
    except StaffError as error:
        return [replace(row, verdict=BAD, code=error.code, params=error.params) for row in rows]
    return [replace(row, verdict=MADE) for row in rows]
