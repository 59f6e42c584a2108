import pytest
from django.urls import reverse

from bookings.models import Booking, BookingLog, Closure
from bookings.services import close_room


@pytest.fixture
def boss(client, administrator):
    administrator.is_staff = administrator.is_superuser = True
    administrator.save()
    client.force_login(administrator)
    return client


@pytest.mark.parametrize("model", [Booking, BookingLog, Closure])
def test_admin_shows_but_changes_nothing(boss, approve_one, room_108, manager, now, model):
    booking = approve_one()
    close_room(room_id=room_108.pk, start=now, end=booking.occupied_from, reason="维修", actor=manager, now=now)
    name = f"admin:bookings_{model._meta.model_name}"
    row = model.objects.first()

    statuses = [
        boss.get(reverse(f"{name}_changelist")).status_code,
        boss.get(reverse(f"{name}_change", args=[row.pk])).status_code,
        boss.get(reverse(f"{name}_add")).status_code,
        boss.post(reverse(f"{name}_change", args=[row.pk]), {"status": "closed"}).status_code,
        boss.post(reverse(f"{name}_delete", args=[row.pk]), {"post": "yes"}).status_code,
    ]

    assert statuses == [200, 200, 403, 403, 403]
