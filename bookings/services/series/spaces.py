"""Taking and giving back rooms for many bookings at once; `Occupancy` has no other writer than this package's own."""

from collections.abc import Mapping, Sequence

from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from bookings.errors import SeriesTaken, TakenDate
from bookings.models import Booking, Occupancy
from bookings.selectors.claims import claim_of, clashes_among, conflicts_at, spaces_by_room
from bookings.services import occupancy
from bookings.services.sharing import refuse_any_used_up

Spaces = Mapping[int, tuple[int, ...]]


def lock_rooms_of(bookings: Sequence[Booking]) -> Spaces:
    """The spaces of all their rooms, locked once and in id order; by room."""
    room_ids = {each.room_id for each in bookings}
    if room_ids:
        occupancy.lock_spaces(*room_ids)
    return spaces_by_room(room_ids)


def taken_among(bookings: Sequence[Booking], spaces: Spaces, *, others: Sequence[Booking] = ()) -> dict[int, TakenDate]:
    """Those that cannot have their room: somebody has it, or another date of the series does.

    `others` are dates of the series that stay as they are and have the older right.
    """
    claims = [claim_of(each, spaces) for each in bookings]
    conflicts = conflicts_at(claims, exclude=[each.pk for each in bookings])
    clashes = clashes_among(claim for claim in claims if claim.key not in conflicts)
    clashes |= _clashes_with(others, bookings, spaces)
    return {
        each.pk: TakenDate(each.start_at, each.end_at, each.room, tuple(conflicts.get(each.pk, ())), each.pk)
        for each in bookings
        if each.pk in conflicts or each.pk in clashes
    }


def take_all(bookings: Sequence[Booking], spaces: Spaces) -> None:
    """Write the occupancy of every booking, whose spaces are locked and were found free by the caller.

    Raises `EquipmentTaken` where a date cannot have what it wants of the shared equipment.
    """
    refuse_any_used_up(bookings)
    rows = [
        Occupancy(space_id=space, during=DateTimeTZRange(each.occupied_from, each.occupied_until), booking=each)
        for each in bookings
        for space in spaces[each.room_id]
    ]
    try:
        with transaction.atomic():
            Occupancy.objects.bulk_create(rows)
            with connection.cursor() as cursor:
                cursor.execute(f"SET CONSTRAINTS {occupancy.CONSTRAINT} IMMEDIATE")
    except IntegrityError as exc:
        if not occupancy.is_overlap(exc):
            raise
        raise SeriesTaken(list(taken_among(bookings, spaces).values())) from exc


def release_all(bookings: Sequence[Booking]) -> None:
    Occupancy.objects.filter(booking__in=[each.pk for each in bookings]).delete()


def _clashes_with(others: Sequence[Booking], bookings: Sequence[Booking], spaces: Spaces) -> set[int]:
    missing = {each.room_id for each in others} - spaces.keys()
    known = {**spaces, **(spaces_by_room(missing) if missing else {})}
    held = [(space, each) for each in others for space in known[each.room_id]]
    return {
        each.pk
        for each in bookings
        for space, other in held
        if space in spaces[each.room_id]
        and each.occupied_from < other.occupied_until
        and other.occupied_from < each.occupied_until
    }
