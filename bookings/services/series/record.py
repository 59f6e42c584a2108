"""What every verb of a series does around its own work: lock, take many steps at once, log them, tell people once."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import F
from django.dispatch import Signal

from bookings.deciders import deciders_at
from bookings.models import Booking, BookingLog, Occupancy, Offer, Series, WaitingPlace
from bookings.services.record import TELLS_CALENDARS, names_of
from bookings.services.webhook_queue import queue_events
from bookings.transitions import Verb, target_of
from rooms.models import Room
from staff import live
from staff.models import User
from staff.services.notices import notify_many


def lock_series(series_id: int) -> Series:
    """The series under its row lock; its bookings are locked after it, and spaces after those."""
    return (
        Series.objects.select_for_update(no_key=True, of=("self",))
        .select_related("site", "applicant")
        .get(pk=series_id)
    )


def lock_bookings(series: Series) -> list[Booking]:
    """Every booking of the series, locked in id order, in the order of its dates; rooms come with their fittings."""
    rows = Booking.objects.filter(series=series)
    list(rows.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    bookings = list(rows.select_related("series_date").prefetch_related("guests", "agenda").order_by("start_at", "pk"))
    rooms = Room.objects.select_related("site").with_fittings().in_bulk({each.room_id for each in bookings})
    for each in bookings:
        each.room, each.site, each.applicant = rooms[each.room_id], series.site, series.applicant
        each.series = series
    return bookings


def take_steps(
    bookings: Sequence[Booking],
    verb: Verb,
    *,
    actor: User | None,
    now: datetime,
    changes: Mapping[int, dict[str, Any]] | None = None,
    **columns: Any,
) -> list[BookingLog]:
    """All of them through the table, with the same columns set, and a log entry each."""
    risen = 1 if verb in TELLS_CALENDARS else 0
    before = {each.pk: each.status for each in bookings}
    targets = {each.pk: target_of(each.status, verb) for each in bookings}
    for target in sorted(set(targets.values())):
        ids = [pk for pk, status in targets.items() if status == target]
        Booking.objects.filter(pk__in=ids).update(status=target, version=F("version") + risen, **columns)
    for each in bookings:
        each.status = targets[each.pk]
        each.version += risen
        for name, value in columns.items():
            setattr(each, name, value)
    return log_all(bookings, verb, actor=actor, now=now, before=before, changes=changes)


def log_all(
    bookings: Sequence[Booking],
    verb: Verb,
    *,
    actor: User | None,
    now: datetime,
    before: Mapping[int, str],
    changes: Mapping[int, dict[str, Any]] | None = None,
) -> list[BookingLog]:
    if bookings:
        first = bookings[0]
        # Open pages fetch what they show whichever booking the news is of: one is enough for all.
        live.publish("booking", first.pk, site_id=first.site_id, user_ids=[first.applicant_id])
    entries = BookingLog.objects.bulk_create(
        BookingLog(
            booking=each,
            at=now,
            actor=actor,
            verb=verb.value,
            from_status=before.get(each.pk, ""),
            to_status=each.status,
            changes=(changes or {}).get(each.pk, {}),
        )
        for each in bookings
    )
    queue_events(entries)
    return entries


def announce(signal: Signal, bookings: Iterable[Booking], **facts: Any) -> None:
    """The signal once for each booking, in this transaction.

    `is_one_of_many` lets whoever listens put slow work off: planning takes some 40 ms a meeting, and 260 of them
    would keep the rooms locked for ten seconds. The sweep plans what is further ahead within a minute.
    """
    for each in bookings:
        changes: Callable[[int], Any] | None = facts.get("changes_of")
        more = {name: value for name, value in facts.items() if name != "changes_of"}
        if changes:
            more["changes"] = changes(each.pk)
        signal.send(sender=Booking, booking=each, is_one_of_many=True, **more)


def withdraw_offers(bookings: Iterable[Booking]) -> dict[int, int]:
    """Give back what is held for any of them; which offer it was, by the booking's id."""
    offers = Offer.objects.filter(booking__in=[each.pk for each in bookings], state=Offer.State.OPEN)
    withdrawn = dict(offers.values_list("booking", "pk"))
    ids = list(withdrawn.values())
    if ids:
        Occupancy.objects.filter(offer__in=ids).delete()
        Offer.objects.filter(pk__in=ids).update(state=Offer.State.WITHDRAWN)
        # Who was being offered the slot stands in line again.
        places = WaitingPlace.objects.filter(booking__offers__in=ids, state=WaitingPlace.State.OFFERED)
        places.update(state=WaitingPlace.State.WAITING)
    return withdrawn


def tell_of_series(
    recipients: Iterable[User],
    code: str,
    *,
    series: Series,
    bookings: Sequence[Booking],
    entry: BookingLog,
    mail: bool = False,
    not_before: datetime | None = None,
    **params: Any,
) -> None:
    """One notice for all the dates to each of the recipients except to whoever did it."""
    others = {person.pk: person for person in recipients if person.pk != entry.actor_id}
    facts = {**facts_of_dates(series, bookings), **params}
    notify_many(
        recipients=others.values(),
        code=code,
        params=facts,
        url=series.get_absolute_url(),
        key=f"{code}:{entry.pk}:{series.pk}",
        now=entry.at,
        mail=mail,
        not_before=not_before,
    )


def facts_of_dates(series: Series, bookings: Sequence[Booking]) -> dict[str, Any]:
    """What every notice of a series says; the bookings are in the order of their dates."""
    first, last = bookings[0], bookings[-1]
    return {
        "ref": series.ref,
        "count": len(bookings),
        "room": names_of(first.room),
        "first": first.start_at.astimezone(series.zone).date().isoformat(),
        "last": last.start_at.astimezone(series.zone).date().isoformat(),
    }


def deciders_of_dates(bookings: Iterable[Booking]) -> list[User]:
    """Everybody who decides on one of the rooms."""
    by_room = {each.room_id: each for each in bookings}
    deciders = deciders_at({each.site_id for each in by_room.values()})
    return list({person.pk: person for each in by_room.values() for person in deciders.of(each)}.values())
