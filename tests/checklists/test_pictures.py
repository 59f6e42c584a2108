"""Signatures: a real small PNG with ink on it, drawn anew; thumbnails."""

import io

import pytest
from PIL import Image, ImageFile, PngImagePlugin

from checklists import pictures
from checklists.errors import ChecklistError
from checklists.pictures import clean_signature, thumbnail
from tests.checklists.pictures import photo_bytes, signature_bytes


def cleaned(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(clean_signature(io.BytesIO(data), len(data)).read()))


def refusal(data: bytes, size: int | None = None) -> str:
    with pytest.raises(ChecklistError) as refused:
        clean_signature(io.BytesIO(data), len(data) if size is None else size)
    return refused.value.code


@pytest.mark.parametrize("ground", [(0, 0, 0, 0), (255, 255, 255, 255)])
def test_clean_signature_is_grey_on_white(ground):
    image = cleaned(signature_bytes(ground=ground))

    assert (image.format, image.mode, image.size) == ("PNG", "L", (600, 200))
    assert (image.getpixel((0, 0)), image.getpixel((300, 100))) == (255, 0)


def test_clean_signature_keeps_nothing_but_pixels():
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "secret place")
    out = io.BytesIO()
    Image.open(io.BytesIO(signature_bytes())).save(out, "PNG", pnginfo=info)
    data = out.getvalue() + b"<script>"

    result = clean_signature(io.BytesIO(data), len(data)).read()

    assert b"secret place" in data
    assert (b"secret" in result, b"script" in result) == (False, False)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "signature_not_a_png"),
        (b"<html>", "signature_not_a_png"),
        (photo_bytes(), "signature_not_a_png"),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "signature_not_a_png"),
        (signature_bytes()[:120], "signature_not_a_png"),
        (signature_bytes(signed=False), "signature_empty"),
        (signature_bytes(signed=False, ground=(255, 255, 255, 255)), "signature_empty"),
        (signature_bytes(signed=False, ground=(0, 0, 0, 255)), "signature_empty"),
        (signature_bytes((2401, 100)), "signature_size"),
        (signature_bytes((600, 19)), "signature_size"),
    ],
)
def test_clean_signature_of_anything_else_is_refused(data, code):
    assert refusal(data) == code


def test_clean_signature_cut_short_is_refused_where_pillow_was_told_to_take_it(monkeypatch):
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)

    assert refusal(signature_bytes()[:-20]) == "signature_not_a_png"


def test_clean_signature_over_the_size_is_refused_before_it_is_read():
    assert refusal(signature_bytes(), size=pictures.MAX_BYTES + 1) == "signature_too_large"


@pytest.mark.parametrize(("data", "kind"), [(photo_bytes((1600, 1200)), "JPEG"), (signature_bytes(), "PNG")])
def test_thumbnail_is_small_and_of_the_same_kind(data, kind):
    image = Image.open(io.BytesIO(thumbnail(io.BytesIO(data))))

    assert image.format == kind
    assert image.width <= 320
    assert image.height <= 240
