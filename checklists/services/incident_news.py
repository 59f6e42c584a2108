"""Whom an incident is told to: those who lead, whoever can mend it, and the next meetings of the room."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from checklists.links import booking_params
from checklists.models import Incident
from checklists.selectors.incidents import meetings_ahead
from checklists.wording import in_each_language
from staff.models import Notice, User
from staff.roles import Role
from staff.selectors import people_on_shift, role_members
from staff.services.notices import notify, notify_many

Kind, Gravity = Incident.Kind, Incident.Gravity
MENDED_BY_TECHNICIAN = (Kind.SOUND, Kind.DEVICE, Kind.POWER, Kind.ROOM, Kind.LEAK)


def tell_opened(*, incident: Incident, now: datetime) -> None:
    tell(incident, people_of(incident, now), "incident_opened", now)
    warn_next_meetings(incident, now)


def tell_graver(*, incident: Incident, now: datetime) -> None:
    tell(incident, people_of(incident, now), "incident_graver", now)


def tell_over(*, incident: Incident, now: datetime) -> None:
    """Whoever was told that it began, and the applicants who were warned."""
    told = list(User.objects.filter(pk__in=recipients_of(f"incident_opened:{incident.pk}:")))
    notify_many(
        recipients=[user for user in told if user.pk != incident.over_by_id],
        code="incident_over",
        params=params_of(incident),
        url=incident_url(incident),
        key=f"incident_over:{incident.pk}",
        now=now,
    )
    for notice in Notice.objects.filter(key__startswith=fault_key(incident)).select_related("recipient"):
        notify(
            recipient=notice.recipient,
            code="room_fault_over",
            params=notice.params,
            url=notice.url,
            key=f"over:{notice.key}",
            now=now,
        )


def people_of(incident: Incident, now: datetime) -> list[User]:
    """Managers always, secretaries once it is serious, technicians on shift for what they mend; not who reports it."""
    people = list(role_members(incident.site, Role.MANAGER))
    if incident.gravity >= Gravity.SERIOUS:
        people += role_members(incident.site, Role.SECRETARY)
    if incident.kind in MENDED_BY_TECHNICIAN:
        people += people_on_shift(site=incident.site, role=Role.TECHNICIAN, at=now)
    return list({user.pk: user for user in people if user.pk != incident.raised_by_id}.values())


def tell(incident: Incident, people: list[User], code: str, now: datetime) -> None:
    notify_many(
        recipients=people,
        code=code,
        params=params_of(incident),
        url=incident_url(incident),
        key=f"{code}:{incident.pk}:{incident.gravity}",
        now=now,
        mail=incident.gravity >= Gravity.SERIOUS,
        urgency="urgent",
    )


def warn_next_meetings(incident: Incident, now: datetime) -> None:
    """The applicants of the next days in that room, and the secretaries, who can move them to one that fits."""
    coming = list(meetings_ahead(incident, now))
    for booking in coming:
        notify(
            recipient=booking.applicant,
            code="room_fault_ahead",
            params=booking_params(booking),
            url=booking.get_absolute_url(),
            key=f"{fault_key(incident)}{booking.pk}",
            now=now,
            mail=True,
        )
    if coming:
        room = coming[0].room.code
        notify_many(
            recipients=role_members(incident.site, Role.SECRETARY),
            code="room_fault_meetings",
            params=params_of(incident) | {"room": room, "count": len(coming), "start": coming[0].start_at.isoformat()},
            url=f"{incident_url(incident)}#coming",
            key=f"room_fault_meetings:{incident.pk}",
            now=now,
        )


def params_of(incident: Incident) -> dict[str, Any]:
    return {
        "kind": in_each_language(Kind(incident.kind).label),
        "gravity": in_each_language(Gravity(incident.gravity).label),
        "place": place_of(incident),
        "at": incident.raised_at.isoformat(),
        "who": incident.raised_by.get_full_name(),
    }


def place_of(incident: Incident) -> dict[str, str]:
    if incident.room is None:
        return in_each_language(_("outside the meeting rooms"))
    return in_each_language(format_lazy(_("room {room}"), room=incident.room.code))


def incident_url(incident: Incident) -> str:
    return reverse("checklists:incident", args=[incident.pk])


def fault_key(incident: Incident) -> str:
    return f"room_fault_ahead:{incident.pk}:"


def recipients_of(prefix: str) -> list[int]:
    return list(Notice.objects.filter(key__startswith=prefix).values_list("recipient_id", flat=True))
