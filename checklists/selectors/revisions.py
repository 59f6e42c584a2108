"""What a re-planning changed, in words: folded where many steps changed alike, without what the reader may not know."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Prefetch
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, gettext_lazy as _, pgettext_lazy

from bookings.models import Booking
from checklists.models import Acknowledgement, PlanRevision, ServicePlan, StandardItem
from checklists.models.standard import StepRole
from checklists.selectors.standards import items_of, rules_of
from checklists.selectors.words import equipment_word, layout_word, service_word
from checklists.unannounced import KEY_PREFIX, knows_spot_checks
from rooms.text import listed
from staff.models import User

Text = str | Promise

ADDED, MOVED, WITHDRAWN, CHANGED = "added", "moved", "withdrawn", "changed"

CAUSES: Mapping[str, Text] = {
    "approved": _("Approved"),
    "changed": _("The booking was changed"),
    "started": _("The meeting was started"),
    "extended": _("The meeting was extended"),
    "ended": _("The meeting ended"),
    "released": _("Cancelled, or waiting for a new decision"),
    "tick": _("A step was done"),
    "standard": _("Planned by another standard"),
    "sweep": _("Brought in line by itself"),
}
FIELDS: Mapping[str, Text] = {
    "room": _("Room"),
    "role": _("Role"),
    "layout": _("Layout"),
    "previous_layout": _("Layout before"),
    "standing_layout": _("Standing layout"),
    "layouts": _("Layouts of the day"),
    "headcount": _("Head count"),
    "drinks": _("Drinks"),
    "equipment": _("Equipment"),
    "microphones": _("Microphones"),
    "flags": _("Flags"),
    "foreign_countries": _("Foreign guests from"),
    "curtains": _("Curtains"),
    "temperature": _("Temperature"),
    "guests": _("Guests and their habits"),
    "guest": _("Guests and their habits"),
    "agenda": _("Agenda"),
    "secrecy": _("Secrecy class"),
}
NOTHING = pgettext_lazy("no value", "none")


@dataclass(frozen=True)
class Change:
    """One line of a difference; the moments are those of the first step where several moved alike."""

    kind: str
    title: str
    from_at: datetime | None = None
    to_at: datetime | None = None
    text: str = ""


@dataclass(frozen=True)
class RevisionView:
    revision: PlanRevision
    cause: Text
    changes: list[Change]
    answered: list[Acknowledgement]
    waiting: list[Acknowledgement]


def revisions_of(booking: Booking, user: User) -> list[RevisionView]:
    """The differences after the first planning, newest first, with who has acknowledged them and who has not."""
    plan = ServicePlan.objects.select_related("standard").defer("standard__document").filter(booking=booking).first()
    if plan is None:
        return []
    asked = Prefetch("acknowledgements", queryset=Acknowledgement.objects.select_related("user"))
    rows = list(plan.revisions.select_related("actor").prefetch_related(asked).order_by("at", "pk"))[1:]
    reader = Reader(plan, user)
    views = [view_of(row, reader) for row in reversed(rows)]
    return [view for view in views if view.changes]


def view_of(revision: PlanRevision, reader: "Reader") -> RevisionView:
    asked = list(revision.acknowledgements.all())
    return RevisionView(
        revision=revision,
        cause=CAUSES.get(revision.cause, ""),
        changes=reader.changes(revision),
        answered=[each for each in asked if each.acknowledged_at],
        waiting=[each for each in asked if not each.acknowledged_at],
    )


class Reader:
    """Puts the differences of one plan into words for one person."""

    def __init__(self, plan: ServicePlan, user: User) -> None:
        self.items = items_of(plan.standard)
        self.rules = rules_of(plan.standard).by_id
        self.sees_checks = knows_spot_checks(user, plan.booking.site_id)

    def changes(self, revision: PlanRevision) -> list[Change]:
        # What came back at another time has moved.
        moved = {move["key"] for move in revision.moved}
        return [
            *self.alterations(revision.changed),
            *self.moves(revision.moved),
            *self.together(ADDED, (key for key in revision.added if key not in moved)),
            *self.together(WITHDRAWN, revision.withdrawn),
        ]

    def shown(self, keys: Iterable[str]) -> list[str]:
        return [key for key in keys if self.sees_checks or not key.startswith(KEY_PREFIX)]

    def together(self, kind: str, keys: Iterable[str]) -> list[Change]:
        titles = [self.title(key) for key in self.shown(keys)]
        return [Change(kind, listed(titles))] if titles else []

    def title(self, key: str) -> str:
        """The item's title, with what tells a step from its like: the round of a repeating one, the agenda's part."""
        code, number, subject = [*key.split(":", 2), "", ""][:3]
        item: StandardItem | None = self.items.get(code)
        name = item.title if item else code
        rule = self.rules.get(code)
        if rule and rule.repeat and number.isdigit():
            return gettext("%(title)s, round %(number)s") % {"title": name, "number": number}
        # Guests are known to those who serve them; their names do not belong into lists of changes.
        return f"{name} ({subject})" if subject and rule and not rule.for_each else name

    def moves(self, moved: Iterable[Mapping[str, Any]]) -> list[Change]:
        """Steps that move from and to the same moments are one line."""
        together: dict[tuple[str, str], list[str]] = {}
        for move in moved:
            # Rows of long ago name what else differs, and may have no moments.
            if "from" in move and self.shown([move["key"]]):
                together.setdefault((move["from"], move["to"]), []).append(self.title(move["key"]))
        return [
            Change(MOVED, listed(titles), datetime.fromisoformat(was), datetime.fromisoformat(becomes))
            for (was, becomes), titles in sorted(together.items(), key=lambda each: each[0][1])
        ]

    def alterations(self, changed: Iterable[Mapping[str, Any]]) -> list[Change]:
        """What differs in the same way for several steps is said once."""
        together: dict[tuple[str, str], list[str]] = {}
        for change in changed:
            if self.shown([change["key"]]):
                head, text = self.heading(change), self.from_to(change)
                together.setdefault((head, text), []).append(change["key"])
        return [Change(CHANGED, head, text=text) for head, text in together]

    def heading(self, change: Mapping[str, Any]) -> str:
        name = change["field"]
        if name.startswith("quantities."):
            return self.quantity_title(change["key"].split(":")[0], name.removeprefix("quantities."))
        return str(FIELDS.get(name, name))

    def quantity_title(self, code: str, name: str) -> str:
        rule = self.rules.get(code)
        titles = {each.name: each.title for each in rule.quantities} if rule else {}
        return titles[name].of(get_language() or "en") if name in titles else name

    def from_to(self, change: Mapping[str, Any]) -> str:
        if "from" not in change and "to" not in change:
            return ""
        was, becomes = (worded(change["field"], change.get(end)) for end in ("from", "to"))
        return f"{was} → {becomes}"


def worded(field: str, value: Any) -> str:
    """A value of a step's details in the reader's language."""
    if value in (None, "", []):
        return str(NOTHING)
    values = value if isinstance(value, list) else [value]
    return listed([str(WORDS.get(field, str)(each)) for each in values])


WORDS: Mapping[str, Any] = {
    "layout": layout_word,
    "previous_layout": layout_word,
    "standing_layout": layout_word,
    "layouts": layout_word,
    "equipment": equipment_word,
    "drinks": service_word,
    "role": lambda code: dict(StepRole.choices).get(code, code),
    "curtains": lambda code: dict(Booking._meta.get_field("curtains").choices or ()).get(code, code),
    "secrecy": lambda code: dict(Booking._meta.get_field("secrecy").choices or ()).get(code, code),
}
