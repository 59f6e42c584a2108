"""The response guides as a page shows them: in the reader's language, with the numbers of those on duty now."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language

from checklists.guides import Guide, GuideBook, guide_book
from checklists.models import Incident
from checklists.selectors.roster import Roster, roster_of
from rooms.models import Site
from staff.models import User
from staff.roles import Role

ICONS = {
    "fire": "fire",
    "power": "lightning-charge",
    "illness": "heart-pulse",
    "sound": "mic-mute",
    "leak": "droplet-half",
    "uninvited": "person-exclamation",
    "room": "door-open",
    "device": "plug",
    "other": "question-circle",
}


@dataclass(frozen=True)
class Reach:
    """One person to call; their number is shown here to whoever has to act, which is why it is known at work."""

    role: str
    name: str
    phone: str


@dataclass(frozen=True)
class GuideShown:
    kind: str
    title: str
    icon: str
    gravity: str
    emergency: str
    steps: tuple[str, ...]
    never: tuple[str, ...]
    call: tuple[Reach, ...]


def guides_for(site: Site, now: datetime) -> list[GuideShown]:
    """Every kind's guide in two queries."""
    roster, book = roster_of(site, now, now), guide_book()
    return [shown(book, book.guides[kind], site, roster, now) for kind in Incident.Kind.values]


def shown(book: GuideBook, guide: Guide, site: Site, roster: Roster, now: datetime) -> GuideShown:
    language = get_language() or "en"
    return GuideShown(
        kind=guide.kind,
        icon=ICONS[guide.kind],
        title=str(Incident.Kind(guide.kind).label),
        gravity=str(Incident.Gravity(guide.gravity).label),
        emergency=book.number(guide, site.holiday_calendar),
        steps=tuple(text.of(language) for text in guide.steps),
        never=tuple(text.of(language) for text in guide.never),
        call=tuple(reach(role, user) for role in guide.call for user in on_duty(roster, role, now)),
    )


def on_duty(roster: Roster, role: str, now: datetime) -> list[User]:
    """Those on shift; managers in any case, since somebody must answer."""
    people = list(roster.managers_at(now)) if role == Role.MANAGER else roster.on_shift(role, now)
    return [user for user in people if user.phone]


def reach(role: str, user: User) -> Reach:
    return Reach(str(Role(role).label), user.get_full_name(), user.phone)
