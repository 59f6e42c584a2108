"""A site's state of training, and a run's attendance, as the rows of a table."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from django.utils.translation import gettext as _, pgettext

from rooms.models import Site
from rooms.selectors import site_today
from staff.models import Attendance, CourseRun, Enrolment, RunSession
from staff.selectors.certificates import Standing, standings, standings_of
from staff.selectors.skills import Held, SkillCell, people_who_serve, skill_matrix


def day(on: date | None) -> str:
    return on.isoformat() if on else ""


def percent(value: int | None) -> str:
    return "" if value is None else str(value)


def state_heads() -> list[str]:
    return [
        _("User name"),
        _("Name"),
        _("What"),
        _("Skill or course"),
        _("State"),
        _("From"),
        _("Until"),
        _("Attendance"),
        pgettext("examination", "Written"),
        pgettext("examination", "Practical"),
        _("Certificate"),
    ]


def state_rows(site: Site, *, now: datetime) -> Iterator[list[str]]:
    """A line for each skill somebody has or had, and for each course they took part in; statements do not grow."""
    for row in skill_matrix(site=site, on=site_today(site, now)).rows:
        for cell in row.cells:
            if cell.row:
                yield [row.person.username, str(row.person), _("Skill"), *skill_columns(cell)]
    people = people_who_serve(site)
    taking_part = Enrolment.objects.filter(user__in=people, left_at=None).order_by("user__display_name", "pk")
    enrolments = list(taking_part.select_related("user", "run__course", "run__site"))
    for standing in standings_of(enrolments, now=now):
        user = standing.enrolment.user
        yield [user.username, str(user), _("Course"), *course_columns(standing)]


def skill_columns(cell: SkillCell) -> list[str]:
    words = {
        Held.VALID: pgettext("a skill", "valid"),
        Held.LAPSING: pgettext("a skill", "lapses soon"),
        Held.LAPSED: pgettext("a skill", "lapsed"),
        Held.COMING: pgettext("a skill", "to come"),
    }
    state = words[cell.state] if cell.state else ""
    since, until = (cell.row.valid_from, cell.row.valid_until) if cell.row else (None, None)
    return [cell.skill.name, state, day(since), day(until), "", "", "", ""]


def course_columns(standing: Standing) -> list[str]:
    run, certificate = standing.enrolment.run, standing.certificate
    state = pgettext("a course", "closed") if run.closed_at else pgettext("a course", "running")
    return [
        run.course.name,
        state,
        day(certificate.issued_on) if certificate else "",
        day(certificate.valid_until) if certificate else "",
        *marks(standing),
        certificate.number if certificate else "",
    ]


def marks(standing: Standing) -> list[str]:
    attended = standing.attended.percent if standing.attended else None
    return [percent(attended), percent(standing.results.written), percent(standing.results.practical)]


def attendance_heads(run: CourseRun, sessions: Sequence[RunSession]) -> list[str]:
    days = [f"{each.starts_at.astimezone(run.site.zone):%Y-%m-%d %H:%M} {each.name}" for each in sessions]
    return [
        _("User name"),
        _("Name"),
        *days,
        _("Attendance"),
        pgettext("examination", "Written"),
        pgettext("examination", "Practical"),
        _("Certificate"),
    ]


def attendance_rows(run: CourseRun, sessions: Sequence[RunSession], *, now: datetime) -> Iterator[list[str]]:
    """A line for each who takes part, a column for each session."""
    words = {state: str(word) for state, word in Attendance.State.choices}
    rows = Attendance.objects.filter(session__run=run).values_list("enrolment_id", "session_id", "state")
    states = {(enrolment, session): words[state] for enrolment, session, state in rows}
    for standing in standings(run, now=now):
        enrolment = standing.enrolment
        came = [states.get((enrolment.pk, each.pk), "") for each in sessions]
        number = standing.certificate.number if standing.certificate else ""
        yield [enrolment.user.username, str(enrolment.user), *came, *marks(standing), number]
