"""Signatures drawn on glass: a small PNG with ink on it, drawn anew so that nothing but pixels is kept; thumbnails."""

import io
import uuid
import warnings
from typing import IO

import filetype
from django.core.files.base import ContentFile
from PIL import Image

from checklists.errors import ChecklistError

MAX_BYTES = 512 * 1024
LONGEST_SIDE, SHORTEST_SIDE = 2400, 20
# Fewer dark points than this are a touch, not a name; more than this share of all is no line any more.
LEAST_INK, MOST_INK = 60, 0.6
DARK_BELOW = 160
THUMBNAIL = (320, 240)


def clean_signature(upload: IO[bytes], size: int) -> ContentFile:
    """The drawing in grey on white under a name of its own; ChecklistError says what is wrong with it."""
    if size > MAX_BYTES:
        raise ChecklistError("signature_too_large")
    data = upload.read()
    if filetype.guess_mime(data) != "image/png":
        raise ChecklistError("signature_not_a_png")
    drawing = on_paper(data)
    check_ink(drawing)
    out = io.BytesIO()
    drawing.save(out, "PNG", optimize=True)
    return ContentFile(out.getvalue(), name=f"{uuid.uuid4().hex}.png")


def on_paper(data: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            # WeasyPrint tells Pillow to take what is cut short for whole, in every thread of the process.
            Image.open(io.BytesIO(data), formats=("PNG",)).verify()
            picture = Image.open(io.BytesIO(data), formats=("PNG",))
        # Before a point of it is drawn.
        is_fitting = min(picture.size) >= SHORTEST_SIDE and max(picture.size) <= LONGEST_SIDE
        ink = picture.convert("RGBA") if is_fitting else None
    # A broken picture trips Pillow's parsers in ways of their own.
    except Exception as exc:
        raise ChecklistError("signature_not_a_png") from exc
    if ink is None:
        raise ChecklistError("signature_size")
    return Image.alpha_composite(Image.new("RGBA", ink.size, "white"), ink).convert("L")


def check_ink(drawing: Image.Image) -> None:
    dark = sum(drawing.histogram()[:DARK_BELOW])
    if not LEAST_INK <= dark <= MOST_INK * drawing.width * drawing.height:
        raise ChecklistError("signature_empty")


def thumbnail(file: IO[bytes]) -> bytes:
    """A small one of a picture of our own making, in its own format."""
    picture = Image.open(file)
    kind = picture.format or "PNG"
    # JPEG decodes at a fraction of its size when asked before it is loaded.
    picture.draft("RGB" if kind == "JPEG" else "L", THUMBNAIL)
    picture.thumbnail(THUMBNAIL)
    out = io.BytesIO()
    picture.save(out, kind, quality=75)
    return out.getvalue()
