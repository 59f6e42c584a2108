"""What every page's shell shows: the menu, the unread count and the languages."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from staff.languages import language_choices
from staff.models import User
from staff.navigation import FURTHER, nav_for
from staff.selectors import unread_count


@dataclass(frozen=True)
class Language:
    code: str
    name: str
    is_current: bool


def shell(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    tablet = getattr(request, "shared_tablet", None)
    if user is None or not user.is_authenticated:
        return {"nav": [], "further": [], "unread": 0, "languages": languages()}
    if tablet is not None:
        return {"nav": [], "further": [], "shared_tablet": tablet} | counts(user)
    return {
        # Lazy: fragments have no shell and must not pay for it.
        "nav": SimpleLazyObject(partial(nav_for, user, request.path)),
        "further": SimpleLazyObject(partial(nav_for, user, request.path, FURTHER)),
    } | counts(user)


def counts(user: User) -> dict[str, Any]:
    return {"unread": SimpleLazyObject(partial(unread_count, user)), "languages": languages()}


def languages() -> list[Language]:
    current = get_language()
    return [Language(code, name, code == current) for code, name in language_choices()]
