"""What is remembered of the sheets of a site: which heading meant which field."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from django.db import transaction
from django.db.models import Manager

from rooms.models import RememberedColumns, Site

Memory = TypeVar("Memory", bound=RememberedColumns)


def remembered_fields(rows: Manager[Memory], site: Site) -> Mapping[str, str]:
    return rows.filter(site=site).values_list("fields", flat=True).first() or {}


@transaction.atomic
def remember_columns(rows: Manager[Memory], *, site: Site, heads: Sequence[str], mapping: Sequence[str]) -> None:
    """Beside what other sheets' headings meant; of two at once the second adds to the first."""
    memory, _made = rows.select_for_update().get_or_create(site=site)
    memory.fields |= dict(zip(heads, mapping, strict=True))
    memory.save(update_fields=["fields"])
