"""Uploaded pictures: allowed by their content, drawn anew, so that nothing but pixels is kept."""

import io
import uuid
import warnings
from typing import IO

import filetype
from django.core.files.base import ContentFile
from PIL import Image, ImageOps

from rooms.errors import RoomsError

ALLOWED = {"image/jpeg", "image/png", "image/webp"}
# What telephones take where they are not told otherwise; Pillow cannot read it.
TELEPHONES_OWN = {"image/heic", "image/heif", "image/avif"}
MAX_BYTES = 8 * 1024 * 1024
MAX_PIXELS = 50_000_000
LONGEST_SIDE = 1600


def clean_photo(upload: IO[bytes], size: int) -> ContentFile:
    """A JPEG of the upload's pixels under a name of its own; RoomsError says what is wrong with it."""
    picture = picture_in(upload, size)
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return as_jpeg(picture)


def picture_in(upload: IO[bytes], size: int) -> Image.Image:
    if size > MAX_BYTES:
        raise RoomsError("photo_too_large")
    data = upload.read()
    kind = filetype.guess_mime(data)
    if kind not in ALLOWED:
        raise RoomsError("photo_heic" if kind in TELEPHONES_OWN else "photo_not_a_picture")
    try:
        return upright_picture(data)
    except RoomsError:
        raise
    # A broken picture trips Pillow's parsers in ways of their own.
    except Exception as exc:
        raise RoomsError("photo_not_a_picture") from exc


def as_jpeg(picture: Image.Image) -> ContentFile:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85, optimize=True, progressive=True)
    return ContentFile(out.getvalue(), name=f"{uuid.uuid4().hex}.jpg")


def upright_picture(data: bytes) -> Image.Image:
    with warnings.catch_warnings():
        # Pillow only warns of a picture that would take gigabytes to open, and its size is checked here.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        picture = Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP"))
    if picture.width * picture.height > MAX_PIXELS:
        raise RoomsError("photo_too_large")
    return ImageOps.exif_transpose(picture).convert("RGB")
