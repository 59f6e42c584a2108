"""The API keeps what its document promises: calls drawn from the document itself, answers judged by it."""

import copy

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.config import SchemathesisConfig

from config.api import api
from config.wsgi import application
from staff.printing import Document
from staff.services.tokens import issue_token

# Refusals that depend on what is stored, such as a room that is taken or unknown, are documented like all others.
CONFIG = {
    "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", 401, 403, 404, 409, 422, 503]}},
    "seed": 1,
}
DRAWN = settings(
    max_examples=5,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)

schema = schemathesis.openapi.from_dict(api.get_openapi_schema(), config=SchemathesisConfig.from_dict(CONFIG))
schema.app = application


@pytest.fixture
def house(world, now, monkeypatch):
    """One of everything, so that calls reach what they name; a document takes a second to set, and is made up."""
    monkeypatch.setattr("checklists.services.rundowns.to_pdf", lambda _html: Document(b"%PDF-1.7", pages=1))
    # As Django's own test client does: a real call would close the connection that the test stands in.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    world.headers = {"Authorization": f"Bearer {issue_token(world.people['administrator'], now)}"}
    yield world
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def judged(case, house):
    with transaction.atomic():
        response = case.call(headers=house.headers)
        transaction.set_rollback(True)
    case.validate_response(response, headers=house.headers)


def examined(operation, house):
    @DRAWN
    @given(case=operation.as_strategy())
    def calls(case):
        judged(case, house)

    calls()


@pytest.mark.timeout(300)
def test_calls_drawn_from_the_document_are_answered_as_it_says(house):
    """One house for all: making it takes longer than the calls."""
    names = []
    for found in schema.get_all_operations():
        operation = found.ok()
        examined(operation, house)
        names.append(operation.label)

    assert "POST /api/v1/bookings/{ref}/approve" in names


def test_answer_that_breaks_its_promise_is_found(house):
    """The judge itself: a document that promises another status is not kept."""
    document = copy.deepcopy(api.get_openapi_schema())
    document["paths"] = {"/api/v1/rooms": document["paths"]["/api/v1/rooms"]}
    document["paths"]["/api/v1/rooms"]["get"]["responses"] = {"418": {"description": "a tea pot"}}
    broken = schemathesis.openapi.from_dict(document)
    broken.app = application

    with pytest.raises(BaseExceptionGroup, match=r"Schemathesis|failure"):
        examined(broken["/api/v1/rooms"]["GET"], house)
