"""Tests of a way out of the app: something is really sent, and the outcome is told in a word.

Whoever tests sends to an address of their own choosing, so that tests are counted in the database, for each
address and for each person.
"""

from datetime import datetime, timedelta

from django.db import transaction

from staff.channels.mail import trial_of_mail
from staff.channels.outcomes import Outcome
from staff.channels.sending import Sending, trial_of_browser, trial_of_room
from staff.errors import StaffError
from staff.models import Channel, NoticePreferences, PushSubscription, StaffLog, User
from staff.services.channels import lock_person, locked_channel, log_own

VERB = "channel_tested"
PAUSE = timedelta(seconds=30)
SPAN, MOST_OF_SPAN = timedelta(minutes=10), 10


def try_channel(*, channel_id: int, actor: User, language: str, now: datetime) -> Outcome:
    """Raises `channel_gone` and `too_many_trials`. Nothing is locked while it is sent."""
    with transaction.atomic():
        claim(actor, now, "chat")
        room = locked_channel(channel_id)
        pause(room.tested_at, now)
        room.tested_at = now
        room.save(update_fields=["tested_at"])
    outcome = sent(trial_of_room(room, room.language or language))
    Channel.objects.filter(pk=room.pk).update(outcome=outcome)
    return outcome


def try_browser(*, browser_id: int, actor: User, language: str, now: datetime) -> Outcome:
    """Raises `channel_gone` and `too_many_trials`; a browser that its service no longer knows is removed."""
    with transaction.atomic():
        claim(actor, now, "push")
        row = PushSubscription.objects.select_for_update().filter(pk=browser_id).first()
        if row is None:
            raise StaffError("channel_gone")
        pause(row.tested_at, now)
        row.tested_at = now
        row.save(update_fields=["tested_at"])
    outcome = sent(trial_of_browser(row, language))
    if outcome == Outcome.GONE:
        PushSubscription.objects.filter(pk=row.pk).delete()
    return outcome


def try_mail(*, actor: User, language: str, now: datetime) -> Outcome:
    """Raises `too_many_trials`."""
    if not actor.email:
        return Outcome.NO_ADDRESS
    with transaction.atomic():
        claim(actor, now, "mail")
        row, _is_new = NoticePreferences.objects.select_for_update().get_or_create(user=actor)
        pause(row.mail_tested_at, now)
        row.mail_tested_at = now
        row.save(update_fields=["mail_tested_at"])
    return sent(trial_of_mail(actor.email, language))


def claim(actor: User, now: datetime, way: str) -> None:
    """One of the few tests a person has; counted under their lock."""
    lock_person(actor)
    tests = StaffLog.objects.filter(person=actor, verb=VERB, at__gt=now - SPAN)
    times = list(tests.order_by("-at").values_list("at", flat=True)[:MOST_OF_SPAN])
    if len(times) == MOST_OF_SPAN:
        raise too_many(times[-1] + SPAN - now)
    log_own(actor, VERB, {"way": way}, now)


def pause(tested_at: datetime | None, now: datetime) -> None:
    if tested_at is not None and now - tested_at < PAUSE:
        raise too_many(tested_at + PAUSE - now)


def too_many(left: timedelta) -> StaffError:
    return StaffError("too_many_trials", seconds=max(1, round(left.total_seconds())))


def sent(sending: Sending) -> Outcome:
    """Each sending has its own limit of time; one that stumbles is an outcome like the others."""
    try:
        return sending()
    except Exception:  # noqa: BLE001 - the address may be part of what it says, so that it is not passed on
        return Outcome.OTHER
