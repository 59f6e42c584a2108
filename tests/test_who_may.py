"""Who may open and do what: every address of the product against everyone who might ask.

An address missing here fails, and so does one that is no more. The lines stand in `tests/rights/`.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from tests.rights.api import API
from tests.rights.bookings import BOOKINGS, EXCHANGE, SCREENS
from tests.rights.duty import DUTY
from tests.rights.house import ACCOUNTS, ROOMS
from tests.rights.rows import Row
from tests.rights.service import CHECKLISTS, FEEDBACK, STANDARDS
from tests.rights.training import CERTIFICATES, EXAMINATIONS, GROWTH, SKILLS, TRAINING
from tests.world import clients_of

# By namespace or name, each with the reason.
EXCLUDED = {
    "admin": "Django's administration asks for the role before every page; tested with the sign-in pages",
    "api:openapi-json": "the description of the API, open to anyone",
    "api:openapi-view": "its reader, the same",
    "api:api-root": "answers nothing; the framework needs it to make addresses",
}

QUERIES = {
    "api:list_free_rooms": "?start=2026-11-24T09:00:00%2B08:00&end=2026-11-24T10:00:00%2B08:00&headcount=5",
    "api:list_reminders": "?since=2026-11-01T00:00:00%2B08:00",
    "api:read_rundown": "?date=2026-11-23&site=HQ",
}

TABLE = {
    "accounts": ACCOUNTS,
    "duty": DUTY,
    "rooms": ROOMS,
    "bookings": BOOKINGS,
    "exchange": EXCHANGE,
    "screens": SCREENS,
    "checklists": CHECKLISTS,
    "standards": STANDARDS,
    "feedback": FEEDBACK,
    "skills": SKILLS,
    "training": TRAINING,
    "growth": GROWTH,
    "certificates": CERTIFICATES,
    "examinations": EXAMINATIONS,
    "api": API,
}


def addresses(resolver: Any = None, space: str = "", prefix: str = "") -> Iterator[str]:
    """The names of every pattern with its namespaces; a pattern without a name goes by its route."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver) and pattern.namespace in EXCLUDED:
            continue
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from addresses(pattern, inner, route)
        else:
            yield f"{space}{pattern.name}" if pattern.name else route


def test_every_address_stands_in_the_table():
    found = set(addresses()) - EXCLUDED.keys()

    assert found == {row.name for rows in TABLE.values() for row in rows}


def address_of(row: Row, world: Any) -> str:
    if "/" in row.name:
        return "/" + row.name.replace("<path:rest>", "nowhere")
    return reverse(row.name, kwargs=row.path(world)) + (row.query or QUERIES.get(row.name, ""))


def answer_to(client: Client, row: Row, world: Any) -> int:
    """The status one person gets; whatever it changed is undone."""
    cookies = client.cookies.copy()
    data, options = row.data(world), {}
    if row.name.startswith("api:") and row.method != "GET":
        data, options = json.dumps(data), {"content_type": "application/json"}
    with transaction.atomic():
        call = getattr(client, row.method.lower())
        response = call(address_of(row, world), data, **options)
        transaction.set_rollback(True)
    if response.streaming:
        # Read to its end a file closes itself; `response.close()` would close the database connection as well.
        b"".join(response)
    client.cookies = cookies
    return response.status_code


@pytest.mark.timeout(600)
@pytest.mark.parametrize("app", TABLE)
def test_address_answers_each_person_as_the_table_says(app, world, now):
    clients = clients_of(world, now)

    wrong = {}
    for row in TABLE[app]:
        answers = {name: answer_to(client, row, world) for name, client in clients.items()}
        wrong |= {f"{row} by {name}": status for name, status in answers.items() if status != row.expected[name]}

    assert wrong == {}
