"""Rows written and read by statements that are written out are those that Django would make."""

from datetime import timedelta

import pytest
from django.db import DataError, connection

from bookings.models import Booking
from rooms.models import Site
from rooms.rows import columns_of, insert_alike, instance_of
from staff.models import User
from tests import factories


@pytest.fixture
def alike(room_108, applicant, now):
    """Unsaved dates of one meeting."""
    like = factories.make_booking(
        room=room_108,
        applicant=applicant,
        start=now,
        tea=True,
        flags=["甲", "乙"],
        wishes="100% %s '",
        temperature=None,
    )
    names = [field.attname for field in Booking._meta.concrete_fields if not field.primary_key]
    facts = {name: getattr(like, name) for name in names}

    def make(number, **fields):
        by = timedelta(days=number)
        own = {"ref": f"HW-{number}", "start_at": like.start_at + by, "end_at": like.end_at + by}
        return Booking(**facts | own | fields)

    return make


def plain(row):
    return {name: value for name, value in vars(row).items() if name != "_state"}


@pytest.mark.parametrize("of_one", [{}, {"exceptions": ["too_long"]}, {"temperature": 21, "requested_at": None}])
def test_rows_alike_are_written_as_they_are(alike, of_one):
    rows = [alike(3), alike(1, **of_one), alike(2)]

    made = insert_alike(rows)

    assert [row.ref for row in made] == ["HW-3", "HW-1", "HW-2"]
    for row in made:
        stored = Booking.objects.get(pk=row.pk)
        assert plain(stored) == plain(row)
        assert (row._state.adding, row._state.db) == (stored._state.adding, stored._state.db)


def test_one_row_and_none(alike):
    assert [row.ref for row in insert_alike([alike(1)])] == ["HW-1"]
    assert insert_alike([]) == []


@pytest.mark.parametrize("others", [{}, {"title": "短"}])
def test_what_is_too_long_is_refused_and_not_cut(alike, others):
    with pytest.raises(DataError):
        insert_alike([alike(1, title="长" * 121), alike(2, **{"title": "长" * 121} | others)])


def test_rows_alike_cost_one_statement_however_many(alike, query_count):
    assert query_count(lambda: insert_alike([alike(number) for number in range(1, 40)])) == 1


@pytest.mark.parametrize("model", [User, Site])
def test_instance_is_as_from_a_queryset(model, applicant, site):
    (row,) = model.objects.all()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns_of(model, 't')} FROM {model._meta.db_table} t")
        found = instance_of(model, cursor.fetchone())

    assert plain(found) == plain(row)
    assert found._state.adding is False
