"""A step read by a written statement is what a queryset would have given."""

from datetime import timedelta

import pytest

from checklists.models import Step
from checklists.selectors.step_row import load_step
from tests.checklists import meetings


def plain(row):
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


@pytest.fixture
def step(room_108, applicant, now):
    booking = meetings.approved(
        room=room_108, applicant=applicant, start=now + timedelta(hours=3), now=now, tea=True,
        flags=["FR", "CN"], equipment=["projector"],
    )  # fmt: skip
    return meetings.step_of(booking, "P8")


def test_it_is_as_from_a_queryset_with_one_statement(step, query_count):
    known = Step.objects.select_related("item__standard", "booking", "room").get(pk=step.pk)
    found = []

    def read_all():
        found.append(load_step(step.pk))
        return (found[0].item.standard.number, found[0].booking.title, found[0].room.code)

    assert query_count(read_all) == 1
    assert found[0] == known
    for part in ("item", "booking", "room"):
        assert plain(getattr(found[0], part)) == plain(getattr(known, part))
    assert plain(found[0]) == plain(known)
    assert found[0].item.standard.published_at == known.item.standard.published_at
    assert found[0].item.standard.document == known.item.standard.document


def test_what_was_read_is_written_back(step, server):
    found = load_step(step.pk)
    found.details, found.note = found.details | {"more": [1]}, "好"
    found.save(update_fields=["details", "note"])

    step.refresh_from_db()
    assert (step.details["more"], step.note) == ([1], "好")


def test_a_daily_step_has_no_meeting(site, room_108, step, now):
    daily = Step.objects.create(
        site=site,
        room=room_108,
        on=now.date(),
        item=step.item,
        key="D:1",
        role="service_staff",
        opens_at=now,
        due_at=now,
    )

    found = load_step(daily.pk)
    assert (found.booking, found.room) == (None, room_108)


def test_one_that_is_not_there_says_so(db):
    with pytest.raises(Step.DoesNotExist):
        load_step(404)
