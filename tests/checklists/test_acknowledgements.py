"""Who is asked whether a change was seen, what the word settles, and when a manager hears that it is missing."""

import pytest

from bookings.models import Booking
from checklists.models import Acknowledgement, PlanRevision, Step
from checklists.selectors.changes import cards_for, unseen_changes
from checklists.services.acknowledgements import acknowledge, escalate_unacknowledged, numbers_of
from checklists.services.pulse import dispatch_all
from rooms.selectors import day_bounds, site_today
from staff.models import Notice
from tests.checklists.meetings import HOUR, MINUTE, approved, change, on_shift, serve, start, step_of, tick


@pytest.fixture
def booking(room_108, applicant, server, now):
    """14:00 to 16:00 that day, with tea; the server has its steps."""
    booking = approved(room=room_108, applicant=applicant, start=now + 5 * HOUR, now=now, tea=True)
    serve(booking, server, "service_staff", now=now)
    Step.objects.filter(booking=booking, item__code="P1").update(state="done", done_at=now, done_by=server)
    Notice.objects.all().delete()
    return booking


def heads(booking, number, now, **fields):
    return change(booking, now=now, headcount=number, **fields)


def waiting(user):
    return list(Acknowledgement.objects.filter(user=user, acknowledged_at=None).order_by("pk"))


def told(code):
    return sorted(Notice.objects.filter(code=code).values_list("recipient__username", flat=True))


def test_ask_who_made_the_change_is_not_asked(booking, server, now):
    heads(booking, 12, now, actor=server)

    assert Acknowledgement.objects.count() == 0


def test_ask_matters_from_the_first_step_that_differs(booking, server, now):
    heads(booking, 12, now)

    (question,) = waiting(server)
    assert (question.asked_at, question.matters_at) == (now, booking.start_at - 30 * MINUTE)


def test_ask_moved_earlier_matters_from_the_new_moment_and_later_from_the_old(booking, server, now):
    first = booking.start_at - 30 * MINUTE
    change(booking, now=now, start_at=booking.start_at + HOUR, end_at=booking.end_at + HOUR)
    later = waiting(server)[-1].matters_at
    acknowledge(revision_id=waiting(server)[-1].revision_id, actor=server, now=now)
    change(booking, now=now, start_at=booking.start_at - 2 * HOUR, end_at=booking.end_at - 2 * HOUR)

    assert (later, waiting(server)[-1].matters_at) == (first, first - HOUR)


def test_ask_person_no_longer_serving_is_asked_as_well(booking, server, rooms, site, applicant, now):
    """Another meeting at the new time takes the person away; the change is still theirs to know."""
    other = approved(room=rooms[1], applicant=applicant, start=booking.end_at, now=now)
    serve(other, server, "service_staff", now=now)

    change(booking, now=now, start_at=booking.start_at + HOUR, end_at=booking.end_at + HOUR)

    assert not booking.assignments.exists()
    assert len(waiting(server)) == 1


def test_ask_tells_of_the_change_once(booking, server, now):
    heads(booking, 12, now)
    change(booking, now=now, start_at=booking.start_at + HOUR, end_at=booking.end_at + HOUR)

    # Of the move the assignment's own notice tells.
    assert (told("plan_changed"), told("assignment_moved")) == (["staff1"], ["staff1"])
    assert len(waiting(server)) == 2


def test_ask_notice_leads_to_the_meeting_or_to_the_steps_where_it_has_no_page(booking, server, now):
    heads(booking, 12, now)
    change(booking, now=now, status=Booking.Status.REQUESTED, cause="released")

    urls = Notice.objects.filter(code="plan_changed").order_by("pk").values_list("url", flat=True)
    assert list(urls) == [f"/tablet/meetings/{booking.ref}/", "/tablet/"]


def test_ask_notice_counts_no_spot_check_for_those_who_will_be_checked(booking, server, manager, now):
    moved = [{"key": key, "from": now.isoformat(), "to": now.isoformat()} for key in ("P10:1:", "U8:1:")]
    changed = [{"key": key, "field": "headcount"} for key in ("P10:1:", "P10:1:", "U8:1:")]
    facts = {"added": ["P10:1:", "P11:1:", "U8:2:"], "withdrawn": ["A3:1:", "U8:3:"]}
    revision = booking.plan.revisions.create(at=now, moved=moved, changed=changed, **facts)

    counts = [list(numbers_of(revision, user).values()) for user in (server, manager)]

    # Added at another time is told as moved, and two differences of one step are one.
    assert counts == [[1, 1, 1, 1], [2, 2, 2, 2]]


@pytest.mark.parametrize(("minutes", "asked"), [(4, 0), (5, 1)])
def test_ask_a_slight_move_is_the_day_at_work(minutes, asked, booking, server):
    start(booking, now=booking.start_at + minutes * MINUTE)

    assert len(waiting(server)) == asked


def test_ask_applicant_is_told_by_the_booking_not_by_the_plan(booking, applicant, now):
    change(booking, now=now, start_at=booking.start_at + HOUR, end_at=booking.end_at + HOUR)

    assert step_of(booking, "A11").assignee == applicant
    assert waiting(applicant) == []


def test_ask_earlier_open_question_is_folded_into_the_newest(booking, server, now):
    heads(booking, 12, now)
    change(booking, now=now + MINUTE, end_at=booking.end_at + HOUR)

    (card,) = cards_for(server, now + MINUTE)

    assert card.id == waiting(server)[-1].pk
    # The older change matters first; the newer one alone would wait until after the meeting.
    assert card.matters_at == booking.start_at - 30 * MINUTE
    assert {change.kind for change in card.changes} == {"changed", "moved"}


def test_ask_change_taken_back_before_it_was_seen_leaves_nothing_to_tell(booking, server, now):
    heads(booking, 12, now)
    heads(booking, 10, now + MINUTE)

    (card,) = cards_for(server, now + MINUTE)

    assert card.changes == []


def test_acknowledge_answers_the_newest_and_all_before_it_once(booking, server, now):
    heads(booking, 12, now)
    newest = heads(booking, 13, now)

    answers = [acknowledge(revision_id=newest.pk, actor=server, now=now + turn * MINUTE) for turn in (1, 2)]

    assert answers == [True, False]
    assert set(Acknowledgement.objects.values_list("acknowledged_at", flat=True)) == {now + MINUTE}


def test_acknowledge_a_stale_page_answers_nothing_newer(booking, server, now):
    seen = heads(booking, 12, now)
    newer = heads(booking, 13, now)

    acknowledge(revision_id=seen.pk, actor=server, now=now)

    assert [question.revision_id for question in waiting(server)] == [newer.pk]


def test_acknowledge_is_one_persons_word_on_one_meeting(booking, server, manager, rooms, applicant, now):
    other = approved(room=rooms[1], applicant=applicant, start=booking.end_at + HOUR, now=now, tea=True)
    serve(other, server, "service_staff", now=now)
    serve(booking, manager, "manager", now=now)
    revision = heads(booking, 12, now)
    heads(other, 12, now)

    acknowledge(revision_id=revision.pk, actor=server, now=now)

    left = Acknowledgement.objects.filter(acknowledged_at=None).values_list("user__username", "revision__plan__booking")
    assert sorted(left) == [("manager", booking.pk), ("staff1", other.pk)]


def test_acknowledge_after_the_moment_still_counts_and_ends_the_question(booking, server, manager, now):
    revision = heads(booking, 12, now)
    late = booking.start_at + MINUTE
    escalate_unacknowledged(late)

    assert acknowledge(revision_id=revision.pk, actor=server, now=late) is True

    assert cards_for(server, late) == []
    assert escalate_unacknowledged(late + MINUTE) == 0


def test_acknowledge_of_a_withdrawn_plan_is_asked_and_given(booking, server, now):
    change(booking, now=now, status=Booking.Status.CANCELLED)
    (card,) = cards_for(server, now)
    revision = PlanRevision.objects.last()

    acknowledge(revision_id=revision.pk, actor=server, now=now)

    assert (card.is_planned, [each.kind for each in card.changes]) == (False, ["withdrawn"])
    assert cards_for(server, now) == []


@pytest.mark.parametrize(("before", "count"), [(11, 0), (10, 1), (0, 1), (-60, 1), (-13 * 60, 0)])
def test_escalate_from_ten_minutes_before_it_matters(before, count, booking, server, manager, now):
    heads(booking, 12, now)

    assert escalate_unacknowledged(booking.start_at - (30 + before) * MINUTE) == count
    assert told("change_unacknowledged") == ["manager"] * count


def test_escalate_once_for_each_question(booking, server, manager, now):
    heads(booking, 12, now)
    at = booking.start_at - 35 * MINUTE

    assert [escalate_unacknowledged(at + turn * MINUTE) for turn in range(3)] == [1, 0, 0]
    assert told("change_unacknowledged") == ["manager"]


def test_escalate_says_who_what_and_from_when(booking, server, manager, now):
    heads(booking, 12, now)
    escalate_unacknowledged(booking.start_at - 35 * MINUTE)

    notice = Notice.objects.get(code="change_unacknowledged")
    assert (notice.params["person"], notice.params["ref"]) == ("Staff1", booking.ref)
    assert notice.params["matters"] == (booking.start_at - 30 * MINUTE).isoformat()


def test_escalate_whoever_was_asked_at_the_last_moment_has_two_minutes(booking, server, manager):
    at = booking.start_at - 31 * MINUTE
    heads(booking, 12, at)

    assert [escalate_unacknowledged(at + turn * MINUTE) for turn in (0, 1, 2)] == [0, 0, 1]


def test_escalate_a_word_given_in_time_stays_between_the_two(booking, server, manager, now):
    revision = heads(booking, 12, now)
    acknowledge(revision_id=revision.pk, actor=server, now=now)

    assert escalate_unacknowledged(booking.start_at - 30 * MINUTE) == 0
    assert told("change_unacknowledged") == []


def test_escalate_a_manager_is_not_told_of_themselves(booking, manager, site, now):
    serve(booking, manager, "manager", now=now)
    revision = heads(booking, 12, now)
    Acknowledgement.objects.exclude(user=manager).update(acknowledged_at=now)

    escalate_unacknowledged(Acknowledgement.objects.get(revision=revision, user=manager).matters_at)

    assert told("change_unacknowledged") == []


def test_pulse_escalates_with_the_reminders(booking, server, manager, now):
    on_shift(manager, now - HOUR)
    heads(booking, 12, now)
    at = booking.start_at - 40 * MINUTE

    for _turn in range(2):
        dispatch_all(clock=lambda: at)

    assert told("change_unacknowledged") == ["manager"]


def test_question_of_the_clearing_next_morning_waits_until_then(room_108, applicant, server, manager, now):
    """Booked longer than the house is open: what follows is due at the next opening, long after the meeting."""
    evening = approved(room=room_108, applicant=applicant, start=now + 8 * HOUR, minutes=60, now=now, tea=True)
    serve(evening, server, "service_staff", now=now)
    change(evening, now=now, end_at=evening.end_at + HOUR)
    Acknowledgement.objects.update(matters_at=evening.end_at + 13 * HOUR)

    assert len(cards_for(server, evening.end_at + 13 * HOUR)) == 1
    assert cards_for(server, evening.end_at + 15 * HOUR) == []


def test_question_of_a_meeting_running_over_stays(booking, server, now):
    heads(booking, 12, now)
    start(booking, now=booking.start_at)

    assert len(cards_for(server, booking.end_at + 3 * HOUR)) == 1


def test_tick_of_a_round_asks_nobody(booking, server, manager, now):
    serve(booking, manager, "manager", now=now)
    start(booking, now=booking.start_at, actor=server)
    count = Acknowledgement.objects.count()

    tick(step_of(booking, "U1"), manager, now=booking.start_at + 5 * MINUTE)

    assert Acknowledgement.objects.count() == count


def test_cards_cost_the_same_for_one_and_three(booking, server, rooms, applicant, now, query_count):
    assert server.roles
    heads(booking, 12, now)
    cards_for(server, now)
    one = query_count(lambda: cards_for(server, now))
    for hours in (8, 24):
        other = approved(room=rooms[1], applicant=applicant, start=now + hours * HOUR, now=now, tea=True)
        serve(other, server, "service_staff", now=now)
        heads(other, 12, now)
        heads(other, 13, now)

    assert (query_count(lambda: cards_for(server, now)), len(cards_for(server, now))) == (one, 3)


def test_unseen_changes_are_those_of_the_days_meetings_and_of_what_matters_that_day(
    booking, server, manager, site, rooms, applicant, now
):
    tomorrow = approved(room=rooms[1], applicant=applicant, start=now + 27 * HOUR, now=now, tea=True)
    prepared = approved(room=rooms[2], applicant=applicant, start=now + 29 * HOUR, now=now, tea=True)
    for meeting in (tomorrow, prepared):
        serve(meeting, server, "service_staff", now=now)
    for meeting in (booking, tomorrow, prepared):
        heads(meeting, 12, now)
    question = Acknowledgement.objects.filter(revision__plan__booking__in=[tomorrow, prepared])
    question.update(matters_at=tomorrow.start_at)
    question.filter(revision__plan__booking=prepared).update(matters_at=now + HOUR)

    days = [day_bounds(site, site_today(site, now + hours * HOUR)) for hours in (0, 24)]
    shown = [unseen_changes(site=site, window=window, user=manager, now=now) for window in days]

    assert [[card.booking for card in cards] for cards in shown] == [[prepared, booking], [prepared, tomorrow]]


def test_unseen_changes_of_another_site_are_not_shown(booking, server, stranger, now):
    heads(booking, 12, now)
    window = day_bounds(stranger.site, site_today(stranger.site, now))

    assert unseen_changes(site=stranger.site, window=window, user=stranger, now=now) == []
