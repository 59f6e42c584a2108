"""Certificates: issued once the conditions are met, set as PDF by a worker, revoked, issued anew."""

from datetime import date, datetime
from functools import partial
from typing import Any

import segno
from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from rooms.models import Site
from rooms.selectors import site_today
from rooms.text import NAMES
from staff import tasks
from staff.errors import StaffError
from staff.models import Certificate, CourseRun, Enrolment, PersonSkill, StaffLog, User
from staff.printing import PdfUnavailableError, to_pdf
from staff.selectors.certificates import standings
from staff.services.notices import notify
from staff.services.skills import Wanted, grant_skill, queue_for
from staff.training_words import course_params

State = Certificate.PdfState


@transaction.atomic
def issue_certificate(*, enrolment_id: int, actor: User, now: datetime) -> Certificate:
    """The one they have, if they have one. Raises `conditions_unmet`, `not_taking_part`."""
    enrolment = Enrolment.objects.select_related("user").get(pk=enrolment_id)
    run = locked_run(enrolment.run_id)
    found = next((each for each in standings(run, now=now, user=enrolment.user)), None)
    if found is None:
        raise StaffError("not_taking_part")
    if found.certificate:
        return found.certificate
    if found.unmet:
        raise StaffError("conditions_unmet", unmet=found.unmet)
    row = write(run, enrolment, on=site_today(run.site, now), actor=actor, now=now)
    if row.skill_id:
        wanted = Wanted(row.skill_id, row.issued_on, row.valid_until, row.number)
        grant_skill(person=enrolment.user, wanted=wanted, actor=actor, now=now)
    params = course_params(run.course) | {"number": row.number}
    url = reverse("staff:certificate", args=[row.pk])
    facts: dict[str, Any] = {"code": "certificate_issued", "params": params, "url": url, "mail": True}
    notify(recipient=enrolment.user, key=f"certificate:{row.pk}", now=now, **facts)
    return row


def issue_all(*, run: CourseRun, actor: User, now: datetime) -> int:
    """To everyone who has met the conditions and has none yet; answers how many."""
    ready = [each for each in standings(run, now=now) if not each.unmet and each.certificate is None]
    for each in ready:
        issue_certificate(enrolment_id=each.enrolment.pk, actor=actor, now=now)
    return len(ready)


@transaction.atomic
def reissue_certificate(*, certificate_id: int, reason: str, actor: User, now: datetime) -> Certificate:
    """A new number with the present name for the same course and dates; the old one is revoked.

    Raises `certificate_revoked`.
    """
    old = locked(certificate_id)
    end(old, reason, actor, now)
    run = old.enrolment.run
    return write(run, old.enrolment, on=old.issued_on, actor=actor, now=now, replaces=old)


@transaction.atomic
def revoke_certificate(*, certificate_id: int, reason: str, actor: User, now: datetime) -> Certificate:
    """What it gave is taken back where nothing newer stands in its place. Raises `certificate_revoked`."""
    row = locked(certificate_id)
    end(row, reason, actor, now)
    person = row.enrolment.user
    queue_for(person)
    given = {"skill": row.skill_id, "valid_from": row.issued_on, "valid_until": row.valid_until}
    if row.skill_id and PersonSkill.objects.filter(user=person, **given).delete()[0]:
        changes = {row.skill.code if row.skill else "": [row.number, None]}
        StaffLog.objects.create(person=person, at=now, actor=actor, verb="skills_changed", changes=changes)
    params = {"number": row.number, "reason": reason}
    url = reverse("staff:certificate", args=[row.pk])
    key = f"certificate_revoked:{row.pk}"
    notify(recipient=person, code="certificate_revoked", params=params, url=url, key=key, now=now, mail=True)
    return row


def write(
    run: CourseRun, enrolment: Enrolment, *, on: date, actor: User, now: datetime, replaces: Certificate | None = None
) -> Certificate:
    names = {name: getattr(replaces or run.course, name) for name in NAMES}
    if replaces:
        terms: dict[str, Any] = {"skill_id": replaces.skill_id, "valid_until": replaces.valid_until}
    else:
        months = run.valid_months
        terms = {"skill_id": run.skill_id, "valid_until": on + relativedelta(months=months) if months else None}
    row = Certificate.objects.create(
        number=next_number(run.site, now),
        enrolment=enrolment,
        holder=str(enrolment.user)[:60],
        language=enrolment.user.language or settings.LANGUAGE_CODE,
        issued_on=on,
        issued_by=actor,
        issued_at=now,
        replaces=replaces,
        **names,
        **terms,
    )
    # Without a broker the PDF waits, and its page says so.
    transaction.on_commit(partial(tasks.make_certificate.delay, row.pk), robust=True)
    return row


def next_number(site: Site, now: datetime) -> str:
    """Counted by site and year, behind the site."""
    Site.objects.select_for_update(no_key=True).only("pk").get(pk=site.pk)
    stem = f"{site.code}-{site_today(site, now).year}-"
    last = Certificate.objects.filter(number__startswith=stem).order_by("-number").values_list("number", flat=True)
    found = last.first()
    return f"{stem}{(int(found.removeprefix(stem)) if found else 0) + 1:05}"


def end(row: Certificate, reason: str, actor: User, now: datetime) -> None:
    if row.revoked_at:
        raise StaffError("certificate_revoked")
    row.revoked_at, row.revoked_by, row.reason = now, actor, reason
    row.save(update_fields=["revoked_at", "revoked_by", "reason"])


def locked_run(run_id: int) -> CourseRun:
    """A closed run may still certify what happened in it."""
    rows = CourseRun.objects.select_for_update(of=("self",)).select_related("course", "site", "skill")
    return rows.get(pk=run_id)


def locked(certificate_id: int) -> Certificate:
    found = Certificate.objects.select_related("enrolment").get(pk=certificate_id)
    locked_run(found.enrolment.run_id)
    rows = Certificate.objects.select_related("enrolment__run__course", "enrolment__run__site", "enrolment__user")
    return rows.select_related("skill").get(pk=certificate_id)


def make_certificate(*, certificate_id: int) -> Certificate | None:
    """Set the PDF of a waiting certificate; None when another worker has it."""
    waiting = Certificate.objects.filter(pk=certificate_id, pdf_state=State.WAITING)
    if not waiting.update(pdf_state=State.MAKING):
        return None
    row = Certificate.objects.select_related("enrolment__run__site", "issued_by", "skill").get(pk=certificate_id)
    try:
        document = to_pdf(certificate_html(row))
        row.file.save(f"{row.token}.pdf", ContentFile(document.content), save=False)
        row.pdf_state = State.READY
    except Exception as exc:
        row.pdf_state = State.FAILED
        row.save(update_fields=["pdf_state"])
        if not isinstance(exc, PdfUnavailableError):
            raise
        return row
    row.save(update_fields=["file", "pdf_state"])
    return row


def make_again(*, certificate_id: int) -> None:
    """Once more, where it failed."""
    failed = Certificate.objects.filter(pk=certificate_id, pdf_state=State.FAILED)
    if failed.update(pdf_state=State.WAITING):
        transaction.on_commit(partial(tasks.make_certificate.delay, certificate_id), robust=True)


def certificate_html(row: Certificate) -> str:
    address = verify_url(row)
    qr = segno.make(address, error="m").svg_inline(scale=1, border=0, omitsize=True, svgclass="qr")
    with translation.override(row.language):
        return render_to_string("print/certificate.html", {"certificate": row, "qr": qr, "address": address})


def verify_url(row: Certificate) -> str:
    return f"{settings.SITE_URL.rstrip('/')}{reverse('staff:certificate_verify', args=[row.token])}"
