"""What can be done about a notice right where it stands; an app above offers it for notices it wrote.

A provider answers for many notices in a number of queries that does not grow.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise

from staff.models import Notice, User


@dataclass(frozen=True)
class Offer:
    """One button, and whom else the notice's matter was told to."""

    label: str | Promise = ""
    url: str = ""
    told: tuple[str, ...] = field(default=())


Provider = Callable[[Sequence[Notice], User], Mapping[int, Offer]]

_providers: list[Provider] = []


def register(provider: Provider) -> None:
    if provider not in _providers:
        _providers.append(provider)


def offers_for(notices: Sequence[Notice], user: User) -> dict[int, Offer]:
    """By the notice's key in the table."""
    found: dict[int, Offer] = {}
    for provider in _providers:
        found |= provider(notices, user)
    return found
