"""Signed-in browsers for the tests of pages."""

from django.test import Client

from staff.models import User

BACKEND = "staff.backends.PeopleBackend"
HTMX = {"HTTP_HX_REQUEST": "true"}


def signed_in(user: User, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(user, backend=BACKEND)
    return client
