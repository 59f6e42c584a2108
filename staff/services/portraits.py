"""A person's photo: put by themselves or by who leads them, and gone when they are."""

from datetime import datetime

from django.core.files.base import ContentFile
from django.db import transaction

from staff.errors import StaffError
from staff.models import StaffLog, User


def set_photo(*, person_id: int, photo: ContentFile, actor: User, now: datetime) -> User:
    """In the place of the one before. Raises `photo_of_retired`."""
    with transaction.atomic():
        person = User.objects.select_for_update(no_key=True).get(pk=person_id)
        if not person.is_active:
            raise StaffError("photo_of_retired")
        drop_photo(person)
        person.photo.save(str(photo.name), photo, save=False)
        keep_or_discard(person, actor, now)
    return person


def keep_or_discard(person: User, actor: User, now: datetime) -> None:
    try:
        keep(person, "photo_set", actor, now)
    except Exception:
        # The bytes went to the disk before the row was refused.
        person.photo.delete(save=False)
        raise


@transaction.atomic
def remove_photo(*, person_id: int, actor: User, now: datetime) -> User:
    """Twice is the same as once."""
    person = User.objects.select_for_update(no_key=True).get(pk=person_id)
    if drop_photo(person):
        keep(person, "photo_removed", actor, now)
    return person


def drop_photo(person: User) -> bool:
    """Off the unsaved row at once, off the disk once the row is kept without it."""
    name, storage = person.photo.name, person.photo.storage
    if not name:
        return False
    person.photo = ""
    transaction.on_commit(lambda: storage.delete(name))
    return True


def keep(person: User, verb: str, actor: User, now: datetime) -> None:
    person.save(update_fields=["photo"])
    StaffLog.objects.create(person=person, at=now, actor=actor, verb=verb)
