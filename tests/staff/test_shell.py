"""The menu, the unread count and the languages of every page."""

import pytest
from django.test import RequestFactory
from django.urls import reverse
from django.utils import translation

from staff.context_processors import shell
from staff.models import Notice
from staff.navigation import ENTRIES, HOMES, nav_for
from staff.roles import Role
from tests.factories import make_user


@pytest.mark.parametrize(
    ("role", "names"),
    [
        (Role.APPLICANT, ["bookings:board", "bookings:new", "bookings:mine", "rooms:list"]),
        (Role.SERVICE_STAFF, ["checklists:tablet", "bookings:board", "rooms:list"]),
        (
            Role.SECRETARY,
            [
                "checklists:day",
                "bookings:inbox",
                "checklists:tablet",
                "bookings:board",
                "bookings:new",
                "bookings:mine",
                "rooms:list",
                "staff:shifts",
            ],
        ),
        (
            Role.MANAGER,
            [
                "checklists:day",
                "checklists:tablet",
                "bookings:board",
                "bookings:new",
                "bookings:mine",
                "rooms:list",
                "staff:shifts",
                "staff:people",
                "feedback:overview",
            ],
        ),
    ],
)
def test_nav_for_a_role_is_what_it_works_with(site, role, names):
    assert [entry.name for entry in nav_for(make_user("someone", role, site=site), "/")] == names


def test_nav_marks_the_entry_whose_page_is_open(manager):
    current = [entry.name for entry in nav_for(manager, "/rooms/17/edit/") if entry.is_current]

    assert current == ["rooms:list"]


def test_nav_marks_nothing_elsewhere(manager):
    assert [entry.name for entry in nav_for(manager, "/notices/") if entry.is_current] == []


def test_every_entry_and_home_has_an_address():
    for name in [*(entry.url_name for entry in ENTRIES), *(name for _roles, name in HOMES)]:
        assert reverse(name)


def test_shell_counts_unread_only_when_asked(applicant, now, query_count):
    Notice.objects.create(recipient=applicant, code="x", key="1", created_at=now)
    request = RequestFactory().get("/")
    request.user = applicant

    assert query_count(lambda: shell(request)) == 0
    assert shell(request)["unread"] == 1


def test_shell_names_each_language_in_itself():
    with translation.override("zh-hant"):
        languages = shell(RequestFactory().get("/"))["languages"]

    assert [(each.name, each.is_current) for each in languages] == [
        ("简体中文", False),
        ("繁體中文", True),
        ("English", False),
    ]
