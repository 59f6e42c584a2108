"""A written examination in a real browser: its answers outlive the page, the clock is the server's, a skill ends it."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import DESK, PHONE, until

pytestmark = pytest.mark.timeout(240)

# A course of one session that is over, with four questions of its own, and a skill at its end.
SET = """
import json
from datetime import timedelta
from django.utils import timezone
from staff.models import Course, CourseRun, Enrolment, Examination, Question, RunSession, Attendance, Skill, User
now = timezone.now()
lead, person = User.objects.get(username="manager"), User.objects.get(username="{username}")
skill, _made = Skill.objects.get_or_create(code="e2e-{username}", defaults={{"name_zh_hans": "考场技能{username}"}})
course = Course.objects.create(site=lead.site, name_zh_hans="考场课程{username}", needs_homework=False)
run = CourseRun.objects.create(
    course=course, site=lead.site, trainer=lead, made_by=lead, made_at=now, needs_homework=False,
    needs_practical=False, attendance_percent=0, written_pass=60, skill=skill, valid_months=12,
)
start = now - timedelta(days=1)
session = RunSession.objects.create(run=run, name_zh_hans="一", starts_at=start, ends_at=start + timedelta(hours=1))
enrolment = Enrolment.objects.create(run=run, user=person, added_by=lead, added_at=now)
Attendance.objects.create(session=session, enrolment=enrolment, state="present", marked_by=lead, marked_at=now)
Question.objects.filter(topic="logistics").update(is_active=False)
options = [{{"zh_hans": "对{username}", "zh_hant": "", "en": ""}}, {{"zh_hans": "错", "zh_hant": "", "en": ""}}]
for number in range(3):
    Question.objects.create(
        site=lead.site, topic="logistics", kind="single" if number else "multiple", text_zh_hans=f"题{{number}}",
        options=options, key=[0],
    )
Question.objects.create(site=lead.site, topic="logistics", kind="text", text_zh_hans="问答", points=1)
Examination.objects.create(
    run=run, topics=["logistics"], question_count=4, minutes=30, opens_at=now - timedelta(minutes=1),
    closes_at=now + timedelta(hours=2), set_by=lead, set_at=now,
)
print(json.dumps(run.pk))
"""
# As if so much of the time were gone; by the server's clock alone.
SHIFT = """
from datetime import timedelta
from django.utils import timezone
from staff.models import Paper
Paper.objects.filter(examination__run={run}).update(ends_at=timezone.now() + timedelta(seconds={left}))
"""
ANSWERS = """
import json
from staff.models import Paper
rows = Paper.objects.get(examination__run={run}).questions.order_by("place")
print(json.dumps([[row.place, row.content["kind"], row.answer] for row in rows]))
"""
CLEAN = """
from staff.models import Certificate, Course, CourseRun, PersonSkill, Question, Skill
Certificate.objects.filter(skill__code__startswith="e2e-").delete()
CourseRun.objects.filter(skill__code__startswith="e2e-").delete()
Course.objects.filter(name_zh_hans__startswith="考场课程").delete()
PersonSkill.objects.filter(skill__code__startswith="e2e-").delete()
Skill.objects.filter(code__startswith="e2e-").delete()
Question.objects.filter(topic="logistics", code=None).delete()
Question.objects.filter(topic="logistics").update(is_active=True)
"""


@pytest.fixture
def examined(product):
    def make(username: str) -> int:
        return json.loads(product.shell(SET.format(username=username)))

    yield make
    product.shell(CLEAN)


def answers(product, run):
    return json.loads(product.shell(ANSWERS.format(run=run)))


def seconds_left(page) -> int:
    minutes, seconds = page.locator("[data-seconds]").inner_text().split(":")
    return int(minutes) * 60 + int(seconds)


def tick(page, text="对"):
    """The right one of each question."""
    expect(page.locator(".paper-option", has_text=text)).to_have_count(3)
    for option in page.locator(".paper-option", has_text=text).all():
        option.click()


def saved(page):
    return expect(page.locator("#paper-saved .mark-ok"))


def test_it_is_begun_lost_found_again_handed_in_and_becomes_a_skill(sign_in, product, examined):
    run = examined("staff5")
    desk = sign_in("staff5", size=PHONE)
    page = desk.open(f"/training/runs/{run}/paper/")
    page.get_by_role("button", name="开始").click()
    tick(page)
    page.locator("textarea").fill("先道歉")
    saved(page).to_be_visible()
    page.wait_for_timeout(1500)
    assert all(row[2] for row in answers(product, run))

    # The page is killed: nothing of it is left in this tab, and the time went on meanwhile.
    product.shell(SHIFT.format(run=run, left=200))
    page.close()
    page = desk.page = desk.page.context.new_page()
    desk.open(f"/training/runs/{run}/paper/")
    expect(page.locator("textarea")).to_have_value("先道歉")
    expect(page.locator(".paper-option input:checked")).to_have_count(3)
    assert 150 < seconds_left(page) <= 200
    expect(page.locator("#paper-warning")).not_to_be_empty()

    page.get_by_role("button", name="交卷").click()
    expect(page.locator(".note")).to_be_visible()

    # The trainer reads the words; the mark, the certificate and the skill follow.
    lead = sign_in("manager", size=DESK).open(f"/training/runs/{run}/")
    lead.locator('.run-people a[href*="/training/papers/"]').click()
    lead.locator("input[name^=points_]").fill("1")
    lead.locator("main form .btn-primary").click()
    lead.locator(".run-people button.btn-secondary").click()
    expect(lead.locator(".run-people tbody td a", has_text=re.compile("HQ-"))).to_have_count(1)

    expect(desk.open(f"/training/runs/{run}/paper/").locator(".paper-result")).to_contain_text("100 %")
    expect(desk.open("/skills/mine/").locator("main")).to_contain_text("考场技能staff5")


def test_two_tabs_do_not_undo_each_other_and_the_end_hands_in_by_itself(sign_in, product, examined):
    run = examined("staff6")
    desk = sign_in("staff6", size=DESK)
    first = desk.open(f"/training/runs/{run}/paper/")
    first.get_by_role("button", name="开始").click()
    first.locator("textarea").wait_for()
    second = first.context.new_page()
    second.goto(first.url)

    tick(first)
    saved(first).to_be_visible()
    # What the one has saved stands in the other.
    expect(second.locator(".paper-option input:checked")).to_have_count(3)
    second.locator("textarea").fill("从第二页")
    saved(second).to_be_visible()
    until(lambda: all(row[2] for row in answers(product, run)), 20)

    # Away from the server it says so, and sends what it kept when it is back.
    first.context.set_offline(True)
    first.locator("textarea").fill("断网时写的")
    expect(first.locator("#paper-saved .mark-bad")).to_be_visible()
    first.context.set_offline(False)
    saved(first).to_be_visible(timeout=20_000)
    assert "断网时写的" in [row[2] for row in answers(product, run)]

    product.shell(SHIFT.format(run=run, left=6))
    first.reload()
    expect(first.locator(".note, .paper-result")).to_be_visible(timeout=20_000)
    expect(second.locator("textarea")).to_have_count(0, timeout=20_000)
    # The browser writes what did not go out into its console.
    desk.complaints[:] = [each for each in desk.complaints if "ERR_INTERNET_DISCONNECTED" not in each]
