from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from checklists.models import Step, Tick
from staff.roles import Role
from tests import factories
from tests.checklists import meetings
from tests.checklists.pages import HTMX, signed_in

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def clock(time_machine, now):
    return time_machine.move_to(now, tick=False)


@pytest.fixture
def meeting(room_108, applicant, now):
    return meetings.approved(
        room=room_108, applicant=applicant, start=now + HOUR, now=now - 72 * HOUR, tea=True, name_plates=6
    )


@pytest.fixture
def pour(meeting):
    return meetings.step_of(meeting, "P13")


def tap(user, step, **fields):
    client = signed_in(user)
    return client.post(f"/steps/{step.pk}/tick/", {"op": uuid4(), "wanted": "done"} | fields, **HTMX)


def test_tick_answers_the_row_as_it_is_now(pour, server, now):
    response = tap(server, pour)

    pour.refresh_from_db()
    assert (pour.state, pour.done_by, pour.done_at) == ("done", server, now)
    assert response.status_code == 200
    assert f'id="step-{pour.pk}" data-step="{pour.pk}" data-state="done"' in response.content.decode()
    assert "Undo" in response.content.decode()


def test_tick_keeps_the_time_of_the_device(pour, server):
    tap(server, pour, device_at="2026-11-23T01:02:03.456Z")

    assert Tick.objects.get().device_at == datetime(2026, 11, 23, 1, 2, 3, 456000, tzinfo=UTC)


@pytest.mark.parametrize("device_at", ["", "yesterday", "2026-11-23T01:02:03", "0001-01-01T00:00:00+14:00"])
def test_tick_with_a_broken_device_clock_counts_all_the_same(device_at, pour, server):
    tap(server, pour, device_at=device_at)

    assert Tick.objects.get().device_at is None


def test_tick_sent_twice_is_one_tick(pour, server):
    op = uuid4()

    answers = [tap(server, pour, op=op).status_code for _ in range(2)]

    assert (answers, Tick.objects.count()) == ([200, 200], 1)


def test_tick_after_a_colleague_is_kept_and_says_so(pour, server, site):
    other = factories.make_user("staff2", Role.SERVICE_STAFF, site=site)
    tap(server, pour)

    response = tap(other, pour)

    pour.refresh_from_db()
    assert (pour.done_by, Tick.objects.get(by=other).verdict) == (server, "added")
    assert "your entry was kept beside theirs" in response.content.decode()


def test_tick_of_the_round_after_one_just_done_is_kept_and_says_so(meeting, server, now, time_machine):
    meetings.start(meeting, now=now + HOUR)
    first = meetings.step_of(meeting, "U1")
    time_machine.move_to(first.due_at, tick=False)
    tap(server, first)

    response = tap(server, meetings.step_of(meeting, "U1", 2))

    assert meetings.step_of(meeting, "U1", 2).state == "open"
    assert "Done a moment ago already" in response.content.decode()


def test_tick_undone_opens_the_step_again(pour, server):
    tap(server, pour)

    response = tap(server, pour, wanted="open")

    pour.refresh_from_db()
    assert pour.state == "open"
    assert 'data-state="open"' in response.content.decode()


def test_tick_number_is_recorded(meeting, secretary):
    step = meetings.step_of(meeting, "P8")

    tap(secretary, step, value="22.5")

    step.refresh_from_db()
    assert step.result == {"value": 22.5, "unit": "celsius"}


def test_tick_not_ok_without_a_note_keeps_what_was_sent(meeting, secretary):
    step, op = meetings.step_of(meeting, "P9"), uuid4()

    response = tap(secretary, step, op=op, ok="no")

    step.refresh_from_db()
    assert (response.status_code, step.state) == (422, "open")
    assert "Please say what is not right." in response.content.decode()
    assert f'name="op" value="{op}"' in response.content.decode()


def test_tick_not_ok_with_a_note_is_recorded(meeting, secretary):
    step = meetings.step_of(meeting, "P9")

    tap(secretary, step, ok="no", note="灯管坏了")

    step.refresh_from_db()
    assert (step.state, step.result, step.note) == ("done", {"ok": False, "gravity": 1}, "灯管坏了")


def test_tick_number_out_of_range_asks_for_a_note_and_keeps_the_number(meeting, secretary):
    step = meetings.step_of(meeting, "P8")

    response = tap(secretary, step, value="35")

    assert response.status_code == 422
    assert 'value="35"' in response.content.decode()
    assert 'name="note"' in response.content.decode()


@pytest.mark.parametrize("fields", [{"op": "no-uuid"}, {"wanted": "perhaps"}, {"value": "warm"}])
def test_tick_nonsense_is_refused(fields, pour, server):
    response = tap(server, pour, **fields)

    pour.refresh_from_db()
    assert (response.status_code, pour.state) == (422, "open")


def test_tick_without_javascript_leads_back_to_where_it_was_tapped(pour, server, meeting):
    back = f"/tablet/meetings/{meeting.ref}/"

    response = signed_in(server).post(f"/steps/{pour.pk}/tick/", {"op": uuid4(), "wanted": "done", "back": back})

    pour.refresh_from_db()
    assert (response["Location"], pour.state) == (back, "done")


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example/", ""])
def test_tick_without_javascript_never_leads_elsewhere(back, pour, server):
    response = signed_in(server).post(f"/steps/{pour.pk}/tick/", {"op": uuid4(), "wanted": "done", "back": back})

    assert response["Location"] == "/tablet/"


def test_tick_without_javascript_tells_what_is_wrong(meeting, secretary):
    step = meetings.step_of(meeting, "P9")

    response = signed_in(secretary).post(
        f"/steps/{step.pk}/tick/", {"op": uuid4(), "wanted": "done", "ok": "no"}, follow=True
    )

    assert "Please say what is not right." in response.content.decode()


@pytest.mark.parametrize("verb", ["tick", "skip", "take-over"])
def test_step_of_another_site_is_not_found(verb, pour, stranger):
    assert signed_in(stranger).post(f"/steps/{pour.pk}/{verb}/").status_code == 404


@pytest.mark.parametrize("verb", ["tick", "skip", "take-over"])
def test_step_of_another_role_is_forbidden(verb, pour, cleaner):
    assert signed_in(cleaner).post(f"/steps/{pour.pk}/{verb}/").status_code == 403


@pytest.mark.parametrize("verb", ["tick", "skip", "take-over"])
def test_step_is_changed_by_posting_only(verb, pour, server):
    assert signed_in(server).get(f"/steps/{pour.pk}/{verb}/").status_code == 405


def test_skip_with_a_reason_settles_the_step(pour, server):
    signed_in(server).post(f"/steps/{pour.pk}/skip/", {"reason": "客人自带茶"}, **HTMX)

    pour.refresh_from_db()
    assert (pour.state, pour.note) == ("skipped", "客人自带茶")


def test_skip_without_a_reason_is_refused(pour, server):
    response = signed_in(server).post(f"/steps/{pour.pk}/skip/", {"reason": " "}, **HTMX)

    pour.refresh_from_db()
    assert (response.status_code, pour.state) == (422, "open")


def test_take_over_makes_the_step_ones_own(pour, server, manager):
    Step.objects.filter(pk=pour.pk).update(assignee=server)

    response = signed_in(manager).post(f"/steps/{pour.pk}/take-over/", **HTMX)

    pour.refresh_from_db()
    assert (pour.assignee, response.status_code) == (manager, 200)


def test_take_over_of_a_settled_step_says_so(pour, server, manager):
    tap(server, pour)

    response = signed_in(manager).post(f"/steps/{pour.pk}/take-over/", **HTMX)

    assert response.status_code == 422
