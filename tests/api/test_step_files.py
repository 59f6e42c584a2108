"""Photos and signatures through the API: sent as a form, named by the op in the tick."""

from uuid import uuid4

import pytest

from checklists.models import StepFile
from tests.checklists.meetings import HOUR, approved, step_of
from tests.checklists.pictures import photo, signature, upload


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def step(room_108, applicant, now):
    booking = approved(room=room_108, applicant=applicant, start=now + 5 * HOUR, now=now, tea=True)
    step = step_of(booking, "P13")
    step.details |= {"evidence": {"kind": "photo"}}
    step.save()
    return step


def send(caller, step, **fields):
    response = caller.client.post(f"/api/v1/steps/{step.pk}/files", fields)
    return response.status_code, response.json()


def test_file_is_kept_and_named_in_the_tick(api, server, step, now):
    caller, op = api(server), str(uuid4())

    status, answer = send(caller, step, op=op, file=photo())

    assert (status, answer) == (
        200,
        {
            "op": op,
            "step": step.pk,
            "kind": "photo",
            "signed_name": "",
            "taken_at": "2026-11-23T09:00:00+08:00",
            "by": "staff1",
        },
    )
    tick = {"op": str(uuid4()), "result": {"file": op}}
    assert caller.post(f"/steps/{step.pk}/tick", tick)[1]["state"] == "done"
    assert caller.get(f"/steps/{step.pk}/files") == (200, [answer])


def test_file_sent_again_is_the_same(api, server, step):
    op = str(uuid4())

    answers = [send(api(server), step, op=op, file=photo()) for _ in range(2)]

    assert answers[0] == answers[1]
    assert StepFile.objects.count() == 1


def test_tick_without_the_file_names_the_field(api, server, step):
    status, answer = api(server).post(f"/steps/{step.pk}/tick", {"op": str(uuid4())})

    assert (status, list(answer["errors"])) == (422, ["result.file"])


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"op": "x"}, "op"),
        ({"kind": "film"}, "kind"),
        ({"file": upload(b"<html>")}, "file"),
        ({"kind": "signature", "file": signature(signed=False), "signed_name": "王敏"}, "file"),
        ({"kind": "signature", "file": signature()}, "result.signed_name"),
        ({"size": "7"}, "size"),
    ],
)
def test_file_that_is_wrong_names_the_field(fields, named, api, server, step):
    given = {"op": str(uuid4()), "file": photo()} | fields
    given["file"].seek(0)

    status, answer = send(api(server), step, **given)

    assert (status, list(answer["errors"])) == (422, [named])
    assert StepFile.objects.count() == 0


def test_file_is_for_whoever_may_tick(api, server, applicant, cleaner, manager, stranger, step):
    people = {"server": server, "applicant": applicant, "cleaner": cleaner, "manager": manager, "stranger": stranger}

    answers = {name: send(api(user), step, op=str(uuid4()), file=photo())[0] for name, user in people.items()}

    assert answers == {"server": 200, "applicant": 403, "cleaner": 403, "manager": 200, "stranger": 404}


def test_not_ok_with_gravity_and_device_opens_an_incident(api, technician, room_108, applicant, now):
    booking = approved(room=room_108, applicant=applicant, start=now + 29 * HOUR, now=now, equipment=["sound"])
    body = {"op": str(uuid4()), "result": {"ok": False, "gravity": 2, "device": "sound"}, "note": "hums"}

    status, _ = api(technician).post(f"/steps/{step_of(booking, 'P4').pk}/tick", body)

    found = booking.incidents.get()
    assert (status, found.kind, found.gravity, found.device) == (200, "sound", 2, "sound")
