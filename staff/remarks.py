"""What guests said of the service somebody gave; an app above, which asks them, provides it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from staff.models import User


@dataclass(frozen=True)
class Remark:
    at: datetime
    text: str
    # From 1 to 5.
    manner: int
    ref: str
    # Whether it says their name, with thanks.
    is_named: bool = False


Provider = Callable[[User], Sequence[Remark]]

_providers: list[Provider] = []


def register(provider: Provider) -> None:
    if provider not in _providers:
        _providers.append(provider)


def remarks_about(person: User) -> list[Remark]:
    found = [remark for provider in _providers for remark in provider(person)]
    return sorted(found, key=lambda remark: remark.at, reverse=True)
