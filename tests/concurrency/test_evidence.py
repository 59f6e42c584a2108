"""Pictures and spot checks sent at once: kept once each, with controls that show what the lock is for."""

import threading
from collections import Counter
from functools import partial
from importlib import import_module
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile

from checklists.models import Incident, SpotCheck, Step, StepFile
from checklists.services.evidence_files import keep_file
from checklists.services.spot_checks import record_spot_check
from checklists.services.ticks import tick_step
from tests.checklists.meetings import HOUR, approved, start, step_of
from tests.checklists.pictures import photo_bytes

pytestmark = pytest.mark.django_db(transaction=True)

TAPS = 6


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def booking(room_108, applicant, manager, server, secretary, now):
    return approved(room=room_108, applicant=applicant, start=now + HOUR, now=now, tea=True)


def keep(step, actor, now, op):
    picture = ContentFile(photo_bytes(), name=f"{uuid4().hex}.jpg")
    return keep_file(op=op, step_id=step.pk, kind="photo", picture=picture, actor=actor, now=now)


def files_on(media) -> int:
    return sum(path.is_file() for path in media.rglob("*"))


def test_one_picture_sent_many_times_at_once_is_one_file(booking, server, now, at_once, media):
    step, op = step_of(booking, "P12"), uuid4()

    rows = at_once(*[partial(keep, step, server, now, op)] * TAPS)

    assert {row.pk for row in rows} == {StepFile.objects.get().pk}
    assert files_on(media) == 1


def test_one_picture_sent_twice_without_the_lock_is_not_answered_alike(
    booking, server, now, at_once, media, monkeypatch
):
    """The control: the unique key still keeps one, and the bytes of the other are taken away again."""
    arrived = threading.Barrier(2)
    module = import_module("checklists.services.evidence_files")
    monkeypatch.setattr(module, "lock_owner_of", lambda step: None)
    monkeypatch.setattr(module, "known", lambda row: arrived.wait(10) and None)
    step, op = step_of(booking, "P12"), uuid4()

    outcomes = at_once(*[partial(keep, step, server, now, op)] * 2)

    assert Counter(type(outcome).__name__ for outcome in outcomes) == {"StepFile": 1, "ChecklistError": 1}
    assert (StepFile.objects.count(), files_on(media)) == (1, 1)


def not_ok(step, actor, now, op):
    return tick_step(
        op=op, step_id=step.pk, wanted="done", result={"ok": False}, note="x", device_at=None, actor=actor, now=now
    )


def test_not_ok_sent_many_times_at_once_is_one_incident(booking, secretary, now, at_once):
    step, op = step_of(booking, "P9"), uuid4()

    outcomes = at_once(*[partial(not_ok, step, secretary, now, op)] * TAPS)

    assert {outcome.verdict for outcome in outcomes} == {"applied"}
    assert Incident.objects.count() == 1


def test_not_ok_said_by_two_at_once_is_one_incident(booking, secretary, manager, now, at_once):
    step = step_of(booking, "P9")

    at_once(*[partial(not_ok, step, user, now, uuid4()) for user in (secretary, manager)])

    assert Incident.objects.get().found_by_step == step


def check(booking, actor, now, op):
    return record_spot_check(
        op=op, booking_id=booking.pk, scores={"manner": 4}, lapses=[], text="", actor=actor, now=now
    )


def test_one_spot_check_sent_many_times_at_once_is_one(booking, manager, at_once):
    start(booking, now=booking.start_at)
    due_at, op = step_of(booking, "U8").due_at, uuid4()

    rows = at_once(*[partial(check, booking, manager, due_at, op)] * TAPS)

    assert {row.pk for row in rows} == {SpotCheck.objects.get().pk}
    assert Step.objects.filter(booking=booking, item__code="U8").count() == 1


def test_spot_checks_of_two_managers_at_once_are_two(booking, manager, administrator, at_once):
    start(booking, now=booking.start_at)
    due_at = step_of(booking, "U8").due_at

    at_once(*[partial(check, booking, user, due_at, uuid4()) for user in (manager, administrator)])

    assert Counter(SpotCheck.objects.values_list("step__is_on_demand", flat=True)) == {False: 1, True: 1}
