"""Homework: set, handed in, marked."""

from datetime import datetime

from django.core.files.base import File
from django.db import transaction
from django.urls import reverse

from staff.errors import StaffError
from staff.models import Enrolment, HandedIn, Homework, User
from staff.services.notices import notify, notify_many
from staff.services.runs import open_run
from staff.training_words import course_params

Verdict = HandedIn.Verdict


@transaction.atomic
def set_homework(*, run_id: int, title: str, text: str, due_at: datetime, actor: User, now: datetime) -> Homework:
    """Raises `run_closed`."""
    run = open_run(run_id)
    homework = Homework.objects.create(run=run, title=title, text=text, due_at=due_at, set_by=actor, set_at=now)
    people = User.objects.filter(enrolments__run=run, enrolments__left_at=None)
    params = course_params(run.course) | {"title": title, "due": due_at.isoformat()}
    key = f"homework_set:{homework.pk}"
    notify_many(recipients=people, code="homework_set", params=params, url=url_of(homework), key=key, now=now)
    return homework


@transaction.atomic
def change_homework(*, homework_id: int, title: str, text: str, due_at: datetime) -> Homework:
    homework = Homework.objects.get(pk=homework_id)
    open_run(homework.run_id)
    homework.title, homework.text, homework.due_at = title, text, due_at
    homework.save(update_fields=["title", "text", "due_at"])
    return homework


def hand_in(
    *, homework: Homework, enrolment: Enrolment, text: str, file: File | None, file_name: str, now: datetime
) -> HandedIn:
    """The latest counts until it is marked; without a new file the old one stays.

    Raises `homework_passed`, `homework_empty`, `run_closed`.
    """
    old = ""
    with transaction.atomic():
        run = open_run(homework.run_id)
        row = HandedIn.objects.filter(homework=homework, enrolment=enrolment).first()
        row = row or HandedIn(homework=homework, enrolment=enrolment)
        if row.verdict == Verdict.PASSED:
            raise StaffError("homework_passed")
        if not (text.strip() or file or row.file):
            raise StaffError("homework_empty")
        if file:
            old, row.file_name = row.file.name or "", file_name
            row.file.save(str(file.name), file, save=False)
        row.text, row.handed_at, row.verdict = text, now, ""
        row.save()
        params = course_params(run.course) | {"title": homework.title, "name": str(enrolment.user)}
        key = f"homework_in:{row.pk}:{now.isoformat()}"
        url = url_of(homework)
        notify(recipient=run.trainer, code="homework_handed_in", params=params, url=url, key=key, now=now)
        if old and file:
            transaction.on_commit(lambda: row.file.storage.delete(old), robust=True)
    return row


@transaction.atomic
def mark_homework(*, answer_id: int, seen: datetime, verdict: str, remark: str, actor: User, now: datetime) -> HandedIn:
    """`seen` is when what was read had been handed in. Raises `homework_changed`, `run_closed`."""
    row = HandedIn.objects.select_related("homework__run__course", "enrolment__user").get(pk=answer_id)
    open_run(row.homework.run_id)
    row.refresh_from_db(fields=["handed_at", "verdict", "remark"])
    if row.handed_at != seen:
        raise StaffError("homework_changed")
    if (row.verdict, row.remark) == (verdict, remark):
        return row
    row.verdict, row.remark, row.marked_by, row.marked_at = verdict, remark, actor, now
    row.save(update_fields=["verdict", "remark", "marked_by", "marked_at"])
    params = course_params(row.homework.run.course) | {"title": row.homework.title}
    key = f"homework_marked:{row.pk}:{now.isoformat()}"
    url = url_of(row.homework)
    notify(recipient=row.enrolment.user, code=f"homework_{verdict}", params=params, url=url, key=key, now=now)
    return row


def url_of(homework: Homework) -> str:
    return reverse("staff:homework", args=[homework.pk])
