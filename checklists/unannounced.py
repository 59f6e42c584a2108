"""Spot checks come unannounced: their steps are for managers alone, wherever steps, moments or counts are shown."""

from django.db.models import Q, QuerySet

from bookings.permissions import works_at
from checklists.models import Step
from staff.models import User
from staff.roles import Role

SPOT_CHECK = "U8"
# For counts and lists of keys: `U8:1:` and the like.
KEY_PREFIX = f"{SPOT_CHECK}:"


def knows_spot_checks(user: User, site_id: int) -> bool:
    return works_at(user, site_id, Role.MANAGER)


def announced_to(user: User) -> Q:
    """The steps whose moment `user` may know, as a condition on steps."""
    if user.has_role(Role.ADMINISTRATOR):
        return Q()
    announced = ~Q(item__code=SPOT_CHECK)
    return announced | Q(site=user.site_id) if user.site_id and user.has_role(Role.MANAGER) else announced


def without_hidden(steps: QuerySet[Step], user: User) -> QuerySet[Step]:
    return steps.filter(announced_to(user))


def is_hidden(step: Step, user: User) -> bool:
    """`step` carries its item."""
    return step.item.code == SPOT_CHECK and not knows_spot_checks(user, step.site_id)
