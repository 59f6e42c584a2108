"""Whatever is sent to a page, by whomever, the answer is an answer and never a crash."""

import re
from collections.abc import Iterator
from http.cookies import SimpleCookie
from random import Random
from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.forms import BaseForm
from django.test import Client
from django.urls import reverse

from staff.printing import Document
from tests.fuzz_forms import GOOD
from tests.rights.rows import Row
from tests.test_who_may import TABLE, address_of
from tests.world import PEOPLE, clients_of

# Names no form declares.
QUERY = [
    "after", "back", "booking", "cursor", "date", "draft", "from", "habits", "inside", "language", "limit", "next",
    "move", "op", "page", "q", "ref", "role", "room", "since", "start", "end", "state", "user", "view", "year",
]  # fmt: skip
DATES = [
    "0000-00-00", "0001-01-01", "0001-01-02", "1582-10-10", "2026-02-30", "2026-03-29", "2199-12-31", "9998-12-31",
    "9999-12-31", "9999-12-30", "２０２６-11-24", "2026-W48-2", "20261124",
]  # fmt: skip
TIMES = [
    "00:00", "23:59:59.999999", "24:00", "09:00+08:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00",
    "2026-11-24T09:00:60Z", "2026-11-24T24:00:00Z",
]  # fmt: skip
NUMBERS = ["-1", "0", "1e400", "NaN", "-Infinity", "32768", str(2**31), str(2**63), "9" * 5000, "٣", "0x10", "1.5"]
TEXTS = ["", " ", "\x00", "a\x00b", "\ud800", "\u202e", "'\"><script>", "../../etc/passwd", "[]", "{{7*7}}", "x" * 9000]
LINKS = ["//evil.example", "https:evil.example", "javascript:alert(1)", "\\\\evil.example", "/\r\nX: y", "http://[::1"]
VALUES = [*DATES, *TIMES, *NUMBERS, *TEXTS, *LINKS]
KILLERS = ["0001-01-01", "9999-12-31", "9" * 5000, "\x00"]
PATH_TEXTS = ["%00", "%ED%A0%80", "x" * 3000, "%0d%0aX:y"]
PATH_NUMBERS = ["0", str(2**63), "9" * 400]
HEADERS: list[dict[str, str]] = [
    {},
    {"hx-request": "true"},
    {"hx-request": "true", "hx-boosted": "true", "hx-current-url": "http://[::1", "hx-target": "\x01"},
    {"hx-request": "true", "hx-current-url": "%ED%A0%80", "hx-current-url-uri-autoencoded": "true"},
    {"hx-request": "true", "hx-prompt": "%00", "hx-prompt-uri-autoencoded": "true", "hx-trigger-name": "%FF"},
    {"accept-language": "x" * 4000},
    {"accept-language": "zh-hant;q=9e9,*;q=x,,en-\x00"},
    {"cookie": "language=../../x; sessionid=\x00; csrftoken=x; messages=x"},
    {"cookie": ";;;=; language"},
    {"last-event-id": "9" * 100},
    {"x-forwarded-for": "not an address"},
    {"accept": "\x00", "referer": "http://["},
]
FORM_TYPE = "application/x-www-form-urlencoded"
METHODS = ["HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "BREW"]
BODIES = [
    ("application/json", b'{"a": [1, {"b": '),
    ("application/x-www-form-urlencoded", b"%ff=%ff&=&;&a[]=1&\xff\x00"),
    ("application/x-www-form-urlencoded; charset=utf-7", b"on=+AD"),
    ("multipart/form-data", b"no boundary"),
    ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=on\r\n\r\n"),
    ("text/plain", b"\x00" * 10),
    ("", b"x"),
]

# Pages that are only shown by GET in the table of rights, and take a form as well.
SHOWN_ONLY = {"bookings:rooms", "bookings:inbox_list", "checklists:step_file", "rooms:list"}
SHOWN_ONLY |= {"staff:shifts"}
SHOWN_ONLY |= {"bookings:pools", "bookings:board", "bookings:board_week", "bookings:board_month", "bookings:board_list"}
SHOWN_ONLY |= {"checklists:proposal"}
FORMS = {name for name in GOOD if name not in SHOWN_ONLY}
PAGES = [row for name, rows in TABLE.items() if name != "api" for row in rows]


def declared_names(form: type[BaseForm] = BaseForm) -> Iterator[str]:
    """Every field of every form of the product."""
    yield from getattr(form, "base_fields", {})
    for child in form.__subclasses__():
        yield from declared_names(child)


def odd_fields(random: Random, good: dict[str, Any]) -> dict[str, Any]:
    """The good fields with one or two of them odd, now and then one gone or one that is not asked for."""
    names = sorted(good) if good and random.random() < 0.8 else sorted({*declared_names(), *QUERY})
    chosen = random.sample(names, min(len(names), random.choice((1, 1, 2))))
    odd = {name: random.choice(values_like(good.get(name)) if random.random() < 0.6 else VALUES) for name in chosen}
    if random.random() < 0.1 and good:
        good = {name: value for name, value in good.items() if name != random.choice(sorted(good))}
    return good | odd


def values_like(good: Any) -> list[str]:
    """What comes near a good value goes deepest."""
    kinds = (DATES, r"\d{4}-\d\d-\d\d"), (TIMES, r"\d\d:\d\d|.*T.*"), (NUMBERS, r"\d+"), (LINKS, "/.*")
    return next((values for values, pattern in kinds if re.fullmatch(pattern, str(good))), TEXTS)


def sendable(fields: dict[str, Any]) -> str:
    return urlencode(fields, doseq=True, errors="surrogatepass")


class Storm:
    """Sends odd requests and keeps those that were answered by a crash."""

    def __init__(self, world: Any, now: Any) -> None:
        self.world = world
        self.clients = clients_of(world, now)
        self.crashes: list[str] = []
        for client in self.clients.values():
            client.raise_request_exception = False

    def send(self, name: str, method: str, path: str, body: bytes = b"", kind: str = "", **headers: str) -> None:
        """One request; what it changed is undone."""
        client: Client = self.clients[name]
        cookies = client.cookies
        client.cookies = SimpleCookie(cookies.output(header="", sep=";"))
        if "cookie" in headers:
            headers["cookie"] += f"; {cookies.output(attrs=[], header='', sep=';')}"
        with transaction.atomic():
            response = client.generic(method, path, body, kind, headers=headers)
            if response.streaming:
                b"".join(response)
            transaction.set_rollback(True)
        client.cookies = cookies
        if response.status_code >= 500:
            self.crashes.append(f"{name}: {method} {path[:300]} {body[:600]!r} {headers} -> {crash_of(response)}")


def crash_of(response: Any) -> str:
    info = getattr(response, "exc_info", None)
    return f"{response.status_code} {info[0].__name__}: {str(info[1])[:200]}" if info else str(response.status_code)


@pytest.fixture
def storm(world, now, monkeypatch):
    # Setting a document takes a second, and its input is the page's own.
    monkeypatch.setattr("checklists.services.rundowns.to_pdf", lambda _html: Document(b"%PDF-1.7", pages=1))
    return Storm(world, now)


def reader_of(random: Random, row: Row) -> str:
    """Mostly someone who gets in, for there is more to break inside."""
    inside = [name for name in PEOPLE if row.expected[name] < 400 and name != "anonymous"]
    return random.choice(inside if inside and random.random() < 0.85 else PEOPLE)


def test_pages_survive_odd_fields(storm):
    for row in PAGES:
        random = Random(str(row))
        good = row.data(storm.world) | GOOD.get(row.name, lambda _world: {})(storm.world)
        for _ in range(1 + min(len(good), 3)):
            name, headers = reader_of(random, row), random.choice(HEADERS[:2])
            address, fields = address_of(row, storm.world), odd_fields(random, good)
            if row.method == "POST" or (row.name in FORMS and random.random() < 0.7):
                storm.send(name, "POST", address, sendable(fields).encode(), FORM_TYPE, **headers)
            else:
                storm.send(name, "GET", f"{address.partition('?')[0]}?{sendable(fields)}", **headers)

    assert not storm.crashes, "\n".join(storm.crashes)


def test_pages_survive_a_query_that_is_odd_throughout(storm):
    """Every name a page might read at once; the site stays good, for without one most pages end early."""
    for row in (row for row in PAGES if row.method == "GET"):
        random, (path, _, query) = Random(str(row)), address_of(row, storm.world).partition("?")
        for odd in KILLERS:
            fields = dict.fromkeys(QUERY, odd) | dict(parse_qsl(query, keep_blank_values=True))
            storm.send(reader_of(random, row), "GET", f"{path}?{sendable(fields)}")

    assert not storm.crashes, "\n".join(storm.crashes)


def test_addresses_survive_odd_parts(storm):
    for row in PAGES:
        random = Random(str(row))
        parts = row.path(storm.world) if "/" not in row.name else {}
        for part, value in parts.items():
            mark, odd_parts = marker_for(value)
            marked = reverse(row.name, kwargs=parts | {part: mark})
            for odd in odd_parts:
                path = marked.replace(str(mark), odd)
                storm.send(reader_of(random, row), row.method, path)

    assert not storm.crashes, "\n".join(storm.crashes)


def marker_for(value: Any) -> tuple[Any, list[str]]:
    """Something of the same kind that can be found again in an address, and what may stand there instead."""
    if isinstance(value, int):
        return 987654321, PATH_NUMBERS
    return (uuid4(), PATH_TEXTS) if isinstance(value, UUID) else ("odd-part", PATH_TEXTS)


def test_pages_survive_odd_headers_methods_and_bodies(storm):
    for row in PAGES:
        random, address = Random(str(row)), address_of(row, storm.world)
        storm.send(reader_of(random, row), row.method, address, **random.choice(HEADERS))
        storm.send(reader_of(random, row), random.choice(METHODS), address)
        kind, body = random.choice(BODIES)
        storm.send(reader_of(random, row), "POST", address, body, kind)

    assert not storm.crashes, "\n".join(storm.crashes)
