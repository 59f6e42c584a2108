"""Pictures as tablets send them."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw


def photo_bytes(size=(40, 20), kind="JPEG", **options) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, kind, **options)
    return out.getvalue()


def signature_bytes(size=(600, 200), *, signed=True, ground=(0, 0, 0, 0)) -> bytes:
    drawing = Image.new("RGBA", size, ground)
    if signed:
        ImageDraw.Draw(drawing).line([(30, 30), (size[0] - 30, size[1] - 30)], fill="black", width=3)
    out = io.BytesIO()
    drawing.save(out, "PNG")
    return out.getvalue()


def upload(data: bytes, name: str = "photo.jpg", kind: str = "image/jpeg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, kind)


def photo(**options) -> SimpleUploadedFile:
    return upload(photo_bytes(**options))


def signature(**options) -> SimpleUploadedFile:
    return upload(signature_bytes(**options), "signature.png", "image/png")
