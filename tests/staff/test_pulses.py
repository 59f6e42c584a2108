"""Signs of life: one row for each job and engine, and who gives them."""

from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command

from bookings.tasks import deliver_webhooks
from checklists.tasks import dispatch_reminders, sweep_plans
from feedback.tasks import sweep_surveys
from staff.models import Pulse
from staff.services.pulses import LONGEST_REPORT, beat
from staff.tasks import deliver_outbox

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def rows():
    return list(Pulse.objects.values_list("name", "engine", "last_at"))


def test_beat_again_moves_the_moment_and_the_report_of_its_own_row(now):
    beat("dispatch", now, "3 sent", "beat")
    beat("dispatch", now, "1 sent", "spare")
    beat("dispatch", now + SECOND, "0 sent", "beat")

    assert rows() == [("dispatch", "beat", now + SECOND), ("dispatch", "spare", now)]
    assert list(Pulse.objects.values_list("last_report", flat=True)) == ["0 sent", "1 sent"]


def test_beat_is_one_statement(now, query_count):
    assert query_count(lambda: beat("dispatch", now)) == 1


def test_beat_with_a_long_report_keeps_its_beginning(now):
    beat("sweep", now, "x" * 1000)

    assert Pulse.objects.get().last_report == "x" * LONGEST_REPORT


@pytest.mark.parametrize(
    ("task", "arguments", "name"),
    [
        (dispatch_reminders, (), "dispatch"),
        (deliver_outbox, ("mail",), "outbox_mail"),
        (deliver_outbox, ("web",), "outbox_web"),
        (deliver_webhooks, (), "webhooks"),
        (sweep_plans, (), "sweep"),
        (sweep_surveys, (), "surveys"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_repeating_task_gives_its_pulse(now, task, arguments, name):
    with time_machine.travel(now, tick=False):
        task.delay(*arguments)

    assert rows() == [(name, "beat", now)]


def test_the_spare_gives_its_own_pulses(now):
    with time_machine.travel(now, tick=False):
        call_command("dispatch", "--once")

    assert rows() == [(name, "spare", now) for name in ("dispatch", "outbox", "sweep", "webhooks")]
