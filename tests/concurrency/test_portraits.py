"""Photos of one person put at once, and put while they leave: one file or none is left."""

import io
from functools import partial

import pytest

from staff.errors import StaffError
from staff.models import User
from staff.portraits import clean_portrait
from staff.services.people import change_person
from staff.services.portraits import set_photo
from tests.checklists.pictures import photo_bytes

pytestmark = pytest.mark.django_db(transaction=True)
RIVALS = 6


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def put(person, now):
    data = photo_bytes()
    return set_photo(person_id=person.pk, photo=clean_portrait(io.BytesIO(data), len(data)), actor=person, now=now)


def files_on(media):
    return [f"people/{path.name}" for path in media.rglob("*") if path.is_file()]


def test_photos_put_at_once_leave_one_file(at_once, server, now, media):
    at_once(*[partial(put, server, now)] * RIVALS)

    assert files_on(media) == [User.objects.get(pk=server.pk).photo.name]


def test_photo_put_while_its_person_leaves_is_not_kept(at_once, server, manager, now, media):
    def leave():
        return change_person(person_id=server.pk, fields={"is_active": False}, actor=manager, now=now)

    answers = at_once(partial(put, server, now), leave)

    refused = [each.code for each in answers if isinstance(each, StaffError)]
    assert refused in ([], ["photo_of_retired"])
    assert (User.objects.get(pk=server.pk).photo.name, files_on(media)) == ("", [])
