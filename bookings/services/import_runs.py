"""Runs of an import: a sheet kept, tried row by row, and brought in whole or as far as it is good."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache, partial
from typing import Any

from django.db import transaction
from django.db.models import Q

from bookings import tasks
from bookings.errors import BookingError, Fault, InvalidBooking, RoomTaken
from bookings.importing.columns import COLUMNS, guessed
from bookings.importing.rows import RowReader, Wanted
from bookings.models import Booking, BookingImport, ImportMapping
from bookings.policy import Bounds, bounds_of
from bookings.services import occupancy
from bookings.services.data import BookingData, tidied, write
from bookings.services.imports import booking_known_as, import_booking
from bookings.services.policy import check_policy
from bookings.services.validation import check_data, limit_of, text_faults
from rooms.models import Room, Site
from rooms.services.sheets import remember_columns, remembered_fields
from rooms.sheet_reading import Sheet
from staff.models import User
from staff.roles import Role
from staff.selectors import role_members
from staff.services.notices import notify_many

State = BookingImport.State
Outcome = list[dict[str, Any]]
BoundsOf = Callable[[Room], Bounds]
Faults = Mapping[str, list[Fault]]
# What a fault is measured by, beside the field that it names.
MEASURED_BY = {
    "over_capacity": {"room", "layout"},
    "no_layout": {"room"},
    "not_equipped": {"room"},
    "too_few_microphones": {"room", "equipment"},
    "end_before_start": {"start_at"},
    "too_short": {"start_at"},
    "lasts_too_long": {"start_at"},
}
PLACE = frozenset({"room", "start_at", "end_at"})
# More rows than this are left to a worker, and a page tells how far it is.
MOST_AT_ONCE = 200
SAID_EVERY = 20
# A worker gone for this long is taken for dead. Rows it brought in are known by their ids and come in only once.
LEASE = timedelta(minutes=15)
# The names of the services for what the columns call otherwise.
COLUMN_OF = {"start_at": "start", "end_at": "end", "exception_reason": "date"}


class RowsRefused(Exception):  # noqa: N818 - the name says what happened
    """All or nothing was asked for, and a row could not be brought in."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__()
        self.outcome = outcome


def keep_sheet(*, site: Site, name: str, sheet: Sheet, actor: User, now: datetime) -> BookingImport:
    return BookingImport.objects.create(
        site=site,
        name=name[:120],
        heads=sheet.heads,
        rows=sheet.rows,
        total=len(sheet.rows),
        mapping=guessed(sheet.heads, remembered_fields(ImportMapping.objects, site)),
        requested_by=actor,
        requested_at=now,
    )


def check_sheet(*, run_id: int, mapping: Sequence[str], clock: Callable[[], datetime]) -> BookingImport:
    """Remember what the columns mean, and try every row without bringing one in."""
    with transaction.atomic():
        run = lock_run(run_id, State.READ, State.CHECKED)
        run.mapping = list(mapping)
        remember_columns(ImportMapping.objects, site=run.site, heads=run.heads, mapping=mapping)
        begin(run, State.CHECKING)
    return carry_on(run, clock)


def import_sheet(*, run_id: int, is_all_or_nothing: bool, clock: Callable[[], datetime]) -> BookingImport:
    """Bring the rows in that were checked before."""
    with transaction.atomic():
        run = lock_run(run_id, State.CHECKED)
        run.is_all_or_nothing = is_all_or_nothing
        begin(run, State.IMPORTING)
    return carry_on(run, clock)


def remove_import(*, run_id: int) -> None:
    """Forget the sheet; what it brought in stays."""
    BookingImport.objects.filter(pk=run_id).exclude(state__in=BookingImport.AT_WORK).delete()


def lock_run(run_id: int, *states: str) -> BookingImport:
    run = BookingImport.objects.select_for_update(of=("self",)).select_related("site", "requested_by").get(pk=run_id)
    if run.state not in states:
        raise BookingError("import_moved_on")
    return run


def begin(run: BookingImport, state: str) -> None:
    run.state, run.done, run.taken_at, run.outcome = state, 0, None, []
    run.save(update_fields=["mapping", "is_all_or_nothing", "state", "done", "taken_at", "outcome"])


def carry_on(run: BookingImport, clock: Callable[[], datetime]) -> BookingImport:
    if len(run.rows) > MOST_AT_ONCE:
        transaction.on_commit(partial(tasks.run_import.delay, run.pk), robust=True)
        return run
    return run_import(run_id=run.pk, clock=clock) or run


def run_import(*, run_id: int, clock: Callable[[], datetime]) -> BookingImport | None:
    """Do what the run waits for; None when another worker has it."""
    now = clock()
    free = Q(taken_at=None) | Q(taken_at__lt=now - LEASE)
    waiting = BookingImport.objects.filter(free, pk=run_id, state__in=BookingImport.AT_WORK)
    if not waiting.update(taken_at=now):
        return None
    run = BookingImport.objects.select_related("site", "requested_by").get(pk=run_id)
    outcome = checked(run, now)
    if run.state == State.CHECKING:
        return finish(run, State.CHECKED, outcome)
    if run.is_all_or_nothing and any(each["verdict"] == "bad" for each in outcome):
        return finish(run, State.CHECKED, outcome)
    try:
        outcome = brought_in(run, outcome, now)
    except RowsRefused as refused:
        return finish(run, State.CHECKED, refused.outcome)
    run.rows, run.finished_at = [], now
    return finish(run, State.DONE, outcome)


def finish(run: BookingImport, state: str, outcome: Outcome) -> BookingImport:
    run.state, run.outcome, run.done, run.taken_at = state, outcome, run.total, None
    run.save(update_fields=["state", "outcome", "done", "taken_at", "rows", "finished_at"])
    return run


def checked(run: BookingImport, now: datetime) -> Outcome:
    reader, seen = RowReader(run.site, run.mapping, run.requested_by, now), dict[str, int]()
    bounds = cache(bounds_of)
    outcome: Outcome = []
    for number, row in enumerate(run.rows, 2):
        outcome.append(verdict_on(reader.read(row), number, seen, site=run.site, now=now, bounds=bounds))
        if number % SAID_EVERY == 0:
            BookingImport.objects.filter(pk=run.pk).update(done=number - 1)
    return outcome


def verdict_on(
    wanted: Wanted, number: int, seen: dict[str, int], *, site: Site, now: datetime, bounds: BoundsOf
) -> dict[str, Any]:
    """A row that is there already is no fault; the same one twice in a sheet is."""
    known = wanted.ref and Booking.objects.filter(site=site, ref=wanted.ref).first()
    if known := known or booking_known_as(site, wanted.external_id):
        return {"row": number, "verdict": "there", "ref": known.ref}
    faults = dict(wanted.faults)
    if wanted.external_id and (first := seen.setdefault(wanted.external_id, number)) != number:
        faults["external_id"] = [Fault("repeated_row", {"row": first})]
    if wanted.data:
        faults = merged(faults, faults_of(wanted, now, bounds))
    return bad_row(number, faults) if faults else {"row": number, "verdict": "new"}


def faults_of(wanted: Wanted, now: datetime, bounds: BoundsOf) -> Faults:
    """What the services would refuse, as far as it can be told without the cells that have faults."""
    assert wanted.data is not None  # noqa: S101 - the caller has looked
    data = tidied(wanted.data)
    found: dict[str, list[Fault]] = {}
    try:
        check_data(data, now=now)
    except InvalidBooking as error:
        found = told_apart(error.errors, wanted.broken)
    if faults := list(text_faults(wanted.external_id, limit=limit_of(Booking, "external_id"), one_line=True)):
        found["external_id"] = faults
    if PLACE & (wanted.broken | found.keys()):
        return found
    try:
        check_policy(data, now=now, bounds=bounds(data.room))
    except InvalidBooking as error:
        found |= error.errors
    return merged({"room": [Fault("room_taken")]} if is_taken(data, wanted.broken | found.keys()) else {}, found)


def told_apart(errors: Faults, broken: frozenset[str]) -> dict[str, list[Fault]]:
    """Without those that speak of a stand-in, or are measured by one."""
    kept = {
        name: [fault for fault in faults if not ({name} | MEASURED_BY.get(fault.code, set())) & broken]
        for name, faults in errors.items()
    }
    return {name: faults for name, faults in kept.items() if faults}


def is_taken(data: BookingData, faulty: Collection[str]) -> bool:
    """The meeting itself where its layout, and with it set-up and tear-down, is not known."""
    booking = Booking()
    write(booking, data)
    if "layout" not in faulty:
        occupancy.freeze_minutes(booking)
    try:
        occupancy.refuse_if_taken(booking)
    except RoomTaken:
        return True
    return False


def merged(first: Faults, second: Faults) -> dict[str, list[Fault]]:
    """Each fault once, those of a cell before what follows from it."""
    both = {name: list(faults) for name, faults in first.items()}
    for name, faults in second.items():
        known = both.setdefault(name, [])
        known += [fault for fault in faults if fault not in known]
    return both


def brought_in(run: BookingImport, outcome: Outcome, now: datetime) -> Outcome:
    """All in one transaction, or each row in its own; then one notice for everything."""
    reader, made = RowReader(run.site, run.mapping, run.requested_by, now), []
    bring = partial(bring_row, run=run, now=now)
    if run.is_all_or_nothing:
        with transaction.atomic():
            made = [bring(reader.read(row), each) for row, each in zip(run.rows, outcome, strict=True)]
            if any(each["verdict"] == "bad" for each in made):
                raise RowsRefused(made)
            tell_of(run, made, now)
        return made
    for row, each in zip(run.rows, outcome, strict=True):
        made.append(bring(reader.read(row), each))
        if each["row"] % SAID_EVERY == 0:
            BookingImport.objects.filter(pk=run.pk).update(done=each["row"] - 1)
    tell_of(run, made, now)
    return made


def bring_row(wanted: Wanted, verdict: dict[str, Any], *, run: BookingImport, now: datetime) -> dict[str, Any]:
    if verdict["verdict"] != "new" or wanted.data is None:
        return verdict
    facts: dict[str, Any] = {"external_id": wanted.external_id, "applicant": wanted.applicant}
    try:
        booking, is_new = import_booking(data=wanted.data, **facts, actor=run.requested_by, now=now, announce=False)
    except InvalidBooking as error:
        return bad_row(verdict["row"], merged(error.errors, faults_of(wanted, now, bounds_of)))
    except RoomTaken:
        taken = {"room": [Fault("room_taken")]}
        return bad_row(verdict["row"], merged(taken, faults_of(wanted, now, bounds_of)))
    return {"row": verdict["row"], "verdict": "made" if is_new else "there", "ref": booking.ref}


def bad_row(number: int, faults: Mapping[str, list[Fault]]) -> dict[str, Any]:
    """A list, for the order of a mapping is lost in the table."""
    named = {COLUMN_OF.get(name, name): each for name, each in faults.items()}
    found = [kept(name, fault) for name in in_order(named) for fault in named[name]]
    return {"row": number, "verdict": "bad", "faults": found}


def kept(column: str, fault: Fault) -> dict[str, Any]:
    """A fault as it can be stored; what it lists stands in the language of who imports."""
    params = {
        name: [str(each) for each in value] if isinstance(value, list | tuple) else str(value)
        for name, value in fault.params.items()
    }
    return {"column": column, "code": fault.code, "params": params}


def in_order(names: Mapping[str, Any]) -> list[str]:
    order = list(COLUMNS)
    return sorted(names, key=lambda name: order.index(name) if name in COLUMNS else len(order))


def tell_of(run: BookingImport, outcome: Outcome, now: datetime) -> None:
    """Hundreds of requests are one piece of news."""
    count = Counter(each["verdict"] for each in outcome)["made"]
    people = [person for person in role_members(run.site, Role.SECRETARY) if person.pk != run.requested_by_id]
    if count and people:
        params = {"count": count, "name": str(run.requested_by)}
        key = f"booking_imported:{run.pk}:{now.timestamp()}"
        notify_many(recipients=people, code="booking_imported", params=params, url="/inbox/", key=key, now=now)
