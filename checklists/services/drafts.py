"""Drafts of a standard: made from the one in force, edited item by item, published under the next number.

Every edit says when it had seen the draft (`seen`) and is refused if somebody edited it since; every result is read
by the same reader as a file, so that a draft is valid at all times.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from checklists.errors import ChecklistError
from checklists.models import ServiceStandard, StandardLog
from checklists.selectors.standard_shelf import draft_of
from checklists.selectors.standards import current_standard
from checklists.services.standards import lock_numbers, make_items, newest_published
from checklists.standards import Standard, standard_data, standard_from_data
from checklists.standards.comparing import changes_of, compare
from rooms.models import Site
from staff.models import User

DRAFT, PUBLISHED = ServiceStandard.State.DRAFT, ServiceStandard.State.PUBLISHED


def start_draft(*, site: Site | None, actor: User, now: datetime) -> ServiceStandard:
    """The draft of a site, made from what is in force there unless there is one."""
    if found := draft_of(site):
        return found
    source = current_standard(site) if site else newest_published(None)
    if source is None:
        raise ChecklistError("no_standard")
    try:
        with transaction.atomic():
            draft = new_draft(site, source, source.document, actor, now)
            log(draft, "drafted", actor, now, based_on=source.number)
            return draft
    except IntegrityError:
        # Somebody else began it in the same moment.
        if found := draft_of(site):
            return found
        raise


def new_draft(
    site: Site | None, source: ServiceStandard | None, document: Any, actor: User, now: datetime
) -> ServiceStandard:
    return ServiceStandard.objects.create(
        site=site, state=DRAFT, based_on=source, document=document, edited_at=now, edited_by=actor
    )


@transaction.atomic
def add_item(
    *, draft_id: int, item: Mapping[str, Any], after: str, seen: datetime, actor: User, now: datetime
) -> ServiceStandard:
    """Put a new item behind `after`, or last. Raises StandardFaults with what is wrong."""
    draft = lock_draft(draft_id, seen)
    items = list(draft.document["items"])
    place = place_of(items, after) + 1 if after else len(items)
    items.insert(place, dict(item))
    return save_items(draft, items, "item_added", actor, now, item=str(item.get("id", "")))


@transaction.atomic
def change_item(
    *, draft_id: int, code: str, item: Mapping[str, Any], seen: datetime, actor: User, now: datetime
) -> ServiceStandard:
    """Put `item` in the place of the one with this code. Raises StandardFaults with what is wrong."""
    draft = lock_draft(draft_id, seen)
    items = list(draft.document["items"])
    place = place_of(items, code)
    before = standard_from_data(draft.document).by_id[code]
    items[place] = dict(item)
    rules = standard_from_data({**draft.document, "items": items})
    after = rules.rules[place]
    names = [change.field for change in changes_of(before, after)] + (["id"] if after.id != code else [])
    return save_rules(draft, rules, "item_changed", actor, now, item=after.id, fields=names) if names else draft


@transaction.atomic
def remove_item(*, draft_id: int, code: str, seen: datetime, actor: User, now: datetime) -> ServiceStandard:
    """Raises StandardFaults where another item is tied to it."""
    draft = lock_draft(draft_id, seen)
    items = list(draft.document["items"])
    del items[place_of(items, code)]
    return save_items(draft, items, "item_removed", actor, now, item=code)


@transaction.atomic
def place_item(*, draft_id: int, code: str, after: str, seen: datetime, actor: User, now: datetime) -> ServiceStandard:
    """Put an item behind `after`, or first without one; behind itself it stays."""
    draft = lock_draft(draft_id, seen)
    items = list(draft.document["items"])
    place = place_of(items, code)
    if after == code:
        return draft
    item = items.pop(place)
    items.insert(place_of(items, after) + 1 if after else 0, item)
    return save_items(draft, items, "item_moved", actor, now, item=code)


@transaction.atomic
def change_heading(
    *,
    draft_id: int,
    title: Mapping[str, str],
    groups: Sequence[Mapping[str, Any]],
    seen: datetime,
    actor: User,
    now: datetime,
) -> ServiceStandard:
    """The standard's own title and the groups its items stand in. Raises StandardFaults with what is wrong."""
    draft = lock_draft(draft_id, seen)
    rules = standard_from_data({**draft.document, "title": dict(title), "groups": [dict(each) for each in groups]})
    return save_rules(draft, rules, "heading_changed", actor, now)


@transaction.atomic
def import_draft(
    *, site: Site | None, rules: Standard, replaces: datetime | None, actor: User, now: datetime
) -> ServiceStandard:
    """A file becomes the draft; one that is there gives way only where `replaces` says which."""
    source = newest_published(site) or newest_published(None)
    document = standard_data(rules)
    found = ServiceStandard.objects.select_for_update().filter(site=site, state=DRAFT).first()
    if found is None:
        try:
            with transaction.atomic():
                found = new_draft(site, source, document, actor, now)
        except IntegrityError as error:
            raise ChecklistError("draft_in_the_way") from error
    elif found.edited_at != replaces:
        raise ChecklistError("draft_in_the_way")
    else:
        found.document = document
        touch(found, actor, now)
    log(found, "imported", actor, now, items=len(rules.rules))
    return found


@transaction.atomic
def discard_draft(*, draft_id: int, seen: datetime, actor: User, now: datetime) -> None:
    draft = lock_draft(draft_id, seen)
    # Whoever still has one of its pages open is told so by this.
    log(draft, "discarded", actor, now, draft=draft.pk)
    draft.delete()


@transaction.atomic
def publish_draft(*, draft_id: int, note: str, seen: datetime, actor: User, now: datetime) -> ServiceStandard:
    """The draft under the next number of its owner; from then on it never changes."""
    lock_numbers()
    draft = lock_draft(draft_id, seen)
    rules, newest = standard_from_data(draft.document), newest_published(draft.site)
    if newest and not compare(standard_from_data(newest.document), rules):
        raise ChecklistError("nothing_changed")
    draft.number = (newest.number or 0) + 1 if newest else 1
    draft.state, draft.note = PUBLISHED, note
    draft.published_at, draft.published_by = now, actor
    draft.document = standard_data(rules)
    draft.save()
    make_items(draft, rules)
    log(draft, "published", actor, now, number=draft.number)
    return draft


def lock_draft(draft_id: int, seen: datetime) -> ServiceStandard:
    """The draft as the actor saw it; raises where it is gone, published or edited since."""
    draft = ServiceStandard.objects.select_for_update(of=("self",)).select_related("site").filter(pk=draft_id).first()
    if draft is None or draft.state != DRAFT:
        raise ChecklistError("draft_gone")
    if draft.edited_at != seen:
        raise ChecklistError("draft_changed")
    return draft


def place_of(items: Sequence[Mapping[str, Any]], code: str) -> int:
    place = next((number for number, item in enumerate(items) if item["id"] == code), None)
    if place is None:
        raise ChecklistError("item_gone")
    return place


def save_items(
    draft: ServiceStandard, items: Sequence[Any], verb: str, actor: User, now: datetime, **changes: Any
) -> ServiceStandard:
    return save_rules(draft, standard_from_data({**draft.document, "items": items}), verb, actor, now, **changes)


def save_rules(
    draft: ServiceStandard, rules: Standard, verb: str, actor: User, now: datetime, **changes: Any
) -> ServiceStandard:
    document = standard_data(rules)
    if document != draft.document:
        draft.document = document
        touch(draft, actor, now)
        log(draft, verb, actor, now, **changes)
    return draft


def touch(draft: ServiceStandard, actor: User, now: datetime) -> None:
    draft.edited_at, draft.edited_by = now, actor
    draft.save(update_fields=["document", "edited_at", "edited_by"])


def log(standard: ServiceStandard, verb: str, actor: User, now: datetime, **changes: Any) -> None:
    StandardLog.objects.create(site=standard.site, standard=standard, verb=verb, at=now, actor=actor, changes=changes)
