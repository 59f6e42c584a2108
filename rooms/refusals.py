"""What the database refused, by the name of the constraint; services turn it into a domain error."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from django.db import IntegrityError, transaction

from rooms.errors import RoomsError


def constraint_name(exc: IntegrityError) -> str:
    return getattr(getattr(exc.__cause__, "diag", None), "constraint_name", None) or ""


@contextmanager
def refusing(codes: Mapping[str, str], error: Callable[[str], Exception] = RoomsError) -> Iterator[None]:
    """What is inside, all or nothing; a constraint that is named refuses it by its code, as the app's own error."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as exc:
        if code := codes.get(constraint_name(exc)):
            raise error(code) from exc
        raise
