"""Which standard is in force, and its rules and items; a published one never changes, so it is read once."""

from collections.abc import Mapping
from dataclasses import asdict
from functools import lru_cache

from django.db.models import F, Q

from checklists.errors import ChecklistError
from checklists.models import ServiceStandard, StandardItem
from checklists.standards import Standard, standard_from_data
from rooms.models import Site


def current_standard(site: Site) -> ServiceStandard:
    """The newest published standard of the site, else the newest for all sites."""
    published = ServiceStandard.objects.filter(Q(site=site) | Q(site=None), state=ServiceStandard.State.PUBLISHED)
    newest = published.defer("document").order_by(F("site").asc(nulls_last=True), "-number").first()
    if newest is None:
        raise ChecklistError("no_standard")
    return newest


def rules_of(standard: ServiceStandard) -> Standard:
    """A draft changes under the same key, so it is read anew."""
    if standard.state == ServiceStandard.State.DRAFT:
        return standard_from_data(standard.document)
    return rules_of_published(standard.pk, str(standard.published_at))


@lru_cache(maxsize=32)
def rules_of_published(standard_id: int, published_at: str) -> Standard:
    return standard_from_data(ServiceStandard.objects.values_list("document", flat=True).get(pk=standard_id))


def items_of(standard: ServiceStandard) -> Mapping[str, StandardItem]:
    return items_of_published(standard.pk, str(standard.published_at))


@lru_cache(maxsize=32)
def items_of_published(standard_id: int, published_at: str) -> Mapping[str, StandardItem]:
    return {item.code: item for item in StandardItem.objects.filter(standard=standard_id)}


def anchor_items(rules: Standard) -> frozenset[str]:
    """Items whose tick moves others: somebody's anchor is `item:` and their id."""
    return frozenset(moment.argument for rule in rules.rules for moment in rule.moments if moment.anchor == "item")


def longest_lead_minutes(rules: Standard) -> int:
    return max((lead for rule in rules.rules for lead in rule.leads), default=0)


@lru_cache(maxsize=512)
def group_title(standard_id: int, code: str) -> dict[str, str] | None:
    """The title of a group of items, such as the inspection an hour before, by language."""
    standard = ServiceStandard.objects.defer("document").get(pk=standard_id)
    group = next((group for group in rules_of(standard).groups if group.code == code), None)
    return asdict(group.title) if group else None
