"""What a tablet's page carries beside its words."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.urls import get_script_prefix, reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from checklists.drawing_rooms import Sheet, meeting_rows, ring as draw_ring
from checklists.permissions import can_use_tablet
from checklists.selectors.cards import StepCard
from checklists.selectors.tablet import RoomMeeting
from checklists.tablet_keys import Hand, hand_of

register = template.Library()


@register.simple_tag(takes_context=True)
def tablet_hand(context: dict[str, Any]) -> Hand | None:
    """The word and the key with which this page signs the taps of whoever it was given to."""
    user = context.get("user")
    if user is None or not user.is_authenticated or not can_use_tablet(user):
        return None
    return hand_of(user, context.get("now") or timezone.now())


@register.simple_tag
def step_address(name: str, pk: int) -> str:
    """A step has half a dozen addresses, and each stands twice on its card."""
    before, after = address_around(name, get_script_prefix())
    return f"{before}{pk}{after}"


@lru_cache(64)
def address_around(name: str, prefix: str) -> tuple[str, str]:
    """What comes before and after the number; under one `prefix` it is the same for all."""
    before, _pk, after = reverse(f"checklists:{name}", args=[0]).rpartition("0")
    return before, after


@register.simple_tag
def ring(card: StepCard) -> SafeString:
    """How much of a round's time is left, in the current zone."""
    return draw_ring(card, ZoneInfo(timezone.get_current_timezone_name()))


@register.simple_tag
def meetings_in_rooms(meetings: Iterable[RoomMeeting], now: datetime, takes_focus: bool = False) -> SafeString:
    return meeting_rows(meetings, Sheet(now, ZoneInfo(timezone.get_current_timezone_name()), takes_focus))
