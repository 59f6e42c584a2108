"""What a tablet's page carries beside its words."""

from typing import Any

from django import template
from django.utils import timezone

from checklists.permissions import can_use_tablet
from checklists.tablet_keys import Hand, hand_of

register = template.Library()


@register.simple_tag(takes_context=True)
def tablet_hand(context: dict[str, Any]) -> Hand | None:
    """The word and the key with which this page signs the taps of whoever it was given to."""
    user = context.get("user")
    if user is None or not user.is_authenticated or not can_use_tablet(user):
        return None
    return hand_of(user, context.get("now") or timezone.now())
