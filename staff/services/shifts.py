"""Shifts: the working time of one person. The database refuses two that overlap."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from rooms.models import Site
from rooms.refusals import constraint_name
from staff.errors import StaffError
from staff.models import Shift, StaffLog, User

Span = tuple[datetime, datetime]


def create_shift(*, user: User, site: Site, start: datetime, end: datetime, actor: User | None, now: datetime) -> Shift:
    return create_shifts(user=user, site=site, spans=[(start, end)], actor=actor, now=now)[0]


def create_shifts(*, user: User, site: Site, spans: Iterable[Span], actor: User | None, now: datetime) -> list[Shift]:
    """All of them or none."""
    with transaction.atomic(), overlap_refused():
        queue_for(user)
        shifts = [Shift.objects.create(user=user, site=site, during=_range(*span)) for span in spans]
        for shift in shifts:
            record_shift(shift, "shift_created", {"during": [None, _text(shift)]}, actor, now)
    return shifts


def change_shift(*, shift_id: int, start: datetime, end: datetime, actor: User | None, now: datetime) -> Shift:
    with transaction.atomic(), overlap_refused():
        shift = _locked(shift_id)
        old = _text(shift)
        shift.during = _range(start, end)
        shift.save(update_fields=["during"])
        record_shift(shift, "shift_changed", {"during": [old, _text(shift)]}, actor, now)
    return shift


def remove_shift(*, shift_id: int, actor: User | None, now: datetime) -> None:
    with transaction.atomic():
        shift = _locked(shift_id)
        record_shift(shift, "shift_removed", {"during": [_text(shift), None]}, actor, now)
        shift.delete()


@contextmanager
def overlap_refused() -> Iterator[None]:
    """Turn the constraint's refusal into the domain's."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as exc:
        if constraint_name(exc) == "shift_no_overlap":
            raise StaffError("shift_overlap") from exc
        raise


def queue_for(user: User) -> None:
    # Rivals for one person wait here in turn: losing cleanly beats a deadlock on the constraint.
    User.objects.select_for_update().only("pk").get(pk=user.pk)


def _locked(shift_id: int) -> Shift:
    """The shift, locked behind its person, in the order every writer takes."""
    found = Shift.objects.select_related("user").filter(pk=shift_id).first()
    if found is None:
        raise StaffError("shift_gone")
    queue_for(found.user)
    shift = Shift.objects.select_for_update(of=("self",)).select_related("user").filter(pk=shift_id).first()
    if shift is None:
        raise StaffError("shift_gone")
    return shift


def _range(start: datetime, end: datetime) -> DateTimeTZRange:
    if start >= end:
        raise StaffError("shift_order")
    return DateTimeTZRange(start, end, "[)")


def _text(shift: Shift) -> list[str]:
    return [shift.during.lower.isoformat(), shift.during.upper.isoformat()]


def record_shift(shift: Shift, verb: str, changes: dict[str, list[object]], actor: User | None, now: datetime) -> None:
    StaffLog.objects.create(person=shift.user, at=now, actor=actor, verb=verb, changes=changes)
