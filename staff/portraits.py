"""Pictures of people: squared from an upload, and how a face is drawn where a name stands."""

from html import escape
from typing import IO

from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from PIL import Image, ImageOps

from rooms.photos import as_jpeg, picture_in
from staff.models import User

SIDE = 320
# Of a picture that is higher than wide the head is rather in its upper part.
MIDDLE = (0.5, 0.35)
# As many as there are tints in the style sheet.
TINTS = 6


def clean_portrait(upload: IO[bytes], size: int) -> ContentFile:
    """A small square of the upload's pixels; RoomsError says what is wrong with it."""
    picture = picture_in(upload, size)
    return as_jpeg(ImageOps.fit(picture, (SIDE, SIDE), Image.Resampling.LANCZOS, centering=MIDDLE))


def photo_url(person: User) -> str:
    """Empty without a photo; another one has another address, so that a browser may keep each."""
    if not person.photo:
        return ""
    return f"{reverse('staff:person_photo', args=[person.pk])}?v={str(person.photo.name)[-12:-4]}"


def tint_of(person: User) -> int:
    return person.pk % TINTS


def initials_of(name: str) -> str:
    """Of a Chinese name its last two characters, of others the first letters of two words."""
    words = name.split()
    if not words:
        return "?"
    if len(words) > 1:
        return (words[0][0] + words[-1][0]).upper()
    return words[0][:1].upper() if words[0].isascii() else words[0][-2:]


def face(person: User, size: str = "") -> SafeString:
    """Beside the name, which it does not say again; a photo that does not come leaves the initials in sight."""
    address = photo_url(person)
    shown = f'<img src="{escape(address)}" alt="" width="{SIDE}" height="{SIDE}" decoding="async">' if address else ""
    classes = f"face tint-{tint_of(person)}{f' face-{size}' if size else ''}"
    initials = escape(initials_of(person.get_full_name()))
    return mark_safe(f'<span class="{classes}" aria-hidden="true">{initials}{shown}</span>')  # noqa: S308 - escaped
