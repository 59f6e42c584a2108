"""Pictures from the tablet: kept, shown to those who may see the step, refused with a sentence."""

import io
from uuid import uuid4

import pytest
from PIL import Image

from checklists.models import Incident, StepFile
from rooms import photos
from staff.roles import Role
from tests import factories
from tests.checklists import meetings
from tests.checklists.meetings import HOUR, MINUTE
from tests.checklists.pages import HTMX, signed_in
from tests.checklists.pictures import photo, photo_bytes, signature, upload


@pytest.fixture(autouse=True)
def clock(time_machine, now, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return time_machine.move_to(now, tick=False)


@pytest.fixture
def meeting(room_108, applicant, now):
    return meetings.approved(
        room=room_108, applicant=applicant, start=now + HOUR, now=now - 72 * HOUR, tea=True, equipment=["projector"]
    )


def asking(meeting, kind, code="P13"):
    step = meetings.step_of(meeting, code)
    step.details |= {"evidence": {"kind": kind}}
    step.save()
    return step


def tap(user, step, **fields):
    return signed_in(user).post(f"/steps/{step.pk}/tick/", {"op": uuid4(), "wanted": "done"} | fields, **HTMX)


def address(row: StepFile) -> str:
    return f"/steps/{row.step_id}/files/{row.op}/"


def test_tick_with_a_photo_keeps_it_and_shows_it(meeting, server, now):
    step, op = asking(meeting, "photo"), uuid4()

    page = tap(server, step, photo=photo(), file_op=op).content.decode()

    step.refresh_from_db()
    row = StepFile.objects.get()
    assert (step.state, step.result, row.op, row.by) == ("done", {"file": str(op)}, op, server)
    assert f'src="{address(row)}?size=small"' in page


def test_tick_without_the_photo_says_so(meeting, server):
    response = tap(server, asking(meeting, "photo"))

    assert response.status_code == 422
    assert "Please take a photo first." in response.content.decode()


@pytest.mark.parametrize(
    ("file", "text"),
    [
        (upload(b"<html><script>alert(1)</script></html>"), "This is not a JPEG, PNG or WebP picture."),
        (upload(photo_bytes((400, 300))[:300]), "This is not a JPEG, PNG or WebP picture."),
        (upload(b""), "This is not a JPEG, PNG or WebP picture."),
    ],
)
def test_tick_with_what_is_no_photo_is_refused_with_a_sentence(file, text, meeting, server):
    file.seek(0)

    response = tap(server, asking(meeting, "photo"), photo=file)

    assert response.status_code == 422
    assert text in response.content.decode()
    assert StepFile.objects.count() == 0


def test_tick_with_a_huge_photo_is_refused_with_a_sentence(meeting, server, monkeypatch):
    monkeypatch.setattr(photos, "MAX_BYTES", 100)

    response = tap(server, asking(meeting, "photo"), photo=photo(size=(800, 600)))

    assert "The picture is too large." in response.content.decode()


def test_not_ok_form_keeps_the_photo_and_what_was_typed(meeting, secretary):
    step = meetings.step_of(meeting, "P9")

    page = tap(secretary, step, ok="no", gravity="3", photo=photo()).content.decode()

    row = StepFile.objects.get()
    assert "Please say what is not right." in page
    assert f'name="file" value="{row.op}"' in page
    assert 'name="gravity" value="3" checked' in page

    tap(secretary, step, ok="no", gravity="3", note="lamp dead", file=row.op)

    step.refresh_from_db()
    assert step.result == {"ok": False, "gravity": 3, "file": str(row.op)}


def test_not_ok_photo_outlives_a_fault_in_another_field(meeting, secretary):
    step = meetings.step_of(meeting, "P8")

    page = tap(secretary, step, value="warm", photo=photo()).content.decode()

    assert f'name="file" value="{StepFile.objects.get().op}"' in page


def test_not_ok_shows_the_incident_with_a_link(meeting, secretary):
    page = tap(secretary, meetings.step_of(meeting, "P9"), ok="no", gravity="2", note="lamp dead").content.decode()

    assert f'href="/incidents/{Incident.objects.get().pk}/"' in page
    assert "Incident · Serious" in page


def test_not_ok_of_a_device_offers_the_meetings_equipment(meeting, technician):
    page = signed_in(technician).get(f"/tablet/meetings/{meeting.ref}/").content.decode()

    assert '<option value="projector">Projector</option>' in page


def test_ok_leaves_the_choices_of_the_fault_form_out(meeting, secretary):
    step = meetings.step_of(meeting, "P9")

    tap(secretary, step, ok="yes", gravity="1", device="")

    step.refresh_from_db()
    assert step.result == {"ok": True}
    assert Incident.objects.count() == 0


def test_signature_drawn_is_kept_with_the_name(meeting, server):
    step = asking(meeting, "signature")

    page = tap(server, step, signature=signature(), signed_name="王敏", note="").content.decode()

    row, step = StepFile.objects.get(), meetings.step_of(meeting, "P13")
    assert (row.kind, row.signed_name, step.state, step.result) == ("signature", "王敏", "done", {"file": str(row.op)})
    assert "Signature of 王敏" in page


def test_signature_by_typed_name_and_remark_needs_no_drawing(meeting, server):
    step = asking(meeting, "signature")

    tap(server, step, signed_name="王敏", note="on paper")

    step.refresh_from_db()
    assert (step.state, step.result, step.note) == ("done", {"signed_name": "王敏"}, "on paper")


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({}, "Please have it signed first."),
        ({"signed_name": "王敏"}, "please say how it was given"),
        ({"signature": signature(signed=False), "signed_name": "王敏"}, "Nothing can be read."),
        (
            {"signature": upload(photo_bytes(), "x.png", "image/png"), "signed_name": "王敏"},
            "not a signature drawn here",
        ),
        ({"signature": signature()}, "Please enter the name of the person who signs."),
    ],
)
def test_signature_that_is_none_is_refused_with_a_sentence(fields, text, meeting, server):
    for value in fields.values():
        if hasattr(value, "seek"):
            value.seek(0)

    response = tap(server, asking(meeting, "signature"), **fields)

    assert response.status_code == 422
    assert text in response.content.decode()


def test_picture_form_without_javascript_leads_back(meeting, server):
    step = asking(meeting, "photo")

    response = signed_in(server).post(
        f"/steps/{step.pk}/tick/", {"op": uuid4(), "wanted": "done", "photo": photo(), "back": "/tablet/rooms/"}
    )

    step.refresh_from_db()
    assert (response.url, step.state) == ("/tablet/rooms/", "done")


def test_add_file_puts_a_photo_beside_a_settled_step(meeting, secretary):
    step = meetings.step_of(meeting, "P9")
    tap(secretary, step, ok="no", note="lamp dead")

    response = signed_in(secretary).post(f"/steps/{step.pk}/files/", {"photo": photo()}, **HTMX)

    assert response.status_code == 200
    assert address(StepFile.objects.get()) in response.content.decode()


def test_add_file_without_one_says_so(meeting, server):
    response = signed_in(server).post(f"/steps/{meetings.step_of(meeting, 'P13').pk}/files/", {}, **HTMX)

    assert response.status_code == 422
    assert "Please take a photo first." in response.content.decode()


@pytest.fixture
def row(meeting, server):
    step = asking(meeting, "photo")
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    tap(server, step, photo=photo(size=(800, 600), exif=exif))
    return StepFile.objects.get()


def test_file_is_served_as_nothing_but_a_picture(row, server):
    response = signed_in(server).get(address(row))

    assert b"secret place" not in response.content
    assert {name: response[name] for name in ("Content-Type", "X-Content-Type-Options", "Content-Disposition")} == {
        "Content-Type": "image/jpeg",
        "X-Content-Type-Options": "nosniff",
        "Content-Disposition": f'inline; filename="photo-{row.step_id}-{row.pk}.jpg"',
    }
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert Image.open(io.BytesIO(response.content)).size == (800, 600)


def test_file_small_is_a_thumbnail(row, server):
    response = signed_in(server).get(address(row), {"size": "small"})

    assert Image.open(io.BytesIO(response.content)).size == (320, 240)


def test_file_is_for_those_who_may_see_the_step(row, site, applicant, cleaner, stranger, administrator):
    colleague = factories.make_user("colleague", Role.APPLICANT, site=site)
    people = {"applicant": applicant, "cleaner": cleaner, "colleague": colleague, "stranger": stranger}
    people["administrator"] = administrator

    answers = {name: signed_in(user).get(address(row)).status_code for name, user in people.items()}

    assert answers == {"applicant": 200, "cleaner": 200, "colleague": 403, "stranger": 404, "administrator": 200}


def test_file_of_another_step_is_not_found(row, meeting, server):
    other = meetings.step_of(meeting, "P12")

    assert signed_in(server).get(f"/steps/{other.pk}/files/{row.op}/").status_code == 404


def test_file_that_is_gone_from_the_disk_is_not_found(row, server):
    row.file.delete(save=False)

    assert signed_in(server).get(address(row)).status_code == 404


def test_plan_panel_shows_the_pictures(row, meeting, secretary):
    page = signed_in(secretary).get(f"/bookings/{meeting.ref}/plan/").content.decode()

    assert f'src="{address(row)}?size=small"' in page


def test_tablet_sends_as_many_statements_for_one_picture_as_for_three(row, meeting, server, query_count, now):
    client, path = signed_in(server), f"/tablet/meetings/{meeting.ref}/"
    client.get(path)
    one = query_count(lambda: client.get(path))
    for code in ("P10", "P12"):
        step = meetings.step_of(meeting, code)
        client.post(f"/steps/{step.pk}/files/", {"photo": photo()})

    assert StepFile.objects.count() == 3
    assert query_count(lambda: client.get(path)) == one


def test_undo_of_a_tick_leaves_its_photo(row, server, now, time_machine):
    time_machine.move_to(now + MINUTE, tick=False)

    tap(server, row.step, wanted="open")

    row.step.refresh_from_db()
    assert (row.step.state, StepFile.objects.count()) == ("open", 1)
