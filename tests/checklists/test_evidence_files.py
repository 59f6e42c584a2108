"""Photos and signatures: kept once for each op, asked for by their steps, never another step's."""

from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError

from checklists.errors import ChecklistError, InvalidTick
from checklists.models import Step, StepFile
from checklists.services import evidence_files
from checklists.services.evidence_files import keep_file
from tests.checklists.meetings import HOUR, approved, step_of, tick
from tests.checklists.pictures import photo_bytes


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def booking(room_108, applicant, now):
    return approved(room=room_108, applicant=applicant, start=now + 5 * HOUR, now=now, tea=True)


def asking(booking, kind: str, code: str = "P12") -> Step:
    step = step_of(booking, code)
    step.details |= {"evidence": {"kind": kind}}
    step.save()
    return step


def kept(step, actor, now, **fields) -> StepFile:
    picture = ContentFile(photo_bytes(), name=f"{uuid4().hex}.jpg")
    given = {"op": uuid4(), "step_id": step.pk, "kind": "photo", "picture": picture, "actor": actor, "now": now}
    return keep_file(**(given | fields))


def files_on(media) -> int:
    return sum(path.is_file() for path in media.rglob("*"))


def refused(call) -> str:
    with pytest.raises(ChecklistError) as caught:
        call()
    return caught.value.code


def test_keep_file_stores_the_picture_under_a_name_nobody_can_guess(booking, server, now, media):
    row = kept(step_of(booking, "P12"), server, now)

    assert (row.kind, row.by, row.taken_at) == ("photo", server, now)
    assert len(row.file.name.split("/")[-1]) == 36
    assert files_on(media) == 1


def test_keep_file_same_op_is_one_file(booking, server, now, media):
    step, op = step_of(booking, "P12"), uuid4()

    rows = [kept(step, server, now, op=op) for _ in range(2)]

    assert rows[0] == rows[1]
    assert (StepFile.objects.count(), files_on(media)) == (1, 1)


def test_keep_file_op_of_another_step_or_person_is_refused(booking, server, secretary, now, media):
    op = uuid4()
    kept(step_of(booking, "P12"), server, now, op=op)

    assert refused(lambda: kept(step_of(booking, "P13"), server, now, op=op)) == "op_used"
    assert refused(lambda: kept(step_of(booking, "P12"), secretary, now, op=op)) == "op_used"
    assert files_on(media) == 1


def test_keep_file_refused_by_the_database_leaves_no_bytes_behind(booking, server, now, media, monkeypatch):
    op = uuid4()
    kept(step_of(booking, "P12"), server, now, op=op)
    monkeypatch.setattr(evidence_files, "known", lambda _row: None)

    assert refused(lambda: kept(step_of(booking, "P13"), server, now, op=op)) == "op_used"
    assert files_on(media) == 1


def test_two_files_of_one_op_are_refused_by_the_database(booking, server, now):
    row = kept(step_of(booking, "P12"), server, now)

    with pytest.raises(IntegrityError, match="op"):
        StepFile.objects.create(op=row.op, step=row.step, kind="photo", taken_at=now, by=server)


def test_keep_file_of_a_step_that_is_gone_is_refused(booking, server, now):
    step = step_of(booking, "P12")
    Step.objects.filter(pk=step.pk).update(state=Step.State.WITHDRAWN)

    assert refused(lambda: kept(step, server, now)) == "wrong_state"


def test_keep_file_stops_at_enough(booking, server, now, monkeypatch):
    monkeypatch.setattr(evidence_files, "MOST_FILES", 2)
    step = step_of(booking, "P12")
    for _ in range(2):
        kept(step, server, now)

    assert refused(lambda: kept(step, server, now)) == "too_many_files"


@pytest.mark.parametrize(("name", "code"), [("  ", "who_signs"), ("x" * 81, "too_long")])
def test_keep_file_of_a_signature_needs_the_name(name, code, booking, server, now):
    with pytest.raises(InvalidTick) as caught:
        kept(step_of(booking, "P12"), server, now, kind="signature", signed_name=name)

    assert caught.value.errors == {"signed_name": [code]}


def errors_of(step, actor, now, **fields) -> dict:
    with pytest.raises(InvalidTick) as caught:
        tick(step, actor, now=now, **fields)
    return caught.value.errors


@pytest.mark.parametrize("kind", ["photo", "signature"])
def test_tick_without_its_picture_is_refused(kind, booking, server, now):
    step = asking(booking, kind)

    assert errors_of(step, server, now, result={}) == {"file": [f"{kind}_needed"]}
    step.refresh_from_db()
    assert step.state == "open"


@pytest.mark.parametrize("kind", ["photo", "signature"])
def test_tick_with_its_picture_is_done(kind, booking, server, now):
    step = asking(booking, kind)
    row = kept(step, server, now, kind=kind, signed_name="王敏")

    tick(step, server, now=now, result={"file": str(row.op)})

    step.refresh_from_db()
    assert (step.state, step.result) == ("done", {"file": str(row.op)})


@pytest.mark.parametrize("odd", ["x", 7, ["a"], {}, "0b6a2f0e-5d0c-4a57-9d52-0f7f0c1f8a11"])
def test_tick_with_a_picture_that_is_none_is_refused(odd, booking, server, now):
    assert errors_of(asking(booking, "photo"), server, now, result={"file": odd}) == {"file": ["unknown_file"]}


def test_tick_with_the_picture_of_another_step_is_refused(booking, server, now):
    other = kept(step_of(booking, "P13"), server, now)

    errors = errors_of(asking(booking, "photo"), server, now, result={"file": str(other.op)})

    assert errors == {"file": ["unknown_file"]}


def test_tick_of_a_signature_with_a_photo_is_refused(booking, server, now):
    step = asking(booking, "signature")
    row = kept(step, server, now)

    assert errors_of(step, server, now, result={"file": str(row.op)}) == {"file": ["unknown_file"]}


def test_tick_of_a_signature_by_typed_name_needs_a_remark(booking, server, now):
    step = asking(booking, "signature")
    for name in ("王\0", "\udfff"):
        found = errors_of(step, server, now, result={"signed_name": name}, note="x")
        assert found["signed_name"] == ["bad_character"]
    assert errors_of(step, server, now, result={"signed_name": "王敏"}) == {"note": ["how_signed"]}

    tick(step, server, now=now, result={"signed_name": " 王敏 "}, note="on paper")

    step.refresh_from_db()
    assert (step.state, step.result, step.note) == ("done", {"signed_name": "王敏"}, "on paper")


def test_tick_may_bring_a_photo_beside_what_is_asked(booking, secretary, now):
    step = step_of(booking, "P8")
    row = kept(step, secretary, now)

    tick(step, secretary, now=now, result={"value": 22, "file": str(row.op)})

    step.refresh_from_db()
    assert step.result == {"value": 22, "unit": "celsius", "file": str(row.op)}
