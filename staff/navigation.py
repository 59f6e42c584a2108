"""The entries of the main menu and the first page of each role, by the names of their addresses."""

from dataclasses import dataclass
from functools import lru_cache

from django.urls import get_script_prefix, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from staff.models import User
from staff.roles import FLOOR_ROLES, Role

EVERYONE = tuple(Role)
OFFICE = (Role.APPLICANT, Role.SECRETARY, Role.MANAGER, Role.ADMINISTRATOR)
LEADERS = (Role.MANAGER, Role.ADMINISTRATOR)


@dataclass(frozen=True)
class Entry:
    url_name: str
    label: str | Promise
    icon: str
    roles: tuple[Role, ...]


@dataclass(frozen=True)
class NavEntry:
    """One line of the menu as a template shows it."""

    name: str
    label: str | Promise
    url: str
    icon: str
    is_current: bool
    is_folded: bool = False


ENTRIES = (
    Entry("checklists:day", _("Today"), "sun", (Role.SECRETARY, *LEADERS)),
    Entry("bookings:inbox", _("Inbox"), "inbox", (Role.SECRETARY, Role.ADMINISTRATOR)),
    Entry("checklists:tablet", _("My steps"), "check2-square", (*FLOOR_ROLES, Role.SECRETARY, Role.MANAGER)),
    Entry("staff:my_shifts", _("My shifts"), "calendar-check", FLOOR_ROLES),
    Entry("bookings:board", _("Board"), "calendar3-week", EVERYONE),
    Entry("bookings:new", _("New request"), "plus-square", OFFICE),
    Entry("bookings:mine", _("My bookings"), "bookmark", OFFICE),
    Entry("rooms:list", _("Rooms"), "door-open", EVERYONE),
    Entry("checklists:standards", _("Standard"), "list-columns", LEADERS),
    Entry("staff:shifts", _("Shifts"), "clock-history", (Role.SECRETARY, *LEADERS)),
    Entry("checklists:assignments", _("Assignments"), "person-lines-fill", LEADERS),
    Entry("checklists:incidents", _("Incidents"), "exclamation-diamond", (Role.SECRETARY, *LEADERS)),
    Entry("staff:people", _("People"), "people", LEADERS),
    Entry("feedback:figures", _("Figures"), "bar-chart", (Role.SECRETARY, *LEADERS)),
    Entry("feedback:overview", _("Feedback"), "chat-square-text", LEADERS),
    Entry("checklists:operation", _("Operation"), "activity", LEADERS),
)

# Wanted now and then: in the person's own menu, where they take no room from what is used all day.
FURTHER = (
    Entry("staff:my_shifts", _("My shifts"), "calendar-check", (Role.SECRETARY, Role.MANAGER)),
    Entry("bookings:feeds", _("My calendars"), "calendar-plus", EVERYONE),
    Entry("bookings:imports", _("Import and export"), "arrow-left-right", (Role.SECRETARY, Role.ADMINISTRATOR)),
    Entry("bookings:supplies", _("Supplies"), "cup-hot", (Role.SECRETARY, *LEADERS)),
    Entry("staff:training", _("Training"), "mortarboard", LEADERS),
    Entry("staff:my_training", _("My training"), "mortarboard", (*FLOOR_ROLES, Role.SECRETARY)),
    Entry("staff:conduct", _("Appearance and conduct"), "person-check", LEADERS),
    Entry("staff:tablets", _("Shared tablets"), "tablet", LEADERS),
    Entry("rooms:pools", _("Shared equipment"), "box-seam", (Role.SECRETARY, *LEADERS)),
    Entry("bookings:webhooks", _("Webhooks"), "broadcast", (Role.ADMINISTRATOR,)),
)

# As many stand beside each other in every language at 1280 px; what is more is folded into a menu at their end.
MOST_SIDE_BY_SIDE = 9

HOMES = (
    (FLOOR_ROLES, "checklists:tablet"),
    ((Role.MANAGER, Role.ADMINISTRATOR), "checklists:day"),
    ((Role.SECRETARY,), "bookings:inbox"),
)


def nav_for(user: User, path: str, entries: tuple[Entry, ...] = ENTRIES) -> list[NavEntry]:
    prefix = get_script_prefix()
    shown = [(entry, address_of(entry.url_name, prefix)) for entry in entries if user.has_role(*entry.roles)]
    # The longest address that begins the page's own is where the reader is.
    current = max((url for _entry, url in shown if path.startswith(url)), key=len, default="")
    side_by_side = len(shown) if len(shown) <= MOST_SIDE_BY_SIDE else MOST_SIDE_BY_SIDE - 1
    return [
        NavEntry(entry.url_name, entry.label, url, entry.icon, url == current, place >= side_by_side)
        for place, (entry, url) in enumerate(shown)
    ]


@lru_cache(64)
def address_of(url_name: str, prefix: str) -> str:
    """Of twenty entries on each page; under one `prefix` it is always the same."""
    return reverse(url_name)


def home_of(user: User) -> str:
    return reverse(next((name for roles, name in HOMES if user.has_role(*roles)), "bookings:mine"))
