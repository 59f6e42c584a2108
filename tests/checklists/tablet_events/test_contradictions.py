"""A manager says which of two entries stands."""

import pytest

from checklists.errors import ChecklistError
from checklists.models import Incident, SpotCheck, TabletEvent
from checklists.selectors.evidence import proof_of
from checklists.selectors.tablet_events import contradictions_of, standing_of
from checklists.services.contradictions import let_other_stand, settle_contradiction
from checklists.services.handover import skip_step
from checklists.services.incidents import end_incident
from tests.checklists.meetings import HOUR, MINUTE, step_of, tick
from tests.checklists.pages import signed_in
from tests.checklists.tablet_events.saying import at_length, said
from tests.checklists.tablets import Tablet, op_of


@pytest.fixture
def measured(booking, secretary, manager, now):
    """26 degrees by the manager stand, 21.5 by the secretary are kept beside."""
    step, tablet = step_of(booking, "P8"), Tablet(secretary, now)
    tick(step, manager, now=now, result={"value": 26})
    assert said(tablet.send(tablet.tick(step, at=now, fields={"value": "21.5"}))) == [("conflict", "differs")]
    step.refresh_from_db()
    return step


@pytest.fixture
def settle(site, manager, now):
    def go(*, at=now, **terms):
        (card,) = contradictions_of(site)
        return let_other_stand(**{"event_id": card.id, "stands": card.stands, "actor": manager, "now": at} | terms)

    return go


def test_other_entry_takes_the_place_and_the_credit(measured, settle, secretary, manager, now):
    settle(at=now + MINUTE)

    measured.refresh_from_db()
    event = TabletEvent.objects.get(verdict="conflict")
    assert (measured.state, measured.done_by, measured.done_at, measured.result["value"]) == (
        "done",
        secretary,
        now,
        21.5,
    )
    assert (event.settled_by, event.settled_at) == (manager, now + MINUTE)
    kept = measured.events.get(verb="contradiction_settled")
    assert (kept.actor, kept.data["by"], kept.data["result"]["value"]) == (manager, manager.pk, 26)


def test_second_time_changes_nothing(measured, site, settle, manager, now):
    (card,) = contradictions_of(site)
    settle()
    tick(measured, manager, now=now + MINUTE, wanted="open", result={})

    let_other_stand(event_id=card.id, stands=card.stands, actor=manager, now=now + 2 * MINUTE)

    measured.refresh_from_db()
    assert measured.state == "open"
    assert measured.events.filter(verb="contradiction_settled").count() == 1


def test_decision_on_what_stands_no_more_is_refused(measured, site, settle, manager, now):
    (card,) = contradictions_of(site)
    tick(measured, manager, now=now + MINUTE, wanted="open", result={})

    with pytest.raises(ChecklistError) as refused:
        settle(stands=card.stands)

    assert refused.value.code == "contradiction_changed"
    assert contradictions_of(site) != []


def test_scored_step_stays_as_it_is(measured, settle, booking, manager, now):
    SpotCheck.objects.create(step=measured, booking=booking, by=manager, at=now, manner=3)

    with pytest.raises(ChecklistError) as refused:
        settle()

    assert refused.value.code == "cannot_stand"


def test_tick_stands_over_a_skip(tablet, pour, colleague, server, settle, now):
    skip_step(step_id=pour.pk, reason="x", actor=colleague, now=now)
    tablet.send(tablet.tick(pour, at=now))

    settle()

    pour.refresh_from_db()
    assert (pour.state, pour.done_by, pour.note) == ("done", server, "")


def test_undo_stands_over_a_tick(tablet, pour, colleague, settle, now):
    tick(pour, colleague, now=now)
    tablet.send(tablet.event("undo", at=now, step=pour.pk))

    settle()

    pour.refresh_from_db()
    assert (pour.state, pour.done_by) == ("open", None)


def test_fault_of_the_entry_that_falls_is_over(booking, secretary, manager, settle, now):
    step, tablet = step_of(booking, "P9"), Tablet(secretary, now)
    tick(step, manager, now=now, result={"ok": False}, note="坏了")
    tablet.send(tablet.tick(step, at=now, fields={"ok": "yes"}))
    assert Incident.objects.filter(found_by_step=step, over_at=None).count() == 1

    settle()

    assert not Incident.objects.filter(found_by_step=step, over_at=None).exists()


def test_fault_that_the_other_entry_says_as_well_goes_on(booking, secretary, manager, settle, now):
    step, tablet = step_of(booking, "P9"), Tablet(secretary, now)
    tick(step, manager, now=now, result={"ok": True})
    tablet.send(tablet.tick(step, at=now, fields={"ok": "no", "note": "灯不亮", "gravity": "2"}))
    reported = Incident.objects.get(found_by_step=step)

    settle()

    assert list(Incident.objects.filter(found_by_step=step).values_list("pk", "over_at")) == [(reported.pk, None)]


def test_fault_of_the_entry_that_stands_began_when_it_was_found(booking, secretary, manager, settle, now, time_machine):
    step, tablet = step_of(booking, "P9"), Tablet(secretary, now)
    tick(step, manager, now=now, result={"ok": True})
    late = tablet.tick(step, at=now + MINUTE, fields={"ok": "no", "note": "灯不亮", "gravity": "2"})
    at_length(time_machine, now + HOUR)
    tablet.send(late)
    end_incident(incident_id=Incident.objects.get().pk, actor=manager, now=now + HOUR)

    settle(at=now + HOUR)

    assert Incident.objects.get(found_by_step=step, over_at=None).raised_at == now + MINUTE


def shown_beside(step):
    step.refresh_from_db()
    found = proof_of([step]).additions.get(step.pk, ())
    return [(each.by, each.value, each.is_off, each.note) for each in found]


def test_entry_that_fell_is_shown_beside_the_one_that_stands(measured, settle, secretary, manager, now):
    assert shown_beside(measured) == [(secretary.get_full_name(), 21.5, False, "")]

    settle()

    assert shown_beside(measured) == [(manager.get_full_name(), 26, False, "")]


def test_what_was_not_ok_is_shown_beside_as_that(booking, secretary, manager, now):
    step, tablet = step_of(booking, "P9"), Tablet(secretary, now)
    tick(step, manager, now=now, result={"ok": True})

    tablet.send(tablet.tick(step, at=now, fields={"ok": "no", "note": "灯不亮"}))

    assert shown_beside(step) == [(secretary.get_full_name(), None, True, "灯不亮")]
    page = signed_in(manager).get(f"/tablet/meetings/{booking.ref}/").content.decode()
    assert "灯不亮" in page


def test_entry_that_was_taken_back_is_shown_beside_no_more(measured, secretary, manager, now):
    tablet = Tablet(secretary, now)
    sent = tablet.tick(measured, at=now, fields={"value": "20"})
    tablet.send(sent, tablet.event("undo", at=now + MINUTE, step=measured.pk, seen=op_of(sent)))
    assert shown_beside(measured) == []

    tick(measured, manager, now=now + 2 * MINUTE, wanted="open", result={})
    tick(measured, manager, now=now + 3 * MINUTE, result={"value": 22})

    assert shown_beside(measured) == []


def test_event_that_contradicts_nobody_is_none_to_settle(tablet, pour, manager, now):
    tablet.send(tablet.tick(pour, at=now))
    event = TabletEvent.objects.get()
    pour.refresh_from_db()

    with pytest.raises(ChecklistError) as refused:
        let_other_stand(event_id=event.pk, stands=standing_of(pour), actor=manager, now=now)

    assert refused.value.code == "cannot_stand"


def test_what_stands_may_stay(measured, site, manager, now):
    (card,) = contradictions_of(site)

    settle_contradiction(event_id=card.id, actor=manager, now=now)

    measured.refresh_from_db()
    assert (measured.result["value"], contradictions_of(site)) == (26, [])
