"""Drafts of a standard as the tests edit them, and what an item's page sends."""

from datetime import datetime, timedelta

from checklists.models import ServiceStandard
from checklists.selectors.standards import rules_of
from checklists.services.drafts import publish_draft, start_draft
from checklists.standard_forms.item import ItemEditor
from checklists.standards import rule_data, shipped_standard
from rooms.models import Site
from staff.models import User

SECOND = timedelta(seconds=1)
TEXTS = {"en": "Do", "zh_hans": "做", "zh_hant": "做"}


def shared() -> ServiceStandard:
    """The one that comes with the product."""
    return ServiceStandard.objects.get(site=None, number=1)


def plain_item(code: str = "X1", **fields) -> dict:
    item = {"id": code, "phase": "before", "roles": ["manager"], "when": "start", "title": TEXTS, "text": TEXTS}
    return item | fields


def item_of(draft: ServiceStandard, code: str, **fields) -> dict:
    return rule_data(rules_of(draft).by_id[code]) | fields


def codes(standard: ServiceStandard) -> list[str]:
    return [item["id"] for item in standard.document["items"]]


def published(site: Site | None, actor: User, now: datetime, change, note: str = "x") -> ServiceStandard:
    """A number of its own for the site; `change` edits the draft."""
    draft = start_draft(site=site, actor=actor, now=now)
    change(draft)
    draft.refresh_from_db()
    return publish_draft(draft_id=draft.pk, note=note, seen=draft.edited_at, actor=actor, now=now + SECOND)


def sent_of(code: str = "", **fields) -> dict:
    """What the page of an item sends when nothing was touched, and the changes; of a new item without a code."""
    standard = shipped_standard()
    editor = ItemEditor(standard, standard.by_id[code] if code else None)
    data = {}
    for form in (editor.form, editor.late, *editor.rows):
        for bound in form:
            value = bound.value()
            # Nought is a number like others, though it equals "not ticked".
            if value is not False and value not in (None, "", []):
                data[bound.html_name] = value
    for rows in editor.groups_of_rows:
        data[rows.count_name] = rows.count
    return data | fields
