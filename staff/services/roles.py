"""The roles as rows: made by a migration, and again wherever tables were emptied."""

from typing import Any

from django.contrib.auth.models import Group

from staff.roles import Role


def ensure_roles(**_kwargs: Any) -> None:
    """Idempotent; also the receiver of post_migrate."""
    Group.objects.bulk_create((Group(name=role.value) for role in Role), ignore_conflicts=True)
