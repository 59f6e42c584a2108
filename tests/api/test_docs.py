"""The examples of the guides run as they stand."""

import re
import shlex
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.test import Client

from bookings.models import Booking
from bookings.webhook_sending import signature
from staff.services.tokens import issue_token

DOCS = Path(__file__).resolve().parents[2] / "docs"
GUIDES = ("api.en.md", "api.zh-hans.md")
EXAMPLE = re.compile(r"```sh\n(curl .*?)\n# (\d{3})\n```", re.DOTALL)
HUIWU = "http://127.0.0.1:8000/api/v1"


def examples(guide):
    return EXAMPLE.findall((DOCS / guide).read_text(encoding="utf-8"))


def sent(command, token):
    """The call a shell would make of it."""
    words = shlex.split(command.replace("$HUIWU", HUIWU).replace("$TOKEN", token))[1:]
    method, data, headers, url = "", None, {}, ""
    while words:
        word = words.pop(0)
        if word == "-X":
            method = words.pop(0)
        elif word == "-H":
            name, _, value = words.pop(0).partition(": ")
            headers[name] = value
        elif word == "-d":
            data = words.pop(0)
        else:
            url = word
    parts = urlsplit(url)
    kind = headers.pop("Content-Type", "")
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return Client(headers=headers).generic(method or ("POST" if data else "GET"), path, data or "", content_type=kind)


@pytest.mark.parametrize("guide", GUIDES)
def test_examples_run_as_they_stand(guide, applicant, room_108, now):
    token = issue_token(applicant, now)

    answers = [(sent(command, token).status_code, int(status)) for command, status in examples(guide)]

    assert len(answers) == 14
    assert [got for got, _ in answers] == [said for _, said in answers]
    assert Booking.objects.get().status == "cancelled"


def test_guides_show_the_same_examples():
    commands = [[re.sub(r'"reason": ".*?"', "", command) for command, _ in examples(guide)] for guide in GUIDES]

    assert commands[0] == commands[1]


@pytest.mark.parametrize("guide", GUIDES)
def test_check_of_a_signature_works_as_shown(guide):
    source = re.search(r"```python\n(.*?)```", (DOCS / guide).read_text(encoding="utf-8"), re.DOTALL)[1]
    scope = {}
    exec(source, scope)
    header = signature("whsec_x", 1000, b"{}")

    verdicts = [
        scope["is_genuine"]("whsec_x", header, b"{}", 1010.0),
        scope["is_genuine"]("whsec_y", header, b"{}", 1010.0),
        scope["is_genuine"]("whsec_x", header, b"{ }", 1010.0),
        scope["is_genuine"]("whsec_x", header, b"{}", 2000.0),
    ]
    assert verdicts == [True, False, False, False]
