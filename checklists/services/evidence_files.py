"""Photos and signatures of steps: each a row known by the UUID its device gave it, kept at most once."""

from datetime import datetime
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from checklists.errors import ChecklistError, InvalidTick
from checklists.evidence import NAME_LONGEST
from checklists.models import Step, StepFile
from checklists.services.events import log_step
from checklists.services.locks import lock_owner_of
from rooms.refusals import constraint_name
from staff import live
from staff.models import User

Kind = StepFile.Kind
# Enough for every corner of a hall; a step is no album.
MOST_FILES = 12
CLOSED = (Step.State.MISSED, Step.State.WITHDRAWN)


def keep_file(
    *,
    op: UUID,
    step_id: int,
    kind: str,
    picture: ContentFile,
    actor: User,
    now: datetime,
    taken_at: datetime | None = None,
    signed_name: str = "",
    even_closed: bool = False,
) -> StepFile:
    """Keep a picture that was checked and drawn anew; the same `op` again answers the row it made the first time.

    `taken_at` is when it was taken, where a tablet waited for a connection.
    `even_closed` is for one that was taken before, and came after its step was missed or withdrawn.
    A signature carries the name of whoever signed. Raises `InvalidTick`, and `ChecklistError`: op_used, wrong_state,
    too_many_files.
    """
    name = signed_name.strip() if kind == Kind.SIGNATURE else ""
    check_name(kind, name)
    row = StepFile(op=op, step_id=step_id, kind=kind, signed_name=name, taken_at=taken_at or now, by=actor)
    try:
        with transaction.atomic():
            return known(row) or first_kept(row, picture, now, even_closed=even_closed)
    except Exception as exc:
        # The bytes went to the disk before the row was refused.
        if row.file:
            row.file.delete(save=False)
        # The same op came twice at once for two steps: the other one was first.
        if isinstance(exc, IntegrityError) and "checklists_stepfile_op" in constraint_name(exc):
            raise ChecklistError("op_used") from exc
        raise


def check_name(kind: str, name: str) -> None:
    if kind == Kind.SIGNATURE and not name:
        raise InvalidTick({"signed_name": ["who_signs"]})
    if len(name) > NAME_LONGEST:
        raise InvalidTick({"signed_name": ["too_long"]})


def known(row: StepFile) -> StepFile | None:
    found = StepFile.objects.filter(op=row.op).first()
    if found and (found.step_id, found.by_id) != (row.step_id, row.by_id):
        raise ChecklistError("op_used")
    return found


def first_kept(row: StepFile, picture: ContentFile, now: datetime, *, even_closed: bool) -> StepFile:
    lock_owner_of(row.step_id)
    step = Step.objects.select_related("item").get(pk=row.step_id)
    # Read again under the lock: the same file may have been waiting on another connection.
    if found := known(row):
        return found
    if step.state in CLOSED and not even_closed:
        raise ChecklistError("wrong_state", state=step.state)
    if step.files.count() >= MOST_FILES:
        raise ChecklistError("too_many_files")
    row.file.save(str(picture.name), picture, save=False)
    row.save()
    log_step(step, "file_added", actor=row.by, now=now, file=str(row.op), kind=row.kind)
    live.publish("step", step.pk, site_id=step.site_id)
    return row
