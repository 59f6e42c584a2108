"""What every verb does around its own work: lock the booking, take its step in the table, log it, tell people."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial, wraps
from typing import Any, ParamSpec, TypeVar

from django.db import transaction

from bookings.errors import RoomTaken
from bookings.models import Booking, BookingLog
from bookings.selectors.instead import alternatives_for
from bookings.services.webhook_queue import queue_events
from bookings.signals import verb_done
from bookings.transitions import Verb, sources_of, target_of
from rooms.models import Room
from rooms.text import SUFFIXES, localized
from staff import live
from staff.models import Delivery, Notice, User
from staff.services.notices import Draft, drafts_to, notify, write_new

P = ParamSpec("P")
R = TypeVar("R")


# A step alone changes nothing that a calendar shows, except these; whatever else does raises the version itself.
TELLS_CALENDARS = frozenset({Verb.SUBMIT, Verb.APPROVE, Verb.DECLINE, Verb.CANCEL, Verb.NO_SHOW})


def booking_verb(service: Callable[P, R]) -> Callable[P, R]:
    """One transaction; who loses a room learns what is free instead once the locks are given back."""

    @wraps(service)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            with transaction.atomic():
                # Whatever a verb gives back may be what somebody waits for; asking is cheap where nobody does.
                news = partial(verb_done.send, sender=Booking, now=kwargs["now"])
                transaction.on_commit(news, robust=True)
                return service(*args, **kwargs)
        except RoomTaken as taken:
            now: Any = kwargs["now"]
            if taken.wanted:
                taken.alternatives = alternatives_for(wanted=taken.wanted, now=now)
            raise

    return run


def lock_booking(booking_id: int, verb: Verb | None = None) -> Booking:
    """The booking under its row lock. Spaces are locked after it, never before.

    With a verb that its state refuses, `StateConflict`: at once where the state is known, without queueing for the
    lock, and else by what whoever held it has made of it.
    """
    # Not a key update, so that rows pointing here can be written meanwhile. And without a join: when somebody else has
    # just moved the booking to another room, PostgreSQL matches the new row with the old room and finds nothing.
    rows = Booking.objects.select_for_update(no_key=True).filter(pk=booking_id)
    if verb:
        rows = rows.filter(status__in=sources_of(verb))
    is_locked = bool(rows.values_list("pk"))
    booking = Booking.objects.select_related("site", "room", "applicant").get(pk=booking_id)
    if verb and not is_locked:
        # It may have been set back just now.
        target_of(booking.status, verb)
        return lock_booking(booking_id, verb)
    return booking


def step(
    booking: Booking,
    verb: Verb,
    *,
    actor: User | None,
    now: datetime,
    fields: Iterable[str] = (),
    changes: dict[str, Any] | None = None,
) -> BookingLog:
    """Take the booking through the table, save the named columns with its state, write the log entry and publish."""
    before, written = booking.status, {"status", *fields}
    booking.status = target_of(before, verb)
    if verb in TELLS_CALENDARS:
        booking.version += 1
        written.add("version")
    booking.save(update_fields=sorted(written))
    return log(booking, verb, actor=actor, now=now, before=before, changes=changes)


def log(
    booking: Booking,
    verb: Verb,
    *,
    actor: User | None,
    now: datetime,
    before: str,
    changes: dict[str, Any] | None = None,
) -> BookingLog:
    live.publish("booking", booking.pk, site_id=booking.site_id, user_ids=[booking.applicant_id])
    entry = BookingLog.objects.create(
        booking=booking,
        at=now,
        actor=actor,
        verb=verb.value,
        from_status=before,
        to_status=booking.status,
        changes=changes or {},
    )
    queue_events([entry])
    return entry


def tell(
    recipients: Iterable[User],
    code: str,
    *,
    booking: Booking,
    entry: BookingLog,
    mail: bool = False,
    not_before: datetime | None = None,
    **params: Any,
) -> None:
    """A notice to each of the recipients except to whoever did it; once for each log entry."""
    drafts = drafts_for(recipients, code, booking=booking, entry=entry, mail=mail, not_before=not_before, **params)
    write_new(drafts, entry.at)


def drafts_for(
    recipients: Iterable[User],
    code: str,
    *,
    booking: Booking,
    entry: BookingLog,
    mail: bool = False,
    not_before: datetime | None = None,
    **params: Any,
) -> list[Draft]:
    """What `tell` would write, for whoever writes it along with more."""
    others = {person.pk: person for person in recipients if person.pk != entry.actor_id}
    facts = {
        "ref": booking.ref,
        "room": names_of(booking.room),
        "start": booking.start_at.isoformat(),
        "end": booking.end_at.isoformat(),
        **params,
    }
    key = f"{code}:{entry.pk}:{booking.pk}"
    terms: dict[str, Any] = {"mail": mail, "not_before": not_before}
    return drafts_to(others.values(), code=code, params=facts, url=booking.get_absolute_url(), key=key, **terms)


def tell_own_calendar(booking: Booking, entry: BookingLog) -> None:
    """Who changed their own meeting needs no news of it, but their calendar does: a mail, and a notice read already."""
    if entry.actor_id != booking.applicant_id or not booking.applicant.email:
        return
    if not booking.log.filter(to_status=Booking.Status.APPROVED).exists():
        return
    facts = {"ref": booking.ref, "start": booking.start_at.isoformat(), "end": booking.end_at.isoformat()}
    notice = notify(
        recipient=booking.applicant,
        code="booking_calendar",
        params={**facts, "room": names_of(booking.room)},
        url=booking.get_absolute_url(),
        key=f"booking_calendar:{entry.pk}",
        now=entry.at,
        mail=True,
    )
    if notice:
        Notice.objects.filter(pk=notice.pk).update(read_at=entry.at)
        notice.deliveries.exclude(channel=Delivery.Channel.MAIL).delete()


def names_of(room: Room) -> dict[str, str]:
    """The room's name for notices, which are read in the recipient's language."""
    return {suffix: localized(room, "name", suffix.replace("_", "-")) for suffix in SUFFIXES}
