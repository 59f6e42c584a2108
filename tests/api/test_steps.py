from datetime import timedelta
from uuid import uuid4

import pytest

from checklists.models import Tick
from checklists.services.dispatch import dispatch_due
from tests.checklists.meetings import HOUR, approved, each, on_shift, step_of

STEP_FIELDS = each(
    "id item phase round subject role title evidence quantities booking room opens_at due_at state assignee done_at "
    "done_by late_seconds"
)


@pytest.fixture
def booking(room_108, applicant, server, now):
    on_shift(server, now - HOUR, 12)
    return approved(room=room_108, applicant=applicant, start=now + 5 * HOUR, now=now, tea=True)


def tap(**fields):
    return {"op": str(uuid4()), "done_at": "2026-11-23T09:00:00+08:00", "result": {}, "note": ""} | fields


def test_plan_answers_the_steps_in_due_order(api, server, booking):
    status, plan = api(server).get(f"/bookings/{booking.ref}/plan")

    assert (status, plan["standard"]) == (200, 1)
    assert [step["due_at"] for step in plan["steps"]] == sorted(step["due_at"] for step in plan["steps"])
    pour = next(step for step in plan["steps"] if step["item"] == "P13")
    assert sorted(pour) == STEP_FIELDS
    assert pour == {
        "id": step_of(booking, "P13").pk,
        "item": "P13",
        "phase": "before",
        "round": 1,
        "subject": "",
        "role": "service_staff",
        "title": step_of(booking, "P13").item.title_zh_hans,
        "evidence": {"kind": "tick", "unit": "", "minimum": None, "maximum": None},
        "quantities": pour["quantities"],
        "booking": booking.ref,
        "room": "108",
        "opens_at": pour["opens_at"],
        "due_at": "2026-11-23T13:50:00+08:00",
        "state": "open",
        "assignee": None,
        "done_at": None,
        "done_by": None,
        "late_seconds": 0,
    }


def test_plan_of_a_booking_out_of_sight_is_not_found(api, stranger, booking):
    assert api(stranger).get(f"/bookings/{booking.ref}/plan")[0] == 404


def test_plan_is_for_its_applicant_too(api, applicant, booking):
    assert api(applicant).get(f"/bookings/{booking.ref}/plan")[0] == 200


def test_tick_is_applied_and_the_same_op_answers_the_same(api, server, booking, time_machine, now):
    client, body = api(server), tap()
    path = f"/steps/{step_of(booking, 'P13').pk}/tick"

    first = client.post(path, body)
    time_machine.move_to(now + timedelta(hours=1), tick=False)
    again = client.post(path, body)

    assert first == (
        200,
        {
            "op": body["op"],
            "step": step_of(booking, "P13").pk,
            "verdict": "applied",
            "state": "done",
            "done_at": "2026-11-23T09:00:00+08:00",
            "done_by": "staff1",
            "late_seconds": 0,
        },
    )
    assert again == first
    assert Tick.objects.count() == 1


def test_tick_with_a_wrong_result_is_refused_by_field(api, secretary, booking):
    path = f"/steps/{step_of(booking, 'P8').pk}/tick"

    status, answer = api(secretary).post(path, tap(result={"value": 40}))

    assert status == 422
    assert list(answer["errors"]) == ["result.value"]


@pytest.mark.parametrize(
    ("item", "result", "named"),
    [
        ("P8", {"value": int("9" * 400)}, "result.value"),
        ("P9", {"ok": False, "device": "a\0"}, "result.device"),
        ("P9", {"ok": False, "device": "\ud800"}, "result.device"),
    ],
)
def test_tick_with_what_cannot_be_stored_names_the_field(api, secretary, booking, item, result, named):
    path = f"/steps/{step_of(booking, item).pk}/tick"

    status, answer = api(secretary).post(path, tap(result=result, note="x"))

    assert (status, list(answer["errors"])) == (422, [named])


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"op": "tick-1"}, "op"),
        ({"op": None}, "op"),
        ({"done_at": "yesterday"}, "done_at"),
        ({"done_at": "2026-11-23T09:00:00"}, "done_at"),
        ({"note": "x" * 501}, "note"),
        ({"note": 3}, "note"),
        ({"result": [1]}, "result"),
        ({"wanted": "toggle"}, "wanted"),
        ({"step": 3}, "step"),
    ],
)
def test_tick_with_bad_input_names_the_field(api, server, booking, fields, named):
    status, answer = api(server).post(f"/steps/{step_of(booking, 'P13').pk}/tick", tap(**fields))

    assert (status, list(answer["errors"])) == (422, [named])
    assert Tick.objects.count() == 0


def test_tick_of_an_op_used_elsewhere_is_a_conflict(api, server, booking):
    client, body = api(server), tap()
    client.post(f"/steps/{step_of(booking, 'P13').pk}/tick", body)

    status, answer = client.post(f"/steps/{step_of(booking, 'P12').pk}/tick", body)

    assert (status, answer["code"]) == (409, "op_used")


def test_tick_is_for_the_role_and_the_manager(
    api, booking, applicant, cleaner, technician, secretary, stranger, manager
):
    path = f"/steps/{step_of(booking, 'P13').pk}/tick"
    people = (applicant, cleaner, technician, secretary, stranger, manager)

    assert [api(user).post(path, tap())[0] for user in people] == [403, 403, 403, 403, 404, 200]


def test_tick_undo_reopens(api, server, booking):
    client, path = api(server), f"/steps/{step_of(booking, 'P13').pk}/tick"
    done = client.post(path, tap())[1]

    status, answer = client.post(path, tap(wanted="open", seen=done["op"]))

    assert (status, answer["verdict"], answer["state"], answer["done_at"]) == (200, "applied", "open", None)


def test_steps_mine_are_what_i_have_and_what_is_of_my_role(api, secretary, server, booking):
    steps = api(server).get("/steps?mine=true&date=2026-11-23")[1]["items"]

    assert {step["role"] for step in steps} == {"service_staff"}
    assert "P13" in {step["item"] for step in steps}
    assert {step["item"] for step in api(secretary).get("/steps?mine=true&state=open")[1]["items"]} >= {"P3", "P8"}


def test_steps_by_state_and_day(api, manager, booking, now):
    client = api(manager)
    client.post(f"/steps/{step_of(booking, 'P13').pk}/tick", tap())

    assert [step["item"] for step in client.get("/steps?state=done")[1]["items"]] == ["P13"]
    assert client.get("/steps?state=done&date=2026-11-24")[1]["items"] == []
    assert [step["item"] for step in client.get("/steps?state=late")[1]["items"]] == ["P1"]
    assert client.get("/steps?state=asleep")[0] == 422
    assert client.get("/steps?color=red")[0] == 422


def test_steps_are_paged_without_gaps(api, manager, booking):
    client, seen, cursor = api(manager), [], ""
    while cursor is not None:
        page = client.get(f"/steps?limit=5&cursor={cursor}")[1]
        seen += [step["id"] for step in page["items"]]
        cursor = page["next"]

    assert seen == list(booking.steps.order_by("due_at", "pk").values_list("pk", flat=True))


def test_steps_of_another_site_are_not_seen(api, stranger, booking):
    assert api(stranger).get("/steps")[1]["items"] == []
    assert api(stranger).get(f"/steps/{step_of(booking, 'P13').pk}")[0] == 404


def test_skip_and_take_over_through_the_api(api, server, manager, booking):
    skipped = api(server).post(f"/steps/{step_of(booking, 'P12').pk}/skip", {"reason": "The guests brought tea"})
    taken = api(manager).post(f"/steps/{step_of(booking, 'P13').pk}/take-over")

    assert (skipped[0], skipped[1]["state"], skipped[1]["done_by"]) == (200, "skipped", "staff1")
    assert (taken[0], taken[1]["assignee"]) == (200, "manager")
    assert api(server).post(f"/steps/{step_of(booking, 'P12').pk}/skip", {"reason": ""})[0] == 200
    assert api(manager).post(f"/steps/{step_of(booking, 'P12').pk}/take-over")[0] == 409


def test_reminders_since_a_moment_are_the_callers(api, server, manager, booking):
    step = step_of(booking, "P13")
    dispatch_due(now=step.due_at)

    items = api(server).get("/reminders?since=2026-11-23T13:50:00%2B08:00")[1]["items"]

    due = step.reminders.get(kind="due", recipient=server)
    assert [item for item in items if item["kind"] == "due" and item["item"] == "P13"] == [
        {
            "id": due.pk,
            "step": step.pk,
            "item": "P13",
            "booking": booking.ref,
            "kind": "due",
            "due_at": "2026-11-23T13:50:00+08:00",
            "sent_at": "2026-11-23T13:50:00+08:00",
            "late_seconds": 0,
            "channel": "app",
            "occurrence": 1,
        }
    ]
    assert api(server).get("/reminders?since=2026-11-23T13:50:01%2B08:00")[1]["items"] == []


def test_everything_asks_for_a_token(api, booking):
    step = step_of(booking, "P13")
    paths = ("/steps", f"/steps/{step.pk}", "/reminders", f"/bookings/{booking.ref}/plan")

    assert [api(None).get(path)[0] for path in paths] == [401] * len(paths)
    assert api(None).post(f"/steps/{step.pk}/tick", tap())[0] == 401
