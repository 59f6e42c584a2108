"""axe over every main page: nothing serious, nothing critical."""

import pytest

from tests.e2e.conftest import DESK, PHONE, ROOT, TABLET

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
GRAVE = ("serious", "critical")

pytestmark = pytest.mark.timeout(240)


@pytest.mark.parametrize(
    ("username", "size", "paths"),
    [
        ("secretary", DESK, ("/inbox/", "/board/", "/rooms/", "/rooms/new/", "/sites/HQ/", "/shifts/", "/notices/")),
        (
            "manager",
            DESK,
            ("/day/", "/people/", "/feedback/", "/operation/", "/standards/", "/standards/1/", "/standards/1/items/"),
        ),
        (
            "secretary",
            DESK,
            ("/board/week/", "/board/month/", "/board/list/", "/board/?view=table"),
        ),
        ("staff1", TABLET, ("/tablet/", "/tablet/rooms/", "/tablet/notices/", "/tablet/me/")),
        ("applicant", PHONE, ("/bookings/new/", "/bookings/mine/", "/accounts/profile/")),
    ],
)
def test_pages_have_no_grave_fault(sign_in, username, size, paths):
    desk = sign_in(username, size=size)

    found = [fault for path in paths for fault in grave_faults(desk.open(path), path)]

    assert found == []


def test_a_page_with_faults_is_found_out(sign_in):
    page = sign_in("applicant").open("/bookings/mine/")
    page.evaluate(
        "document.querySelector('main').append(document.createElement('img'), document.createElement('button'))"
    )

    assert {fault.split(" ")[1] for fault in grave_faults(page, "/")} >= {"image-alt", "button-name"}


def grave_faults(page, path: str) -> list[str]:
    page.wait_for_timeout(400)
    # Through the protocol, so that the page's own content policy stays in force.
    page.evaluate(AXE.read_text(encoding="utf-8"))
    result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{path} {fault['id']} {node['target']}"
        for fault in result["violations"]
        if fault["impact"] in GRAVE
        for node in fault["nodes"]
    ]
