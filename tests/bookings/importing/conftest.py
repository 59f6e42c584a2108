"""A secretary at the pages of the import."""

import io

import pytest

from bookings.models import BookingImport
from tests.bookings.importing.sheets import csv_of, tried


@pytest.fixture
def page(client, secretary, room_108, now, time_machine):
    time_machine.move_to(now, tick=False)
    client.force_login(secretary)
    return client


@pytest.fixture
def upload(page):
    def send(content, name="oa.csv"):
        file = io.BytesIO(content)
        file.name = name
        return page.post("/bookings/import/", {"file": file})

    return send


@pytest.fixture
def check(page, upload):
    """Upload a sheet, accept what was guessed, and hand back the run."""

    def run(*rows, **options):
        upload(csv_of(*rows, **options))
        latest = BookingImport.objects.latest("pk")
        return tried(page, latest)

    return run
