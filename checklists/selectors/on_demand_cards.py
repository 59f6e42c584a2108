"""What a step that people set off shows beside the usual: the wish in words, or the page it is settled on."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from checklists.models import Incident, Step, Wish
from rooms.dates import instant_of


@dataclass(frozen=True)
class WishShown:
    title: str
    text: str
    is_card: bool
    raised_at: datetime


def wish_shown(step: Step) -> WishShown | None:
    """From the step's own details, so that a list of steps asks for no wishes."""
    said = step.details.get("wish")
    if not said:
        return None
    kind = str(dict(Wish.Kind.choices).get(said["kind"], said["kind"]))
    # Those of earlier versions do not say when they were heard.
    raised_at = instant_of(said.get("raised_at", "")) or step.opens_at
    return WishShown(kind, said["text"], said["source"] == Wish.Source.CARD, raised_at)


def own_title(step: Step) -> str:
    """The wish, or the kind of the incident; empty for a step that the standard's title names."""
    if wish := wish_shown(step):
        return wish.title
    kind = step.details.get("incident_kind")
    return str(dict(Incident.Kind.choices).get(kind, "")) if kind else ""


def own_page(step: Step) -> str:
    """Where a note or an incident goes on: those are not settled by one tap."""
    if pk := step.details.get("note"):
        return reverse("checklists:note", args=[step.booking.ref, pk]) if step.booking else ""
    if pk := step.details.get("incident"):
        return reverse("checklists:incident", args=[pk])
    return ""
