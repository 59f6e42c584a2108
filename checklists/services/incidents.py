"""Incidents (U7): opened from the floor, the office or a failed check; added to; over. Nothing written is changed."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from bookings.models import Booking
from checklists.errors import ChecklistError, InvalidTick
from checklists.guides import guide_book
from checklists.models import Incident, IncidentEntry, Step
from checklists.services.incident_news import tell_graver, tell_opened, tell_over
from checklists.services.locks import lock_booking, lock_site
from checklists.services.on_demand import SERVED, Asked, add_step, settle
from rooms.models import Room, Site
from staff import live
from staff.models import User
from staff.roles import Role

Kind = Incident.Kind
# The same report by the same person within this time is one tap that arrived twice.
SAME_REPORT = timedelta(minutes=2)
TECHNICAL = (Kind.SOUND, Kind.DEVICE, Kind.POWER)
# In a hurry the kind alone tells what happened.
SAY_ENOUGH = (Kind.FIRE, Kind.POWER, Kind.ILLNESS, Kind.SOUND, Kind.LEAK, Kind.UNINVITED)
LONGEST = {"text": 500, "told": 300, "done": 1000, "device": 80}


@transaction.atomic
def open_incident(
    *,
    site: Site,
    kind: str,
    gravity: int,
    text: str,
    actor: User,
    now: datetime,
    room: Room | None = None,
    booking: Booking | None = None,
    device: str = "",
    found_by_step: Step | None = None,
    at: datetime | None = None,
) -> Incident:
    """Open an incident and tell whom it concerns; the same check, or the same tap again, answers the open one.

    What another entry of the same check says beyond it, and how much graver it is, is added to that one.
    `at` is when it was reported, where a tablet waited for a connection. Without a room it is the booking's.
    Raises `InvalidTick` with codes by field.
    """
    room = room or (booking.room if booking else None)
    facts = {"kind": kind, "gravity": gravity, "text": text.strip(), "device": device.strip()}
    check(facts, site=site, room=room, booking=booking)
    lock_owner(site, booking)
    facts |= {"site": site, "room": room, "booking": booking}
    known = open_already(facts, actor, at or now, found_by_step)
    if known:
        return with_what_is_new(known, facts, actor, now) if found_by_step else known
    incident = Incident(**facts, raised_at=at or now, raised_by=actor, found_by_step=found_by_step)
    incident.step = step_of_meeting(incident, actor, now)
    incident.save()
    if incident.step:
        incident.step.details["incident"] = incident.pk
        incident.step.save(update_fields=["details"])
    note(incident, "opened", actor=actor, now=now, kind=kind, gravity=gravity, text=facts["text"])
    tell_opened(incident=incident, now=now)
    publish(incident)
    return incident


@transaction.atomic
def report_incident(
    *, kind: str, gravity: int | None, actor: User, now: datetime, told: str = "", done: str = "", **facts: Any
) -> Incident:
    """One opened by whoever stands there: as grave as its guide says, unless they know better, with what was done."""
    how_grave = gravity or guide_book().guides[kind].gravity
    opened = open_incident(kind=kind, gravity=how_grave, actor=actor, now=now, **facts)
    if told or done:
        add_to_incident(incident_id=opened.pk, actor=actor, now=now, told=told, done=done)
    return opened


@transaction.atomic
def add_to_incident(
    *,
    incident_id: int,
    actor: User,
    now: datetime,
    told: str | None = None,
    done: str | None = None,
    text: str | None = None,
    gravity: int | None = None,
) -> Incident:
    """Who was told, what was done, what else is known, how grave it became: each a new entry, also after its end."""
    incident = locked(incident_id)
    said = {name: value.strip() for name, value in (("told", told), ("done", done), ("text", text)) if value}
    said = {name: value for name, value in said.items() if value}
    errors = faults_of(said | ({} if gravity is None else {"gravity": gravity}))
    if errors:
        raise InvalidTick(errors)
    columns: list[str] = [name for name in ("told", "done") if name in said]
    for name in columns:
        setattr(incident, name, with_line(getattr(incident, name), said[name], LONGEST[name]))
    changes: dict[str, Any] = dict(said)
    before = incident.gravity
    if gravity is not None and gravity != before:
        incident.gravity = gravity
        columns.append("gravity")
        changes["gravity"] = gravity
    if not changes or has_just_said(incident, changes, actor, now):
        return incident
    incident.save(update_fields=columns)
    note(incident, "added", actor=actor, now=now, **changes)
    if incident.gravity > before:
        tell_graver(incident=incident, now=now)
    publish(incident)
    return incident


@transaction.atomic
def end_incident(
    *, incident_id: int, actor: User, now: datetime, over_at: datetime | None = None, done: str = ""
) -> Incident:
    """It is over, now or since the moment given; its step is settled. A second time only adds what was done."""
    if done.strip():
        add_to_incident(incident_id=incident_id, actor=actor, now=now, done=done)
    incident = locked(incident_id)
    if incident.over_at is not None:
        return incident
    ended_at = over_at or now
    if not incident.raised_at <= ended_at <= now:
        raise InvalidTick({"over_at": ["outside_incident"]})
    incident.over_at, incident.over_by = ended_at, actor
    incident.save(update_fields=["over_at", "over_by"])
    if incident.step:
        settle(incident.step, Step.State.DONE, note="", actor=actor, now=now)
    note(incident, "over", actor=actor, now=now, over_at=ended_at.isoformat())
    tell_over(incident=incident, now=now)
    publish(incident)
    return incident


def check(facts: dict[str, Any], *, site: Site, room: Room | None, booking: Booking | None) -> None:
    errors = faults_of(facts)
    if not facts["text"] and facts["kind"] not in SAY_ENOUGH:
        errors["text"] = ["required"]
    if room and room.site_id != site.pk:
        errors["room"] = ["unknown_choice"]
    if booking and booking.site_id != site.pk:
        errors["booking"] = ["unknown_choice"]
    if errors:
        raise InvalidTick(errors)


def faults_of(facts: dict[str, Any]) -> dict[str, list[str]]:
    errors = {name: ["too_long"] for name, longest in LONGEST.items() if len(facts.get(name, "")) > longest}
    if "kind" in facts and facts["kind"] not in Kind.values:
        errors["kind"] = ["unknown_choice"]
    if "gravity" in facts and facts["gravity"] not in Incident.Gravity.values:
        errors["gravity"] = ["unknown_choice"]
    return errors


def lock_owner(site: Site, booking: Booking | None) -> None:
    if booking:
        lock_booking(booking.pk)
    else:
        lock_site(site.pk)


def locked(incident_id: int) -> Incident:
    """Behind the booking or the site, like everything else that touches the meeting's steps."""
    found = Incident.objects.select_related("site", "booking").get(pk=incident_id)
    lock_owner(found.site, found.booking)
    related = ("site", "room", "booking__room", "booking__site", "raised_by", "step__item")
    return Incident.objects.select_related(*related).get(pk=incident_id)


def open_already(facts: dict[str, Any], actor: User, at: datetime, found_by: Step | None) -> Incident | None:
    still_open = Incident.objects.filter(over_at=None).order_by("pk")
    if found_by:
        return still_open.filter(found_by_step=found_by).first()
    return still_open.filter(**facts, raised_by=actor, raised_at__range=(at - SAME_REPORT, at + SAME_REPORT)).first()


def with_what_is_new(known: Incident, facts: dict[str, Any], actor: User, now: datetime) -> Incident:
    text = "" if known.entries.filter(data__text=facts["text"]).exists() else facts["text"]
    gravity = max(known.gravity, facts["gravity"])
    return add_to_incident(incident_id=known.pk, actor=actor, now=now, text=text, gravity=gravity)


def step_of_meeting(incident: Incident, actor: User, now: datetime) -> Step | None:
    """The step under U7, where the meeting is one that is served and its standard knows the item."""
    booking = incident.booking
    if booking is None or booking.status not in SERVED:
        return None
    role = Role.TECHNICIAN if incident.kind in TECHNICAL else ""
    asked = Asked("U7", {"incident_kind": incident.kind}, role=role)
    try:
        return add_step(booking=booking, asked=asked, actor=actor, now=now)
    except ChecklistError:
        return None


def with_line(before: str, added: str, longest: int) -> str:
    """The lines together, newest last; where they outgrow the column the oldest give way, the log keeps them all."""
    lines = [*filter(None, before.split("\n")), added]
    while len("\n".join(lines)) > longest:
        lines.pop(0)
    return "\n".join(lines)


def has_just_said(incident: Incident, changes: dict[str, Any], actor: User, now: datetime) -> bool:
    same = incident.entries.filter(actor=actor, verb="added", data=changes, at__gt=now - SAME_REPORT)
    return same.exists()


def note(incident: Incident, verb: str, *, actor: User, now: datetime, **data: Any) -> None:
    IncidentEntry.objects.create(incident=incident, at=now, actor=actor, verb=verb, data=data)


def publish(incident: Incident) -> None:
    """Open pages of the site look again; without a meeting there is no step to name, and the id is only a nudge."""
    live.publish("step", incident.step_id or 0, site_id=incident.site_id)
