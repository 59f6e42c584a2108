"""HTML set as PDF, with nothing fetched but the product's own files."""

import mimetypes
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.storage import default_storage

# Never resolved: only a base that makes the addresses inside the document absolute.
DOCUMENT_BASE = "https://document.invalid/"
IMAGE_TYPES = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif"})
# What Debian and Ubuntu call the libraries a wheel does not bring.
PACKAGES = {
    "gobject": "libglib2.0-0",
    "pangoft2": "libpangoft2-1.0-0",
    "pango": "libpango-1.0-0",
    "harfbuzz-subset": "libharfbuzz-subset0",
    "harfbuzz": "libharfbuzz0b",
    "fontconfig": "libfontconfig1",
}


class PdfUnavailableError(Exception):
    """The PDF engine cannot load a system library; `packages` are what to install."""

    def __init__(self, packages: list[str]) -> None:
        self.packages = packages
        super().__init__(" ".join(packages))


class AddressRefusedError(ValueError):
    """The document asked for something that is not the product's own."""


@dataclass(frozen=True)
class Document:
    content: bytes
    pages: int


def to_pdf(html: str) -> Document:
    """Raises PdfUnavailableError where a system library is missing."""
    engine = load_engine()
    document = engine.HTML(string=html, base_url=DOCUMENT_BASE, url_fetcher=own_fetcher(engine)).render()
    return Document(document.write_pdf(), len(document.pages))


def load_engine() -> Any:
    # Slow to load, and fails on a machine without Pango: only who prints should notice.
    try:
        import weasyprint  # noqa: PLC0415
    except OSError as exc:
        raise PdfUnavailableError(packages_named_in(str(exc))) from exc
    return weasyprint


def packages_named_in(error: str) -> list[str]:
    named = [package for name, package in PACKAGES.items() if re.search(rf"\b(?:lib)?{name}\b", error)]
    return named[:1] or ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"]


def own_fetcher(engine: Any) -> Any:
    class OwnFilesOnly(engine.urls.URLFetcher):
        """Serves the product's static files and stored images; opens no connection and no path."""

        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
            content, kind = own_file(url)
            return engine.urls.URLFetcherResponse(url, body=content, headers={"Content-Type": kind})

    return OwnFilesOnly(allowed_protocols=("https",), allow_redirects=False)


def own_file(url: str) -> tuple[bytes, str]:
    """The bytes and type of a static file or stored image; anything else raises AddressRefusedError."""
    address, base = urlsplit(url), urlsplit(DOCUMENT_BASE)
    if (address.scheme, address.netloc) != (base.scheme, base.netloc):
        raise AddressRefusedError(url)
    path = unquote(address.path)
    kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
    if ".." not in path.split("/"):
        if path.startswith(settings.STATIC_URL):
            return static_file(path.removeprefix(settings.STATIC_URL)), kind
        if path.startswith(settings.MEDIA_URL) and kind in IMAGE_TYPES:
            return stored_file(path.removeprefix(settings.MEDIA_URL)), kind
    raise AddressRefusedError(url)


def static_file(name: str) -> bytes:
    if staticfiles_storage.exists(name):
        with staticfiles_storage.open(name) as stored:
            return stored.read()
    # Before collectstatic, and in tests, files stand where they were written.
    if found := finders.find(name):
        return Path(found).read_bytes()
    raise AddressRefusedError(name)


def stored_file(name: str) -> bytes:
    if not default_storage.exists(name):
        raise AddressRefusedError(name)
    with default_storage.open(name) as stored:
        return stored.read()
