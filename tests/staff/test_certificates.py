"""Certificates: what they ask for, what they give, and what a stranger may know of them."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.db import IntegrityError, transaction
from pypdf import PdfReader

from staff.errors import StaffError
from staff.models import Certificate, CourseRun, Examination, HandedIn, Skill
from staff.printing import PdfUnavailableError
from staff.selectors.certificates import certificate_state, standings
from staff.services.certificates import (
    certificate_html,
    issue_all,
    issue_certificate,
    make_certificate,
    reissue_certificate,
    revoke_certificate,
)
from staff.services.homework import mark_homework
from staff.services.runs import mark_attendance
from staff.services.skills import Wanted, grant_skill
from tests.training import handed_in_by, homework_for, passed_by


@pytest.fixture
def tea(db):
    return Skill.objects.create(code="tea", name_zh_hans="茶艺", name_en="Tea")


@pytest.fixture
def run(server, technician, manager, tea, now):
    return passed_by(person=server, trainer=technician, actor=manager, now=now, skill=tea)


@pytest.fixture
def issue(run, manager, now):
    def do():
        return issue_certificate(enrolment_id=run.enrolments.get().pk, actor=manager, now=now)

    return do


def unmet(run, now):
    return standings(run, now=now)[0].unmet


def test_who_has_met_everything_gets_a_number_and_a_skill(issue, server, tea, now):
    row = issue()

    assert row.number == "HQ-2026-00001"
    assert (row.issued_on, row.valid_until) == (date(2026, 11, 23), date(2027, 11, 23))
    held = server.skills.get()
    assert (held.skill, held.valid_until, held.note) == (tea, date(2027, 11, 23), row.number)


def test_issuing_twice_is_once(issue, server):
    assert issue() == issue()
    assert server.notices.filter(code="certificate_issued").count() == 1


def test_the_database_keeps_one_valid_certificate(issue, manager, now):
    row = issue()

    with pytest.raises(IntegrityError, match="certificate_one_valid"), transaction.atomic():
        Certificate.objects.create(
            number="x", enrolment=row.enrolment, holder="x", issued_on=now.date(), issued_by=manager, issued_at=now
        )


def test_each_condition_is_needed(run, server, technician, now):
    assert unmet(run, now) == ()
    homework = homework_for(run, now)
    assert unmet(run, now) == ("homework",)
    mark_homework(
        answer_id=handed_in_by(run, homework, server, now).pk,
        seen=now,
        verdict="passed",
        remark="",
        actor=technician,
        now=now,
    )
    for session in run.sessions.all()[:3]:
        mark_attendance(session_id=session.pk, states={run.enrolments.get().pk: "absent"}, actor=technician, now=now)
    assert unmet(run, now) == ("attendance",)
    CourseRun.objects.update(attendance_percent=75, written_pass=100)
    run.refresh_from_db()
    assert unmet(run, now) == ()
    Examination.objects.all().delete()
    run.enrolments.get().practicals.all().delete()
    assert unmet(run, now) == ("written", "practical")
    run.needs_written = run.needs_practical = run.needs_homework = False
    HandedIn.objects.all().delete()
    assert unmet(run, now) == ()


def test_before_the_last_session_nobody_has_passed(run, issue, now):
    session = run.sessions.last()
    session.ends_at = now + timedelta(minutes=1)
    session.save()

    with pytest.raises(StaffError, match="conditions_unmet"):
        issue()
    assert unmet(run, now) == ("sessions",)


def test_everyone_who_is_ready_is_served_at_once(run, manager, now):
    assert (issue_all(run=run, actor=manager, now=now), issue_all(run=run, actor=manager, now=now)) == (1, 0)


def test_a_skill_held_longer_is_not_shortened(issue, server, tea, manager, now):
    grant_skill(person=server, wanted=Wanted(tea.pk, now.date(), date(2030, 1, 1)), actor=manager, now=now)

    issue()

    assert server.skills.get().valid_until == date(2030, 1, 1)


def test_revoked_it_takes_its_skill_along(issue, server, manager, now):
    row = revoke_certificate(certificate_id=issue().pk, reason="舞弊", actor=manager, now=now)

    assert certificate_state(row, now.date()) == "revoked"
    assert not server.skills.exists()
    with pytest.raises(StaffError, match="certificate_revoked"):
        revoke_certificate(certificate_id=row.pk, reason="x", actor=manager, now=now)


def test_revoked_it_leaves_what_was_given_since(issue, server, tea, manager, now):
    row = issue()
    grant_skill(person=server, wanted=Wanted(tea.pk, now.date(), None), actor=manager, now=now)

    revoke_certificate(certificate_id=row.pk, reason="x", actor=manager, now=now)

    assert server.skills.get().valid_until is None


def test_issued_anew_it_has_the_present_name_another_number_and_the_same_dates(issue, server, manager, now):
    old = issue()
    server.display_name = "李娟"
    server.save()

    later = now + timedelta(days=40)
    new = reissue_certificate(certificate_id=old.pk, reason="姓名有误", actor=manager, now=later)

    old.refresh_from_db()
    assert (new.number, new.holder, new.replaces) == ("HQ-2027-00001", "李娟", old)
    assert (new.issued_on, new.valid_until) == (old.issued_on, old.valid_until)
    assert old.revoked_at == later
    assert server.skills.count() == 1


@pytest.mark.parametrize(("days", "state"), [(0, "valid"), (365, "valid"), (366, "lapsed")])
def test_it_holds_through_its_last_day(issue, now, days, state):
    assert certificate_state(issue(), date(2026, 11, 23) + timedelta(days=days)) == state


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
def test_the_paper_says_who_what_and_until_when(issue, language, settings):
    settings.SITE_URL = "https://huiwu.example"
    row = issue()
    row.language = language

    page = certificate_html(row)

    assert all(text in page for text in (row.number, "Staff1", "2027-11-23", 'class="qr"'))
    assert f'lang="{language}"' in page


def test_a_worker_makes_the_pdf_once(issue, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    row = make_certificate(certificate_id=issue().pk)

    with row.file.open("rb") as stored:
        assert len(PdfReader(BytesIO(stored.read())).pages) == 1
    assert make_certificate(certificate_id=row.pk) is None


def test_without_its_libraries_it_fails_and_says_so(issue, client, server, monkeypatch):
    def broken(_html):
        raise PdfUnavailableError(["libpango-1.0-0"])

    monkeypatch.setattr("staff.services.certificates.to_pdf", broken)
    row = make_certificate(certificate_id=issue().pk)
    client.force_login(server)

    assert row.pdf_state == "failed"
    assert "/make/" in client.get(f"/training/certificates/{row.pk}/").content.decode()


class TestVerify:
    def test_a_stranger_learns_no_more_than_the_paper_says(self, client, issue, server, now):
        server.phone, server.email = "6201", "lijuan@example.com"
        server.save()
        row = issue()

        answer = client.get(f"/certificates/{row.token}/")
        page = answer.content.decode()

        assert (answer.status_code, row.number in page, "Staff1" in page) == (200, True, True)
        assert not any(
            text in page for text in ("6201", "lijuan@example.com", "staff1", f"/runs/{row.enrolment.run_id}")
        )
        assert answer.headers["X-Robots-Tag"] == "noindex"

    def test_a_revoked_one_says_so_and_not_why(self, client, issue, manager, now):
        row = revoke_certificate(certificate_id=issue().pk, reason="舞弊", actor=manager, now=now)

        page = client.get(f"/certificates/{row.token}/").content.decode()

        assert ("mark-bad" in page, "舞弊" in page) == (True, False)

    def test_an_unknown_address_is_not_found(self, client, issue):
        row = issue()

        assert client.get(f"/certificates/{row.pk}/").status_code == 404


def test_its_holder_and_who_leads_open_it_and_a_colleague_does_not(client, issue, server, manager, cleaner, stranger):
    row = issue()

    statuses = []
    for person in (server, manager, cleaner, stranger):
        client.force_login(person)
        statuses.append(client.get(f"/training/certificates/{row.pk}/").status_code)

    assert statuses == [200, 200, 403, 404]


def test_revoking_needs_a_reason(client, issue, manager):
    row = issue()
    client.force_login(manager)

    client.post(f"/training/certificates/{row.pk}/end/", {"reason": " "})

    row.refresh_from_db()
    assert row.revoked_at is None
