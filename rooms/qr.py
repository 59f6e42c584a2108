"""QR codes for pages: drawn as SVG, so that no file is stored and none is fetched."""

import segno
from django.utils.safestring import SafeString, mark_safe


def qr_of(address: str) -> SafeString:
    svg = segno.make(address, error="m").svg_inline(scale=1, border=2, omitsize=True, svgclass="qr")
    return mark_safe(svg)  # noqa: S308 - drawn by the library from dots; the address does not stand in it
