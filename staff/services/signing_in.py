"""Signing in to a session of a run, by whoever takes part."""

from datetime import datetime
from secrets import compare_digest

from django.db import transaction

from staff.errors import StaffError
from staff.models import Attendance, Enrolment
from staff.services.runs import locked_session
from staff.signing_in import PUNCTUAL, code_of, is_open


@transaction.atomic
def sign_in(*, session_id: int, enrolment: Enrolment, code: str, now: datetime) -> Attendance:
    """What the trainer has marked stays, and twice is once.

    Raises `run_closed`, `session_gone`, `not_taking_part`, `sign_in_closed`, `sign_in_code`.
    """
    session = locked_session(session_id)
    if session.run_id != enrolment.run_id or enrolment.left_at:
        raise StaffError("not_taking_part")
    if not is_open(session, now):
        raise StaffError("sign_in_closed")
    if not compare_digest(code_of(session).encode(), code.encode()):
        raise StaffError("sign_in_code")
    state = Attendance.State.LATE if now > session.starts_at + PUNCTUAL else Attendance.State.PRESENT
    facts = {"state": state, "marked_by_id": enrolment.user_id, "marked_at": now}
    mark, _made = Attendance.objects.get_or_create(session=session, enrolment=enrolment, defaults=facts)
    return mark
