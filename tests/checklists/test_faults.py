"""A check that is not ok: an incident in the same breath, over when it is taken back."""

import pytest

from checklists.errors import InvalidTick
from checklists.models import Incident, Step
from checklists.services.incidents import end_incident
from staff.models import Notice
from tests import factories
from tests.checklists.meetings import HOUR, MINUTE, approved, step_of, tick


@pytest.fixture
def booking(room_108, applicant, now):
    equipment = ["projector", "sound"]
    return approved(room=room_108, applicant=applicant, start=now + 5 * HOUR, now=now, tea=True, equipment=equipment)


def not_ok(step, actor, now, note="lamp dead", tapped_at=None, **result):
    return tick(step, actor, now=now, result={"ok": False} | result, note=note, tapped_at=tapped_at)


def test_not_ok_opens_an_incident_of_the_room(booking, secretary, room_108, now):
    step = step_of(booking, "P9")

    not_ok(step, secretary, now)

    found = Incident.objects.get()
    assert (found.kind, found.gravity, found.room, found.booking) == ("room", 1, room_108, booking)
    assert (found.text, found.found_by_step, found.raised_by, found.raised_at) == ("lamp dead", step, secretary, now)
    step.refresh_from_db()
    assert (step.state, step.result) == ("done", {"ok": False, "gravity": 1})


@pytest.mark.parametrize(
    ("device", "kind"), [("sound", "sound"), ("microphone", "sound"), ("projector", "device"), ("", "device")]
)
def test_not_ok_of_a_device_opens_an_incident_of_it(device, kind, booking, technician, now):
    not_ok(step_of(booking, "P4"), technician, now, device=device, gravity=2)

    found = Incident.objects.get()
    assert (found.kind, found.gravity, found.device) == (kind, 2, device)


def test_ok_opens_none(booking, secretary, now):
    tick(step_of(booking, "P9"), secretary, now=now, result={"ok": True})

    assert Incident.objects.count() == 0


def test_not_ok_refused_writes_neither(booking, secretary, now):
    with pytest.raises(InvalidTick):
        not_ok(step_of(booking, "P9"), secretary, now, note="")

    assert (Incident.objects.count(), step_of(booking, "P9").state) == (0, "open")


@pytest.mark.parametrize("gravity", [0, 4, True, "2", 1.0, [1]])
def test_gravity_that_is_none_is_refused(gravity, booking, secretary, now):
    with pytest.raises(InvalidTick) as caught:
        not_ok(step_of(booking, "P9"), secretary, now, gravity=gravity)

    assert caught.value.errors == {"gravity": ["unknown_choice"]}


def test_gravity_with_ok_is_not_asked_for(booking, secretary, now):
    with pytest.raises(InvalidTick) as caught:
        tick(step_of(booking, "P9"), secretary, now=now, result={"ok": True, "gravity": 1})

    assert caught.value.errors == {"gravity": ["unknown"]}


@pytest.mark.parametrize(("gravity", "incidents"), [({}, 0), ({"gravity": 2}, 1)])
def test_number_out_of_range_opens_one_only_with_a_gravity(gravity, incidents, booking, secretary, now):
    tick(step_of(booking, "P8"), secretary, now=now, result={"value": 31} | gravity, note="cooling off")

    assert Incident.objects.count() == incidents


def test_number_in_range_leaves_the_gravity_out(booking, secretary, now):
    tick(step_of(booking, "P8"), secretary, now=now, result={"value": 23, "gravity": 2})

    assert Incident.objects.count() == 0
    assert step_of(booking, "P8").result == {"value": 23, "unit": "celsius"}


def test_not_ok_by_a_second_person_after_ok_opens_one(booking, secretary, site, now):
    other = factories.make_user("secretary2", "secretary", site=site)
    step = step_of(booking, "P9")
    tick(step, secretary, now=now, result={"ok": True})

    not_ok(step, other, now + MINUTE)

    assert Incident.objects.get().raised_by == other


def test_not_ok_said_twice_is_one_incident(booking, secretary, site, now):
    other = factories.make_user("secretary2", "secretary", site=site)
    step = step_of(booking, "P9")

    not_ok(step, secretary, now)
    not_ok(step, other, now + MINUTE)

    assert Incident.objects.count() == 1


def test_graver_fault_of_the_same_step_is_added_and_told(booking, secretary, manager, site, now):
    other = factories.make_user("secretary2", "secretary", site=site)
    step = step_of(booking, "P9")
    not_ok(step, secretary, now)

    not_ok(step, other, now + MINUTE, note="cable burning", gravity=3)

    found = Incident.objects.get()
    added = found.entries.get(verb="added")
    assert (found.gravity, added.actor, added.data) == (3, other, {"text": "cable burning", "gravity": 3})
    assert Notice.objects.filter(recipient=manager, code="incident_graver").count() == 1


def test_lesser_fault_of_the_same_step_leaves_the_gravity(booking, secretary, site, now):
    other = factories.make_user("secretary2", "secretary", site=site)
    step = step_of(booking, "P9")
    not_ok(step, secretary, now, gravity=2)

    not_ok(step, other, now + MINUTE, note="and the plug", gravity=1)

    found = Incident.objects.get()
    assert (found.gravity, found.entries.get(verb="added").data) == (2, {"text": "and the plug"})


def test_same_words_of_the_same_step_add_nothing(booking, secretary, site, now):
    other = factories.make_user("secretary2", "secretary", site=site)
    step = step_of(booking, "P9")
    not_ok(step, secretary, now)

    not_ok(step, other, now + MINUTE)

    assert list(Incident.objects.get().entries.values_list("verb", flat=True)) == ["opened"]


def test_fault_that_waited_on_a_tablet_began_when_it_was_found(booking, secretary, now):
    step = step_of(booking, "P9")
    not_ok(step, secretary, now + HOUR, tapped_at=now)

    found = Incident.objects.get()
    end_incident(incident_id=found.pk, actor=secretary, now=now + HOUR, over_at=now + 10 * MINUTE)

    found.refresh_from_db()
    assert (found.raised_at, found.over_at) == (now, now + 10 * MINUTE)


def test_not_ok_taken_back_ends_the_incident(booking, secretary, now):
    step = step_of(booking, "P9")
    not_ok(step, secretary, now)

    tick(step, secretary, now=now + MINUTE, wanted="open")

    found = Incident.objects.get()
    assert (found.over_at, found.over_by) == (now + MINUTE, secretary)
    assert "taken_back" in found.entries.values_list("verb", flat=True)
    assert step_of(booking, "P9").state == Step.State.OPEN


def test_not_ok_taken_back_too_late_leaves_the_incident(booking, secretary, now):
    step = step_of(booking, "P9")
    not_ok(step, secretary, now)

    tick(step, secretary, now=now + HOUR, wanted="open")

    assert Incident.objects.get().over_at is None
