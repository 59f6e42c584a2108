"""Signs of life of the repeating jobs."""

from datetime import datetime

from staff.models import Pulse

LONGEST_REPORT = 300


def beat(name: str, now: datetime, report: str = "", engine: str = "") -> None:
    """Say that a job ran; one statement, and who says it last counts."""
    Pulse.objects.bulk_create(
        [Pulse(name=name, engine=engine, last_at=now, last_report=report[:LONGEST_REPORT])],
        update_conflicts=True,
        unique_fields=["name", "engine"],
        update_fields=["last_at", "last_report"],
    )
