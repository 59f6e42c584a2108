"""A shift handed over: offered, answered by two at once or late, and what passes on with it."""

from datetime import timedelta

import pytest

from checklists.errors import ChecklistError, InvalidTick
from checklists.models import Assignment, Handover, Reminder, Step, StepEvent
from checklists.selectors.handovers import colleagues_of, handovers_of_day, open_handovers_of, shown, steps_left
from checklists.services.handover import take_over_step
from checklists.services.incidents import end_incident, open_incident
from checklists.services.shift_handovers import (
    confirm_handover,
    offer_handover,
    refuse_handover,
    tell_unanswered,
    withdraw_handover,
)
from checklists.services.sweep import sweep
from staff.models import Notice
from tests import factories
from tests.checklists import meetings
from tests.checklists.meetings import HOUR, MINUTE
from tests.checklists.pages import signed_in


@pytest.fixture
def other(site):
    return factories.make_user("staff2", "service_staff", site=site)


@pytest.fixture
def meeting(room_108, applicant, server, now):
    return meetings.served(room=room_108, applicant=applicant, server=server, now=now)


def offer(server, other, now, note="The kettle leaks"):
    return offer_handover(giver=server, receiver_id=other.pk, note=note, now=now)


def confirm(handover, actor, now):
    return confirm_handover(handover_id=handover.pk, actor=actor, now=now)


def notices(code):
    return sorted(Notice.objects.filter(code=f"handover_{code}").values_list("recipient__username", flat=True))


def outcomes(handover):
    return dict(handover.lines.values_list("step__item__code", "outcome"))


def test_offer_names_what_is_open_today_and_changes_nothing(meeting, server, other, now):
    handover = offer(server, other, now)

    assert {line.step.assignee for line in handover.lines.all()} == {server}
    assert "P13" in outcomes(handover)
    assert not handover.lines.exclude(step__assignee=server).exists()
    assert (handover.state, notices("offered")) == ("open", ["staff2"])
    assert [each.pk for each in open_handovers_of(other)] == [handover.pk]


def test_offer_leaves_tomorrow_and_what_is_the_hosts(room_108, meeting, server, other, applicant, now):
    tomorrow = meetings.approved(room=room_108, applicant=applicant, start=now + 30 * HOUR, now=now, tea=True)
    meetings.serve(tomorrow, server, "service_staff", now=now)
    Step.objects.filter(booking=meeting, role="host").update(assignee=server)

    handover = offer(server, other, now)

    assert not handover.lines.filter(step__role="host").exists()
    late = handover.lines.filter(step__booking=tomorrow).values_list("step__due_at", flat=True)
    assert all(due_at < now + 15 * HOUR for due_at in late)


@pytest.mark.parametrize("who", ["cleaner", "stranger", "server"])
def test_offer_goes_to_a_colleague_of_the_role_alone(who, request, meeting, server, now):
    receiver = request.getfixturevalue(who)

    with pytest.raises(ChecklistError, match="handover_person"):
        offer(server, receiver, now)


def test_offer_to_an_account_that_is_closed_is_refused(meeting, server, other, now):
    other.is_active = False
    other.save()

    with pytest.raises(ChecklistError, match="handover_person"):
        offer(server, other, now)


def test_offer_of_nothing_is_refused_and_a_word_alone_is_enough(server, other, now):
    with pytest.raises(ChecklistError, match="handover_empty"):
        offer(server, other, now, note="  ")

    assert offer(server, other, now, note="Guests are early").lines.count() == 0


def test_offer_with_too_long_a_note_is_refused(server, other, now):
    with pytest.raises(InvalidTick):
        offer(server, other, now, note="x" * 501)


def test_offer_twice_is_one_and_another_person_must_wait(meeting, server, other, site, now):
    third = factories.make_user("staff3", "service_staff", site=site)
    handover = offer(server, other, now)

    assert offer(server, other, now + MINUTE) == handover
    with pytest.raises(ChecklistError, match="handover_waiting"):
        offer(server, third, now)
    assert notices("offered") == ["staff2"]


def test_offer_with_another_note_must_wait_and_without_one_is_the_same(meeting, server, other, now):
    handover = offer(server, other, now, note="The key is at the desk")

    assert offer(server, other, now, note="") == handover
    assert offer(server, other, now, note=" The key is at the desk ") == handover
    with pytest.raises(ChecklistError, match="handover_waiting"):
        offer(server, other, now, note="Guests are early")


def test_confirmed_steps_and_their_reminders_pass_on(meeting, server, other, now):
    handover = offer(server, other, now)

    confirm(handover, other, now + MINUTE)

    handover.refresh_from_db()
    assert (handover.state, handover.answered_at, handover.answered_by) == ("confirmed", now + MINUTE, other)
    assert set(outcomes(handover).values()) == {"passed"}
    steps = [line.step for line in handover.lines.select_related("step__assignee")]
    assert {(step.assignee, step.is_taken_over) for step in steps} == {(other, True)}
    told = Reminder.objects.filter(step__in=steps, state="pending", kind__in=("lead", "due"))
    assert set(told.values_list("recipient__username", flat=True)) == {"staff2"}
    events = StepEvent.objects.filter(verb="handed_over")
    assert {(event.actor_id, event.data["before"], event.data["to"]) for event in events} == {
        (other.pk, server.pk, other.pk)
    }
    assert notices("confirmed") == ["staff1"]


def test_confirmed_rounds_to_come_are_the_receivers(meeting, server, other, now):
    confirm(offer(server, other, now), other, now)
    pour, begins = meetings.step_of(meeting, "P13"), meeting.start_at

    assert list(Assignment.objects.filter(booking=meeting).values_list("user", flat=True)) == [other.pk]
    meetings.tick(pour, other, now=begins - 10 * MINUTE)
    meetings.start(meeting, now=begins)
    meetings.tick(meetings.step_of(meeting, "U1", 1), other, now=begins + 5 * MINUTE)
    assert meetings.step_of(meeting, "U1", 2).assignee == other


def test_confirmed_where_the_receiver_serves_elsewhere_the_giver_stays_named(
    meeting, rooms, applicant, server, other, now
):
    beside = meetings.approved(room=rooms[1], applicant=applicant, start=now + 4 * HOUR, now=now - 72 * HOUR, tea=True)
    meetings.serve(beside, other, "service_staff", now=now - 71 * HOUR)
    handover = offer(server, other, now)

    confirm(handover, other, now)

    handover.refresh_from_db()
    assert meetings.step_of(meeting, "P13").assignee == other
    assert meeting.assignments.get().user == server
    assert shown(handover, user=other, now=now).still_serving == ("108",)


def test_confirmed_twice_is_the_same_as_once(meeting, server, other, now):
    handover = offer(server, other, now)
    confirm(handover, other, now)
    count = StepEvent.objects.count()

    again = confirm(handover, other, now + HOUR)

    assert (again.answered_at, StepEvent.objects.count(), notices("confirmed")) == (now, count, ["staff1"])


def test_confirmed_leaves_what_was_settled_or_taken_over_meanwhile(meeting, server, other, manager, now):
    handover = offer(server, other, now)
    done, taken = meetings.step_of(meeting, "P1"), meetings.step_of(meeting, "P13")
    meetings.tick(done, server, now=now)
    take_over_step(step_id=taken.pk, actor=manager, now=now)

    confirm(handover, other, now + MINUTE)

    found = outcomes(handover)
    assert (found["P1"], found["P13"]) == ("settled", "elsewhere")
    done.refresh_from_db()
    taken.refresh_from_db()
    assert (done.done_by, taken.assignee) == (server, manager)


@pytest.mark.parametrize("who", ["server", "manager"])
def test_only_the_receiver_answers(who, request, meeting, server, other, now):
    handover, actor = offer(server, other, now), request.getfixturevalue(who)

    with pytest.raises(ChecklistError, match="handover_person"):
        confirm(handover, actor, now)
    with pytest.raises(ChecklistError, match="handover_person"):
        refuse_handover(handover_id=handover.pk, reason="x", actor=actor, now=now)


def test_refused_everything_stays_and_the_reason_arrives(meeting, server, other, now):
    handover = offer(server, other, now)
    for reason in ("", "  ", "x" * 501):
        with pytest.raises(InvalidTick):
            refuse_handover(handover_id=handover.pk, reason=reason, actor=other, now=now)

    for _turn in range(2):
        refuse_handover(handover_id=handover.pk, reason="In 205 until six", actor=other, now=now)

    handover.refresh_from_db()
    assert (handover.state, handover.reason) == ("refused", "In 205 until six")
    assert meetings.step_of(meeting, "P13").assignee == server
    assert notices("refused") == ["staff1"]
    # The next colleague may be asked.
    assert offer(server, other, now + HOUR) != handover


def test_withdrawn_and_then_confirmed_late_is_told_so(meeting, server, other, now):
    handover = offer(server, other, now)
    for _turn in range(2):
        withdraw_handover(handover_id=handover.pk, actor=server, now=now + MINUTE)

    with pytest.raises(ChecklistError, match="handover_answered"):
        confirm(handover, other, now + 2 * MINUTE)

    assert meetings.step_of(meeting, "P13").assignee == server
    assert notices("withdrawn") == ["staff2"]


def test_confirmed_and_then_withdrawn_or_refused_stays_confirmed(meeting, server, other, now):
    handover = offer(server, other, now)
    confirm(handover, other, now)

    with pytest.raises(ChecklistError, match="handover_answered"):
        withdraw_handover(handover_id=handover.pk, actor=server, now=now)
    with pytest.raises(ChecklistError, match="handover_answered"):
        refuse_handover(handover_id=handover.pk, reason="x", actor=other, now=now)


def test_unanswered_offer_is_told_to_the_manager_once(meeting, server, other, manager, now):
    handover = offer(server, other, now)

    assert tell_unanswered(now + 9 * MINUTE) == 0
    assert [tell_unanswered(now + 10 * MINUTE), sweep(now=now + 11 * MINUTE).handovers] == [1, 0]

    handover.refresh_from_db()
    assert (handover.told_at, notices("unanswered")) == (now + 10 * MINUTE, ["manager"])


def test_answered_offer_is_not_told(meeting, server, other, manager, now):
    confirm(offer(server, other, now), other, now + MINUTE)

    assert (tell_unanswered(now + HOUR), notices("unanswered")) == (0, [])


def test_open_incidents_of_the_meetings_go_along(meeting, server, other, now):
    facts = {"kind": "device", "gravity": 2, "text": "x", "device": "", "room": None}
    ours = open_incident(actor=server, now=now, site=meeting.site, booking=meeting, **facts)
    over = open_incident(actor=server, now=now, site=meeting.site, booking=meeting, **facts | {"kind": "room"})
    end_incident(incident_id=over.pk, actor=server, now=now, over_at=now, done="x")

    assert list(offer(server, other, now).incidents.all()) == [ours]


def test_colleagues_on_shift_come_first(server, other, site, cleaner, now):
    third = factories.make_user("staff3", "service_staff", site=site)
    meetings.on_shift(third, now - HOUR)

    found = colleagues_of(server, now)

    assert [(each.user, each.is_on_shift) for each in found] == [(third, True), (other, False)]
    assert found[0].until == now + 9 * HOUR


def test_statements_do_not_grow_with_steps(meeting, rooms, server, other, applicant, now, query_count):
    handover = offer(server, other, now)
    shown(handover, user=other, now=now)
    one = query_count(lambda: shown(handover, user=other, now=now))
    for room in rooms[1:]:
        more = meetings.approved(room=room, applicant=applicant, start=now + 5 * HOUR, now=now, tea=True)
        Step.objects.filter(booking=more, role="service_staff").update(assignee=server)
    assert steps_left(server, now).count() > handover.lines.count()
    withdraw_handover(handover_id=handover.pk, actor=server, now=now)

    larger = offer(server, other, now + timedelta(minutes=1))

    assert larger.lines.count() > handover.lines.count()
    assert query_count(lambda: shown(larger, user=other, now=now)) == one
    assert Handover.objects.count() == 2


def test_page_keeps_what_was_typed_where_nobody_is_chosen(meeting, server, other):
    answer = signed_in(server).post("/tablet/handover/", {"note": "The kettle leaks"})

    assert answer.status_code == 422
    assert "The kettle leaks" in answer.content.decode()
    assert "Please choose a colleague" in answer.content.decode()


@pytest.mark.parametrize("receiver", ["", "x", "999999", "0", "-1"])
def test_page_refuses_a_receiver_that_is_none(receiver, meeting, server, other):
    assert signed_in(server).post("/tablet/handover/", {"receiver": receiver}).status_code == 422


def test_page_shows_the_receiver_what_is_open_and_takes_the_word(meeting, server, other, now, time_machine):
    time_machine.move_to(now, tick=False)
    handover = offer(server, other, now)
    client = signed_in(other)

    assert "hands the shift over to you" in client.get("/tablet/").content.decode()
    page = client.get(f"/tablet/handover/{handover.pk}/").content.decode()
    assert "The kettle leaks" in page
    assert page.count('class="handover-what"') == handover.lines.count()
    refused = client.post(f"/tablet/handover/{handover.pk}/", {"act": "refuse", "reason": ""})
    assert (refused.status_code, "Please say why" in refused.content.decode()) == (422, True)
    assert client.post(f"/tablet/handover/{handover.pk}/", {"act": "confirm"}).status_code == 302
    late = client.post(f"/tablet/handover/{handover.pk}/", {"act": "refuse", "reason": "x"})
    assert (late.status_code, "answered or withdrawn meanwhile" in late.content.decode()) == (422, True)
    assert "hands the shift over" not in client.get("/tablet/").content.decode()


def test_page_of_two_others_is_no_ones_business(meeting, server, other, site, stranger, now):
    third = factories.make_user("staff3", "service_staff", site=site)
    handover = offer(server, other, now)

    assert signed_in(third).get(f"/tablet/handover/{handover.pk}/").status_code == 403
    assert signed_in(stranger).get(f"/tablet/handover/{handover.pk}/").status_code == 404


def test_the_managers_day_shows_what_waits_for_a_word_first(meeting, server, other, manager, now, time_machine):
    time_machine.move_to(now, tick=False)
    answered = offer(server, other, now)
    confirm_handover(handover_id=answered.pk, actor=other, now=now)
    waiting = offer(other, server, now + MINUTE)

    assert handovers_of_day(manager.site, now.date()) == [waiting, answered]
    assert handovers_of_day(manager.site, now.date() + timedelta(days=1)) == []
    page = signed_in(manager).get("/day/").content.decode()
    assert f'href="/tablet/handover/{waiting.pk}/"' in page
    assert page.index(f"/tablet/handover/{waiting.pk}/") < page.index(f"/tablet/handover/{answered.pk}/")


def test_what_was_taken_back_is_not_on_the_managers_day(meeting, server, other, manager, now):
    withdraw_handover(handover_id=offer(server, other, now).pk, actor=server, now=now)

    assert handovers_of_day(manager.site, now.date()) == []
