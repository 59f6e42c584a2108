"""Signs of life that an app above knows of: a meeting nobody checked in to, but at which somebody serves.

The providers are registered when their apps are ready, so that this app imports nothing from above.
"""

from collections.abc import Callable

from bookings.models import Booking

Provider = Callable[[Booking], bool]

_providers: list[Provider] = []


def register(provider: Provider) -> None:
    if provider not in _providers:
        _providers.append(provider)


def shows_life(booking: Booking) -> bool:
    return any(provider(booking) for provider in _providers)
