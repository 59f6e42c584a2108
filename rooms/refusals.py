"""What the database refused, by the name of the constraint; services turn it into a domain error."""

from django.db import IntegrityError


def constraint_name(exc: IntegrityError) -> str:
    return getattr(getattr(exc.__cause__, "diag", None), "constraint_name", None) or ""
