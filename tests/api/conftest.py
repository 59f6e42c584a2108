"""A client for each person, speaking JSON with a bearer token."""

import json

import pytest
from django.test import Client

from staff.services.tokens import issue_token


class ApiClient:
    """Calls the API and hands back (status, decoded body)."""

    def __init__(self, user, now):
        self.client = Client(headers={"Authorization": f"Bearer {issue_token(user, now)}"} if user else {})
        self.response = None

    def call(self, method, path, body=None, **options):
        data = json.dumps(body) if body is not None else ""
        self.response = self.client.generic(method, f"/api/v1{path}", data, content_type="application/json", **options)
        content = self.response.content
        return self.response.status_code, json.loads(content) if content else None

    def get(self, path, **options):
        return self.call("GET", path, **options)

    def post(self, path, body=None):
        return self.call("POST", path, body)

    def patch(self, path, body):
        return self.call("PATCH", path, body)


@pytest.fixture(autouse=True)
def frozen(time_machine, now):
    """The clock of the calls stands at the fixed moment."""
    time_machine.move_to(now, tick=False)


@pytest.fixture
def api(now):
    return lambda user: ApiClient(user, now)


@pytest.fixture
def body(room_108):
    """The least a request needs, for tomorrow at nine in Shanghai."""

    def make(**fields):
        defaults = {
            "room": "108",
            "title": "季度会",
            "start": "2026-11-24T09:00:00+08:00",
            "end": "2026-11-24T11:00:00+08:00",
            "headcount": 10,
            "host": "市场部",
            "contact": "王敏",
        }
        return defaults | fields

    return make
