"""Who has met what a certificate asks for, and certificates as a page or a stranger sees them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Max, QuerySet

from staff.models import Certificate, CourseRun, Enrolment, HandedIn, Homework, RunSession, User
from staff.selectors.exams import Results, results_of
from staff.selectors.training import Attended, attendance_of


@dataclass(frozen=True)
class Standing:
    """One person in one run: marks, and the codes of the conditions that are not met."""

    enrolment: Enrolment
    attended: Attended | None
    homework_passed: int
    homework_set: int
    results: Results
    unmet: tuple[str, ...]
    certificate: Certificate | None


def standings(run: CourseRun, *, now: datetime, user: User | None = None) -> list[Standing]:
    """Of everyone who takes part, or of one; a number of statements that does not grow."""
    rows = run.enrolments.filter(left_at=None).select_related("user")
    enrolments = list(rows.filter(user=user) if user else rows)
    for each in enrolments:
        each.run = run
    return standings_of(enrolments, now=now)


def standings_of(enrolments: Sequence[Enrolment], *, now: datetime) -> list[Standing]:
    """In one run or in many; the same number of statements, and the runs come with the enrolments."""
    runs, pks = {each.run_id for each in enrolments}, [each.pk for each in enrolments]
    attendance, results = attendance_of(enrolments, now=now), results_of(enrolments)
    handed = HandedIn.objects.filter(enrolment__in=pks, verdict=HandedIn.Verdict.PASSED)
    passed = dict(handed.order_by().values_list("enrolment").annotate(Count("pk")))
    wanted = dict(Homework.objects.filter(run__in=runs).order_by().values_list("run").annotate(Count("pk")))
    last_at = dict(RunSession.objects.filter(run__in=runs).order_by().values_list("run").annotate(Max("ends_at")))
    valid = {each.enrolment_id: each for each in Certificate.objects.filter(enrolment__in=pks, revoked_at=None)}
    return [
        standing(
            each.run,
            each,
            attended=attendance.get(each.pk),
            homework=(passed.get(each.pk, 0), wanted.get(each.run_id, 0)),
            results=results[each.pk],
            is_over=each.run_id in last_at and last_at[each.run_id] <= now,
            certificate=valid.get(each.pk),
        )
        for each in enrolments
    ]


def standing(
    run: CourseRun,
    enrolment: Enrolment,
    *,
    attended: Attended | None,
    homework: tuple[int, int],
    results: Results,
    is_over: bool,
    certificate: Certificate | None,
) -> Standing:
    percent = attended.percent if attended else None
    failed = {
        "sessions": not is_over,
        "attendance": (percent or 0) < run.attendance_percent,
        "homework": run.needs_homework and homework[0] < homework[1],
        "written": run.needs_written and (results.written is None or results.written < run.written_pass),
        "practical": run.needs_practical and (results.practical is None or results.practical < run.practical_pass),
    }
    unmet = tuple(code for code, is_failed in failed.items() if is_failed)
    return Standing(enrolment, attended, *homework, results, unmet, certificate)


def certificates_of(user: User) -> QuerySet[Certificate]:
    return Certificate.objects.filter(enrolment__user=user).select_related("skill", "enrolment__run")


@dataclass(frozen=True)
class Verified:
    """What a stranger with the address may know: whether the paper in their hand is good."""

    number: str
    holder: str
    course: str
    issued_on: date
    valid_until: date | None
    state: str


def verified(certificate: Certificate, today: date) -> Verified:
    return Verified(
        certificate.number,
        certificate.holder,
        certificate.name,
        certificate.issued_on,
        certificate.valid_until,
        certificate_state(certificate, today),
    )


def certificate_state(certificate: Certificate, today: date) -> str:
    if certificate.revoked_at:
        return "revoked"
    is_over = certificate.valid_until is not None and certificate.valid_until < today
    return "lapsed" if is_over else "valid"


def with_states(certificates: Sequence[Certificate], today: date) -> list[tuple[Certificate, str]]:
    return [(each, certificate_state(each, today)) for each in certificates]
