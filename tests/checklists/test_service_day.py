"""A day opened, closed and opened again by its manager; what stands then is kept."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from bookings.models import Booking
from checklists.errors import ChecklistError
from checklists.models import ServiceDay, ServiceDayEvent, Step
from checklists.services.days import close_day, open_day, plan_day, reopen_day
from tests.checklists import meetings
from tests.checklists.meetings import HOUR, MINUTE

MONDAY = date(2026, 11, 23)


@pytest.fixture
def facts(site, manager, now):
    return {"site": site, "on": MONDAY, "actor": manager, "now": now}


@pytest.fixture
def opened(facts):
    return open_day(**facts)


@pytest.fixture
def daily(site, rooms, now):
    """Monday's own steps, planned the evening before."""
    plan_day(site=site, on=MONDAY, now=now - 12 * HOUR)


def code_of(refused):
    return refused.value.code


def verbs():
    return list(ServiceDayEvent.objects.values_list("verb", flat=True))


def test_open_day_keeps_who_and_when_and_what_stood(daily, facts, manager, server, now):
    meetings.tick(Step.objects.get(item__code="D3"), server, now=now)

    day = open_day(**facts, note=" lights of 108 are being repaired ")

    assert (day.opened_at, day.opened_by, day.closed_at) == (now, manager, None)
    event = ServiceDayEvent.objects.get()
    assert (event.verb, event.actor, event.data["note"]) == ("opened", manager, "lights of 108 are being repaired")
    assert (event.data["figures"]["rooms"], event.data["figures"]["rooms_inspected"]) == (3, 0)
    assert (event.data["figures"]["done"], event.data["figures"]["steps"]) == (1, 7)


def test_open_day_twice_is_the_same_as_once(opened, facts, now, secretary):
    again = open_day(**facts | {"actor": secretary, "now": now + HOUR})

    assert (again.pk, again.opened_at, again.opened_by) == (opened.pk, now, opened.opened_by)
    assert verbs() == ["opened"]


@pytest.mark.parametrize("days", [-1, 1])
def test_open_day_other_than_today_is_refused(days, facts):
    with pytest.raises(ChecklistError) as refused:
        open_day(**facts | {"on": MONDAY + timedelta(days=days)})

    assert code_of(refused) == "day_not_today"
    assert not ServiceDay.objects.exists()


def test_open_day_closed_already_must_be_opened_again(opened, facts):
    close_day(**facts)

    with pytest.raises(ChecklistError) as refused:
        open_day(**facts)

    assert code_of(refused) == "day_closed"


def test_close_day_with_nothing_open_needs_no_remark(opened, facts, manager, now):
    day = close_day(**facts | {"now": now + HOUR})

    assert (day.closed_at, day.closed_by, day.note) == (now + HOUR, manager, "")
    assert day.figures["open"] == 0
    assert verbs() == ["opened", "closed"]


def test_close_day_never_opened_is_refused(facts):
    with pytest.raises(ChecklistError) as refused:
        close_day(**facts)

    assert code_of(refused) == "day_not_open"


def test_close_day_while_a_meeting_runs_is_refused_even_with_a_remark(opened, facts, room_108, applicant, now):
    booking = meetings.approved(room=room_108, applicant=applicant, start=now, now=now - HOUR)
    meetings.start(booking, now=now)

    with pytest.raises(ChecklistError) as refused:
        close_day(**facts, note="all well")

    assert (code_of(refused), refused.value.params) == ("meeting_runs", {"room": "108"})


def test_close_day_meeting_of_another_site_or_day_may_run(opened, facts, room_108, applicant, stranger, now):
    elsewhere = meetings.factories.make_room(stranger.site, "301")
    for room, start in ((elsewhere, now), (room_108, now - 40 * HOUR)):
        meetings.factories.make_booking(
            room=room, applicant=applicant, start=start, status=Booking.Status.RUNNING, actual_start_at=start
        )

    assert close_day(**facts).closed_at == now


@pytest.mark.parametrize("note", ["", "   "])
def test_close_day_with_steps_open_needs_a_remark(note, daily, opened, facts, now):
    with pytest.raises(ChecklistError) as refused:
        close_day(**facts, note=note)

    assert code_of(refused) == "remark_needed"
    assert close_day(**facts, note="tomorrow morning").note == "tomorrow morning"


def test_close_day_step_of_a_meeting_due_that_day_counts_as_open(opened, facts, room_108, applicant, now):
    # Half a working day before Tuesday's meeting falls on Monday.
    meetings.approved(room=room_108, applicant=applicant, start=now + 24 * HOUR, now=now)

    with pytest.raises(ChecklistError) as refused:
        close_day(**facts)

    assert code_of(refused) == "remark_needed"


def test_close_day_remark_too_long_is_refused(opened, facts):
    with pytest.raises(ChecklistError) as refused:
        close_day(**facts, note="x" * 501)

    assert code_of(refused) == "remark_too_long"


def test_close_day_freezes_its_figures(daily, opened, facts, manager, now):
    close_day(**facts, note="later")
    before = ServiceDay.objects.get().figures

    for step in Step.objects.filter(on=MONDAY, state="open"):
        meetings.tick(step, manager, now=now + MINUTE)

    # D1 and D3 once, D1 again at noon and in the evening, and three rooms.
    assert ServiceDay.objects.get().figures == before
    assert (before["steps"], before["open"], before["rooms"], before["rooms_inspected"]) == (7, 7, 3, 0)


def test_close_day_twice_is_the_same_as_once(opened, facts, now):
    close_day(**facts)

    again = close_day(**facts | {"now": now + HOUR}, note="other")

    assert (again.closed_at, again.note, verbs()) == (now, "", ["opened", "closed"])


def test_close_day_after_midnight_closes_the_day_before(opened, facts, now):
    day = close_day(**facts | {"now": now + 17 * HOUR})

    assert (day.on, day.closed_at) == (MONDAY, now + 17 * HOUR)


def test_reopen_day_keeps_what_stood_in_the_log(daily, opened, facts, manager, now):
    figures = close_day(**facts, note="later").figures

    day = reopen_day(**facts | {"now": now + HOUR})

    assert (day.closed_at, day.closed_by, day.note, day.figures) == (None, None, "", {})
    kept = ServiceDayEvent.objects.get(verb="reopened").data
    assert kept == {"closed_at": now.isoformat(), "by": manager.pk, "note": "later", "figures": figures}


def test_reopen_day_that_is_open_changes_nothing(opened, facts):
    assert reopen_day(**facts).pk == opened.pk
    assert verbs() == ["opened"]


def test_reopen_day_is_refused_once_the_next_is_open(opened, facts, now):
    close_day(**facts)
    open_day(**facts | {"on": MONDAY + timedelta(days=1), "now": now + 24 * HOUR})

    with pytest.raises(ChecklistError) as refused:
        reopen_day(**facts | {"now": now + 24 * HOUR})

    assert code_of(refused) == "next_day_open"


def test_reopen_day_never_opened_is_refused(facts):
    with pytest.raises(ChecklistError) as refused:
        reopen_day(**facts)

    assert code_of(refused) == "day_not_open"


@pytest.mark.parametrize(
    "fields",
    [
        {"opened_at": True},
        {"closed_at": True, "closed_by": True},
        {"opened_at": True, "opened_by": True, "closed_at": True},
        {"opened_at": True, "opened_by": True, "closed_at": -1, "closed_by": True},
    ],
)
def test_database_refuses_a_day_that_cannot_be(fields, site, manager, now):
    values = {"by": manager, "at": now}
    row = {name: now - HOUR if value == -1 else values[name[-2:]] for name, value in fields.items()}

    with pytest.raises(IntegrityError), transaction.atomic():
        ServiceDay.objects.create(site=site, on=MONDAY, **row)


def test_database_refuses_a_day_twice(opened, site):
    with pytest.raises(IntegrityError), transaction.atomic():
        ServiceDay.objects.create(site=site, on=MONDAY)
