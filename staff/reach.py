"""By which outside channels a notice goes to a person: their own choice, else what its writer asked for."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from staff.models import Channel, Delivery, Notice, NoticePreferences, PushSubscription, User
from staff.notice_kinds import NEVER_HELD, NoticeKind, Urgency
from staff.quiet import quiet_end

Way = Delivery.Channel
ANY_SET_UP = """
    SELECT FROM staff_noticepreferences WHERE user_id = ANY (%(ids)s)
    UNION ALL SELECT FROM staff_channel WHERE user_id = ANY (%(ids)s)
    UNION ALL SELECT FROM staff_pushsubscription WHERE user_id = ANY (%(ids)s) LIMIT 1
"""
PERSONAL_WAYS = (Way.MAIL, Way.PUSH, Way.CHAT)


@dataclass(frozen=True)
class Reach:
    """What is known of some people: their choices, chat addresses and browsers."""

    preferences: Mapping[int, NoticePreferences]
    channels: Mapping[int, Sequence[Channel]]
    browsers: Mapping[int, Sequence[PushSubscription]]


def reach_of(user_ids: Iterable[int]) -> Reach:
    """Four queries at most, however many people; one for those who have set up nothing."""
    ids = list(user_ids)
    if not has_any(ids):
        return Reach({}, {}, {})
    channels: dict[int, list[Channel]] = defaultdict(list)
    for channel in Channel.objects.filter(user__in=ids).defer("sealed"):
        channels[channel.user_id or 0].append(channel)
    browsers: dict[int, list[PushSubscription]] = defaultdict(list)
    for browser in PushSubscription.objects.filter(user__in=ids):
        browsers[browser.user_id].append(browser)
    preferences = {each.user_id: each for each in NoticePreferences.objects.filter(user__in=ids)}
    return Reach(preferences, channels, browsers)


def has_any(user_ids: Sequence[int]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(ANY_SET_UP, {"ids": list(user_ids)})
        return cursor.fetchone() is not None


def deliveries_of(notice: Notice, user: User, reach: Reach, *, mail: bool, now: datetime) -> list[Delivery]:
    """The rows of the outbox for one notice; in quiet hours they are held."""
    preferences = reach.preferences.get(user.pk)
    ways = ways_of(preferences, notice.kind, mail=mail)
    facts = {"notice": notice, "created_at": now} | when(preferences, notice, user, now)
    rows: list[Delivery] = []
    if Way.MAIL in ways and user.email:
        rows.append(Delivery(channel=Way.MAIL, **facts))
    if Way.CHAT in ways:
        rows += [Delivery(channel=Way.CHAT, target=channel, **facts) for channel in reach.channels.get(user.pk, ())]
    if Way.PUSH in ways:
        browsers = reach.browsers.get(user.pk, ())
        rows += [Delivery(channel=Way.PUSH, subscription=browser, **facts) for browser in browsers]
    return rows


def ways_of(preferences: NoticePreferences | None, kind: NoticeKind, *, mail: bool) -> frozenset[str]:
    """Who chose nothing for a kind gets it where they can be reached, by mail where the writer asked for it."""
    chosen = preferences.choices.get(kind) if preferences else None
    if chosen is not None:
        return frozenset(chosen)
    return frozenset({Way.PUSH, Way.CHAT} | ({Way.MAIL} if mail else set()))


def when(preferences: NoticePreferences | None, notice: Notice, user: User, now: datetime) -> dict[str, object]:
    until = held_until(preferences, notice, user, now)
    if until is None:
        return {"state": Delivery.State.PENDING, "next_at": now}
    return {"state": Delivery.State.HELD, "next_at": until}


def held_until(preferences: NoticePreferences | None, notice: Notice, user: User, now: datetime) -> datetime | None:
    """The end of the reader's quiet hours; None where there are none now, or for what must not wait."""
    if notice.urgency == Urgency.URGENT or notice.kind in NEVER_HELD:
        return None
    if preferences is None or preferences.quiet_from is None or preferences.quiet_until is None:
        return None
    return quiet_end(preferences.quiet_from, preferences.quiet_until, user.zone, now)
