"""Accounts: made and changed by the office, and by the person alone where it is theirs."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction

from rooms.refusals import refusing
from staff.errors import StaffError
from staff.models import StaffLog, User
from staff.roles import Role
from staff.services.portraits import drop_photo

FIELDS = ("username", "display_name", "latin_name", "department", "phone", "email", "language", "site", "is_active")
OWN_FIELDS = ("display_name", "latin_name", "phone", "email", "language")


def create_person(
    *, fields: Mapping[str, Any], roles: Iterable[str], password: str, actor: User | None, now: datetime
) -> User:
    person = User(**_allowed(fields, FIELDS))
    with transaction.atomic():
        person.set_password(password)
        _save(person)
        _set_roles(person, roles)
        _record(person, "person_created", {"roles": [[], sorted(roles)]}, actor, now)
    return person


def change_person(
    *,
    person_id: int,
    fields: Mapping[str, Any],
    roles: Iterable[str] | None = None,
    password: str = "",
    actor: User | None,
    now: datetime,
) -> User:
    """Change an account; without `roles` they stay, without a password it stays."""
    with transaction.atomic():
        person = User.objects.select_for_update().get(pk=person_id)
        changes = _apply(person, _allowed(fields, FIELDS))
        if roles is not None and set(roles) != set(person.roles):
            changes["roles"] = [sorted(person.roles), sorted(roles)]
            _set_roles(person, roles)
        if password:
            person.set_password(password)
            person.save(update_fields=["password"])
            changes["password"] = [None, None]
        if changes:
            _record(person, "person_changed", changes, actor, now)
    return person


def change_profile(*, person: User, fields: Mapping[str, Any], now: datetime) -> User:
    return change_person(person_id=person.pk, fields=_allowed(fields, OWN_FIELDS), actor=person, now=now)


def change_password(*, person: User, password: str, now: datetime) -> User:
    return change_person(person_id=person.pk, fields={}, password=password, actor=person, now=now)


def _allowed(fields: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    if unknown := set(fields) - set(names):
        raise ValueError(f"not fields of a person here: {sorted(unknown)}")
    return dict(fields)


def _apply(person: User, fields: Mapping[str, Any]) -> dict[str, list[Any]]:
    changes = {
        name: [_plain(getattr(person, name)), _plain(value)]
        for name, value in fields.items()
        if getattr(person, name) != value
    }
    for name in changes:
        setattr(person, name, fields[name])
    if not person.is_active and drop_photo(person):
        changes["photo"] = [True, False]
    if changes:
        _save(person, update_fields=list(changes))
    if "is_active" in changes and not person.is_active:
        close_channels(person)
    return changes


def close_channels(person: User) -> None:
    """What left the house for somebody's own telephone ends with the account."""
    person.push_subscriptions.all().delete()
    person.channels.all().delete()


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int) else str(value)


def _save(person: User, **options: Any) -> None:
    with refusing({"staff_user_username_key": "username_taken"}, StaffError):
        person.save(**options)


def _set_roles(person: User, roles: Iterable[str]) -> None:
    wanted = set(roles)
    person.groups.set(Group.objects.filter(name__in=wanted))
    # Read once per object otherwise.
    vars(person).pop("roles", None)
    is_administrator = Role.ADMINISTRATOR.value in wanted
    if person.is_staff != is_administrator and not person.is_superuser:
        person.is_staff = is_administrator
        person.save(update_fields=["is_staff"])


def _record(person: User, verb: str, changes: dict[str, Any], actor: User | None, now: datetime) -> None:
    StaffLog.objects.create(person=person, at=now, actor=actor, verb=verb, changes=changes)
