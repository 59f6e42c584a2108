"""A check that is not ok opens an incident; taken back in time, the incident is over. Called inside the tick."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from checklists.models import Incident, IncidentEntry, Step
from checklists.services.incidents import end_incident, open_incident
from rooms.models import EquipmentKind
from staff.models import User
from staff.roles import Role

Kind = Incident.Kind
OF_SOUND = (EquipmentKind.SOUND, EquipmentKind.MICROPHONE)


def report_fault(
    *, step: Step, result: Mapping[str, Any], note: str, actor: User, now: datetime, at: datetime
) -> Incident | None:
    """None for a result that is in order; a number that is off needs a gravity to count as an incident.

    `at` is when it was found: what waited on a tablet was found before it came.
    """
    if "gravity" not in result:
        return None
    device = result.get("device", "")
    return open_incident(
        site=step.site,
        kind=kind_of(step, device),
        gravity=result["gravity"],
        text=note,
        actor=actor,
        now=now,
        room=step.room or (step.booking.room if step.booking else None),
        booking=step.booking,
        device=device,
        found_by_step=step,
        at=at,
    )


def kind_of(step: Step, device: str) -> str:
    if device in OF_SOUND:
        return Kind.SOUND
    return Kind.DEVICE if device or step.role == Role.TECHNICIAN else Kind.ROOM


def take_back_fault(*, step: Step, actor: User, now: datetime) -> None:
    """The check was not as it was said: nobody has to mend anything."""
    for incident in Incident.objects.filter(found_by_step=step, over_at=None):
        IncidentEntry.objects.create(incident=incident, at=now, actor=actor, verb="taken_back")
        end_incident(incident_id=incident.pk, actor=actor, now=now)
