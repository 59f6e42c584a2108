"""A shift handed over from a tablet without a connection: offered and answered once each, with a verdict of its own."""

import pytest

from checklists.models import Handover, TabletEvent
from checklists.services.shift_handovers import offer_handover, withdraw_handover
from staff.models import Notice
from staff.roles import Role
from tests.checklists.meetings import HOUR, MINUTE, served
from tests.checklists.pages import signed_in
from tests.checklists.tablet_events.saying import at_length, said
from tests.checklists.tablets import Tablet
from tests.factories import make_user


@pytest.fixture
def meeting(room_108, applicant, server, now):
    return served(room=room_108, applicant=applicant, server=server, now=now)


@pytest.fixture
def waiting(meeting, server, colleague, now):
    return offer_handover(giver=server, receiver_id=colleague.pk, note="The kettle leaks", now=now)


def offer(tablet, receiver, at, note="The kettle leaks"):
    return tablet.event("handover", at=at, fields={"receiver": str(receiver.pk), "note": note})


def answer(tablet, handover, at, act="confirm", **fields):
    return tablet.event("handover_answer", at=at, fields={"handover": str(handover.pk), "act": act} | fields)


def test_offer_kept_on_a_tablet_is_made_once_however_often_it_comes(meeting, tablet, colleague, now, time_machine):
    letter = offer(tablet, colleague, now)
    at_length(time_machine, now + 20 * MINUTE)

    first, again = (tablet.send(letter)[0] for _turn in range(2))

    made = Handover.objects.get()
    assert (made.receiver, made.note, made.state) == (colleague, "The kettle leaks", "open")
    assert (first["verdict"], first["answer"]) == ("applied", {"handover": made.pk})
    assert (again["verdict"], again["answer"]["handover"]) == ("repeated", made.pk)
    assert Notice.objects.filter(code="handover_offered", recipient=colleague).count() == 1


def test_offer_waits_for_its_answer_from_when_it_came(meeting, tablet, colleague, now, time_machine):
    letter = offer(tablet, colleague, now)
    at_length(time_machine, now + HOUR)
    tablet.send(letter)

    assert Handover.objects.get().offered_at == now + HOUR
    assert TabletEvent.objects.get().tapped_at == now


def test_offer_of_another_shift_gives_nothing_away(meeting, tablet, colleague, now, time_machine):
    letter = offer(tablet, colleague, now)
    at_length(time_machine, now + 7 * HOUR)

    assert said(tablet.send(letter)) == [("refused", "handover_late")]
    assert (Handover.objects.count(), TabletEvent.objects.get().data["note"]) == (0, "The kettle leaks")


@pytest.mark.parametrize("receiver", ["stranger", "cleaner", "server"])
def test_offer_to_somebody_who_cannot_take_it_says_so_by_field(meeting, tablet, request, receiver, now):
    (verdict,) = tablet.send(offer(tablet, request.getfixturevalue(receiver), now))

    assert (verdict["verdict"], list(verdict["faults"])) == ("refused", ["receiver"])
    assert not Handover.objects.exists()


def test_second_offer_while_one_waits_is_the_same_or_refused(waiting, tablet, site, colleague, now):
    third = make_user("staff3", Role.SERVICE_STAFF, site=site)

    same, other = tablet.send(offer(tablet, colleague, now), offer(tablet, third, now))

    assert (same["verdict"], same["answer"]["handover"]) == ("applied", waiting.pk)
    assert (other["verdict"], other["code"]) == ("refused", "handover_waiting")
    assert Handover.objects.count() == 1


def test_receivers_word_kept_on_a_tablet_passes_the_steps_on_once(waiting, colleague, now, time_machine):
    tablet = Tablet(colleague, now)
    letter = answer(tablet, waiting, now)
    at_length(time_machine, now + 5 * MINUTE)

    first, again = (tablet.send(letter)[0] for _turn in range(2))

    waiting.refresh_from_db()
    assert (waiting.state, waiting.answered_by) == ("confirmed", colleague)
    assert (first["verdict"], first["answer"]["state"], again["verdict"]) == ("applied", "confirmed", "repeated")
    assert set(waiting.lines.values_list("step__assignee", flat=True)) == {colleague.pk}
    assert Notice.objects.filter(code="handover_confirmed").count() == 1


def test_refusal_kept_on_a_tablet_needs_its_reason(waiting, colleague, now):
    tablet = Tablet(colleague, now)

    without, given = (
        tablet.send(answer(tablet, waiting, now, "refuse", reason=reason))[0] for reason in ("", "Another room")
    )

    waiting.refresh_from_db()
    assert (without["verdict"], list(without["faults"])) == ("refused", ["reason"])
    assert (given["verdict"], waiting.state, waiting.reason) == ("applied", "refused", "Another room")


def test_word_that_comes_after_the_offer_was_withdrawn_is_told(waiting, server, colleague, now, time_machine):
    tablet = Tablet(colleague, now)
    letter = answer(tablet, waiting, now)
    withdraw_handover(handover_id=waiting.pk, actor=server, now=now)
    at_length(time_machine, now + MINUTE)

    (verdict,) = tablet.send(letter)

    assert (verdict["verdict"], verdict["code"]) == ("refused", "handover_answered")
    assert verdict["say"].startswith("This hand-over was answered or withdrawn meanwhile.")
    assert set(waiting.lines.values_list("step__assignee", flat=True)) == {server.pk}


def test_word_of_somebody_else_counts_for_nothing(waiting, server, manager, cleaner, now):
    giver, leader, unknown = (Tablet(each, now) for each in (server, manager, cleaner))

    verdicts = [each.send(answer(each, waiting, now))[0]["code"] for each in (giver, leader)]

    assert verdicts == ["handover_not_yours"] * 2
    assert said(unknown.send(answer(unknown, waiting, now))) == [("refused", "unknown_handover")]
    waiting.refresh_from_db()
    assert waiting.state == "open"


def test_giver_withdraws_from_a_tablet(waiting, tablet, now):
    assert said(tablet.send(answer(tablet, waiting, now, "withdraw"))) == [("applied", "")]
    waiting.refresh_from_db()
    assert waiting.state == "withdrawn"


@pytest.mark.parametrize(
    "fields", [{}, {"handover": "x", "act": "confirm"}, {"handover": str(2**70), "act": "confirm"}, {"act": "confirm"}]
)
def test_answer_that_names_no_hand_over_is_refused(waiting, colleague, now, fields):
    tablet = Tablet(colleague, now)

    assert said(tablet.send(tablet.event("handover_answer", at=now, fields=fields))) == [("refused", "invalid_tick")]


def test_word_carried_by_a_colleagues_session_is_the_receivers(waiting, colleague, cleaner, now):
    tablet = Tablet(colleague, now)
    letter = answer(tablet, waiting, now)

    tablet.send(letter, client=signed_in(cleaner))

    waiting.refresh_from_db()
    assert (waiting.state, waiting.answered_by, TabletEvent.objects.get().carried_by) == (
        "confirmed",
        colleague,
        cleaner,
    )
