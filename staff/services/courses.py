"""Courses: copied from a programme or made anew, and changed with their sessions."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from rooms.models import Site
from rooms.text import NAMES
from staff.errors import StaffError
from staff.models import Course, CourseSession
from staff.models.training import CONDITIONS
from staff.programmes import columns, programmes

FIELDS = (*NAMES, *CONDITIONS, "site", "weekdays", "is_active")
ABOUT = ("about_zh_hans", "about_zh_hant", "about_en")
SESSION_FIELDS = (*NAMES, *ABOUT, "kind")


@transaction.atomic
def copy_programme(*, code: str, site: Site | None) -> Course:
    """A course of one's own that begins as the shipped one. Raises `programme_unknown`."""
    programme = programmes().get(code)
    if programme is None:
        raise StaffError("programme_unknown")
    names = columns("name", programme.name)
    course = Course.objects.create(
        site=site, programme=code, weekdays=list(programme.days), **names, **programme.conditions
    )
    write_sessions(
        course,
        [
            columns("name", each.name) | columns("about", each.about) | {"kind": each.kind}
            for each in programme.sessions
        ],
    )
    return course


@transaction.atomic
def save_course(*, course: Course, fields: Mapping[str, Any], sessions: Iterable[Mapping[str, Any]]) -> Course:
    """The course with its sessions, in the order given; runs that began keep what they began with."""
    if course.pk:
        Course.objects.select_for_update().only("pk").get(pk=course.pk)
    for name in FIELDS:
        if name in fields:
            setattr(course, name, fields[name])
    course.save()
    course.sessions.all().delete()
    write_sessions(course, sessions)
    return course


def write_sessions(course: Course, sessions: Iterable[Mapping[str, Any]]) -> None:
    CourseSession.objects.bulk_create(
        CourseSession(course=course, place=place, **{name: row.get(name, "") for name in SESSION_FIELDS})
        for place, row in enumerate(sessions, start=1)
    )
