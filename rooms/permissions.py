"""Who may change rooms and sites. People come from an app above, so only what is asked of them is named here."""

from typing import Any, Protocol

from rooms.models import Site

SECRETARY = "secretary"
MANAGER = "manager"
ADMINISTRATOR = "administrator"


class Person(Protocol):
    site: Any

    def has_role(self, *wanted: str) -> bool: ...


def can_change_rooms(user: Person) -> bool:
    return user.has_role(SECRETARY, ADMINISTRATOR)


def can_change_site(user: Person, site: Site) -> bool:
    return user.has_role(ADMINISTRATOR) or (user.has_role(SECRETARY) and user.site == site)


def can_keep_stock(user: Person, site: Site) -> bool:
    """Who counts the site's supplies and says which equipment its rooms share."""
    return user.has_role(ADMINISTRATOR) or (user.has_role(SECRETARY, MANAGER) and user.site == site)


def can_ask_for_rooms(user: Person) -> bool:
    """Whether the room's page offers a request; the app above decides on the request itself."""
    return user.has_role("applicant", "manager") or can_change_rooms(user)
