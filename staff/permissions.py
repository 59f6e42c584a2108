"""Who may see and change people and shifts."""

from staff.models import User
from staff.roles import Role

LEADERS = (Role.MANAGER, Role.ADMINISTRATOR)


def can_see_people(user: User) -> bool:
    return user.has_role(*LEADERS)


def can_change_person(user: User, person: User) -> bool:
    """Managers change the people of their site, but no administrator: that would make them one."""
    if user.has_role(Role.ADMINISTRATOR):
        return True
    is_above = Role.ADMINISTRATOR.value in person.roles
    return user.has_role(Role.MANAGER) and person.site_id == user.site_id and not is_above


def grantable_roles(user: User) -> list[Role]:
    if user.has_role(Role.ADMINISTRATOR):
        return list(Role)
    return [role for role in Role if role != Role.ADMINISTRATOR] if user.has_role(Role.MANAGER) else []


def can_see_shifts(user: User) -> bool:
    return user.has_role(Role.SECRETARY, *LEADERS)


def can_change_shifts(user: User) -> bool:
    return user.has_role(*LEADERS)


def can_see_phone(user: User, person: User) -> bool:
    """Those who must reach people at work: the office of the site; nobody else needs a number."""
    if user.has_role(Role.ADMINISTRATOR) or user.pk == person.pk:
        return True
    return user.has_role(Role.SECRETARY, Role.MANAGER) and person.site_id == user.site_id


def can_see_deliveries(user: User) -> bool:
    return user.has_role(*LEADERS)


def can_change_channels(user: User) -> bool:
    """The chat rooms of a site."""
    return user.has_role(*LEADERS)
