"""The commands an operator has: dispatch, plan, load_standard."""

import json
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command

from checklists.models import Reminder, ServiceStandard, Step
from checklists.services.standards import load_shipped
from staff.models import Notice
from tests import factories
from tests.checklists.meetings import HOUR, approved, on_shift, step_of


@pytest.fixture
def booking(room_108, applicant, server, now):
    on_shift(server, now - HOUR, 12)
    return approved(room=room_108, applicant=applicant, start=now + 5 * HOUR, now=now, tea=True)


def run(*arguments):
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_dispatch_dry_run_prints_what_it_would_send_and_sends_nothing(booking):
    step = step_of(booking, "P13")
    Step.objects.exclude(pk=step.pk).update(state="withdrawn")
    Reminder.objects.exclude(step=step).delete()

    with time_machine.travel(step.due_at, tick=False):
        printed = run("dispatch", "--once", "--dry-run")

    assert printed.splitlines() == [
        f"send   2026-11-23 13:45:00  lead P13  {booking.ref}  to staff1",
        f"send   2026-11-23 13:50:00  due  P13  {booking.ref}  to staff1",
        "2 due",
    ]
    assert not Notice.objects.filter(code__startswith="reminder").exists()
    assert set(step.reminders.values_list("state", flat=True)) == {"pending"}


def test_dispatch_once_sends_what_is_due(booking, server):
    step = step_of(booking, "P13")

    with time_machine.travel(step.due_at, tick=False):
        run("dispatch", "--once")

    assert step.reminders.get(kind="due", recipient=server).state == Reminder.State.SENT


def test_plan_prints_a_line_for_each_step(booking):
    lines = run("plan", booking.ref).splitlines()

    assert lines[0] == f"{booking.ref} standard 1 {booking.steps.count()} steps"
    step = step_of(booking, "P13")
    assert [line.split()[:6] for line in lines if " P13 " in line] == [
        [str(step.pk), "P13", "2026-11-23", "13:50", "service_staff", "open"]
    ]


def test_plan_json_is_what_the_api_answers(booking):
    data = json.loads(run("plan", booking.ref, "--json"))

    step = next(each for each in data["steps"] if each["item"] == "P13")
    assert data["standard"] == 1
    assert step["due_at"] == "2026-11-23T13:50:00+08:00"
    assert (step["phase"], step["role"], step["state"], step["done_at"]) == ("before", "service_staff", "open", None)


def test_plan_of_an_unknown_booking_says_so(db):
    with pytest.raises(CommandError, match="no booking HW-1"):
        run("plan", "HW-1")


def test_plan_of_a_request_says_that_there_is_none(room_108, applicant, now):
    booking = factories.make_booking(room=room_108, applicant=applicant, start=now)

    with pytest.raises(CommandError, match="it is requested"):
        run("plan", booking.ref)


def test_load_standard_twice_keeps_the_number(db):
    assert run("load_standard") == run("load_standard")
    assert ServiceStandard.objects.count() == 1


def test_load_standard_of_another_text_publishes_the_next_number(db, now, site, tmp_path):
    original = ServiceStandard.objects.get()
    file = tmp_path / "own.yaml"
    file.write_text(json.dumps(original.document | {"title": dict.fromkeys(("en", "zh_hans", "zh_hant"), "Own")}))

    assert run("load_standard", str(file), "--site", site.code).startswith("standard 1:")
    assert run("load_standard", str(file)).startswith("standard 2:")

    original.refresh_from_db()
    assert original.document["title"]["en"] != "Own"


def test_load_standard_with_faults_names_all_of_them(db, tmp_path):
    file = tmp_path / "bad.yaml"
    file.write_text("title: 3\nitems: []\n")

    with pytest.raises(CommandError, match=r"2 faults|3 faults"):
        run("load_standard", str(file))


def test_load_standard_of_a_site_without_a_file_is_refused(site):
    with pytest.raises(CommandError, match="needs a FILE"):
        run("load_standard", "--site", site.code)


def test_load_shipped_after_a_flush_gives_the_same_items(db, now):
    ServiceStandard.objects.all().delete()

    standard = load_shipped(now=now)

    assert standard.number == 1
    assert standard.items.count() == len(standard.document["items"])


def test_dispatch_grace_marks_what_will_be_missed(booking):
    step = step_of(booking, "P13")
    Reminder.objects.exclude(step=step, kind="due").delete()

    with time_machine.travel(step.due_at + timedelta(hours=1), tick=False):
        assert run("dispatch", "--once", "--dry-run").startswith("missed")
