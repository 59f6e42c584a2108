"""Loading and publishing service standards."""

from datetime import datetime

from django.db import connection, transaction

from checklists.models import ServiceStandard, StandardItem
from checklists.selectors.standards import current_standard
from checklists.standards import Rule, Standard, rule_data, shipped_standard, standard_data
from rooms.models import Site

__all__ = ["current_standard", "load_shipped", "load_standard"]


def load_shipped(*, now: datetime) -> ServiceStandard:
    return load_standard(rules=shipped_standard(), now=now)


@transaction.atomic
def load_standard(*, rules: Standard, now: datetime, site: Site | None = None) -> ServiceStandard:
    """Publish rules under the next number; the newest standard is kept as it is when it says the same."""
    lock_numbers()
    document = standard_data(rules)
    newest = newest_published(site)
    if newest and newest.document == document:
        return newest
    standard = ServiceStandard.objects.create(
        site=site,
        number=newest.number + 1 if newest and newest.number else 1,
        state=ServiceStandard.State.PUBLISHED,
        published_at=now,
        document=document,
    )
    make_items(standard, rules)
    return standard


def newest_published(site: Site | None) -> ServiceStandard | None:
    """The site's own; to be read under `lock_numbers` by whoever gives the next number."""
    published = ServiceStandard.objects.filter(site=site, state=ServiceStandard.State.PUBLISHED)
    return published.order_by("-number").first()


def make_items(standard: ServiceStandard, rules: Standard) -> None:
    StandardItem.objects.bulk_create(item_of(standard, rule, place) for place, rule in enumerate(rules.rules))


def lock_numbers() -> None:
    """Two starts at once must not publish the same rules under two numbers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('checklists.standard_number'))")


def item_of(standard: ServiceStandard, rule: Rule, position: int) -> StandardItem:
    return StandardItem(
        standard=standard,
        code=rule.id,
        position=position,
        phase=rule.phase,
        roles=list(rule.roles),
        group=rule.group,
        title_zh_hans=rule.title.zh_hans,
        title_zh_hant=rule.title.zh_hant,
        title_en=rule.title.en,
        text_zh_hans=rule.text.zh_hans,
        text_zh_hant=rule.text.zh_hant,
        text_en=rule.text.en,
        rule=rule_data(rule),
    )
