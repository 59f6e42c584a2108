"""axe over every main page: nothing serious, nothing critical."""

import re

import pytest

from tests.e2e.conftest import DESK, PHONE, ROOT, TABLET, until

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
GRAVE = ("serious", "critical")
# What a theme can change.
COLOURS = ("color-contrast", "link-in-text-block")
PORTRAIT = (768, 1024)
SMALL = """[...document.querySelectorAll("a[href], button, summary, select")]
  .filter((each) => each.checkVisibility() && !each.matches(".skip"))
  .map((each) => [each, each.getBoundingClientRect()])
  .filter(([_each, box]) => box.width > 2 && (box.height < 47.5 || box.width < 47.5))
  .map(([each, box]) => `${each.innerText} ${Math.round(box.width)} × ${Math.round(box.height)}`)"""
# Colours on their way from one theme to the other are not those of either.
AT_REST = """!document.querySelector(".htmx-request") && document.getAnimations().every((each) =>
  each.playState !== "running" || each.effect.getComputedTiming().iterations === Infinity)"""

pytestmark = pytest.mark.timeout(240)


@pytest.mark.parametrize(
    ("username", "size", "paths"),
    [
        ("secretary", DESK, ("/inbox/", "/board/", "/rooms/", "/rooms/new/", "/sites/HQ/", "/shifts/", "/notices/")),
        (
            "manager",
            DESK,
            (
                "/day/",
                "/people/",
                "/feedback/",
                "/operation/",
                "/standards/",
                "/standards/1/",
                "/standards/1/items/",
            ),
        ),
        (
            "secretary",
            DESK,
            ("/board/week/", "/board/month/", "/board/list/", "/board/?view=table"),
        ),
        (
            "manager",
            DESK,
            (
                "/shifts/",
                "/shifts/?view=day",
                "/shifts/exchange/",
                "/shifts/leave/",
                "/shifts/usual/",
                "/shifts/rules/",
                "/shifts/copy/",
                "/shifts/publish/",
                "/shifts/published/",
            ),
        ),
        ("staff1", PHONE, ("/me/shifts/", "/me/leave/")),
        ("staff1", TABLET, ("/tablet/", "/tablet/rooms/", "/tablet/notices/", "/tablet/me/", "/tablet/handover/")),
        ("applicant", PHONE, ("/bookings/new/", "/bookings/mine/", "/accounts/profile/")),
        (
            "secretary",
            DESK,
            (
                "/sites/HQ/deciding/",
                "/feeds/",
                "/bookings/import/",
                "/screens/",
                "/rooms/1/closures/",
                "/rooms/1/here/",
            ),
        ),
        ("admin", DESK, ("/webhooks/", "/webhooks/1/", "/tablets/")),
        ("manager", DESK, ("/training/", "/skills/", "/training/courses/", "/training/questions/")),
        ("manager", DESK, ("/training/practicals/", "/training/practicals/new/?from=shipped")),
        ("manager", TABLET, ("/conduct/",)),
        ("staff3", PHONE, ("/training/mine/", "/training/record/", "/skills/mine/", "/training/thanks/")),
        ("applicant", PHONE, ("/board/", "/board/week/", "/board/month/", "/board/list/", "/feeds/")),
        (
            "secretary",
            PHONE,
            ("/inbox/", "/sites/HQ/deciding/", "/bookings/import/", "/rooms/1/closures/", "/screens/"),
        ),
    ],
)
def test_pages_have_no_grave_fault(sign_in, username, size, paths):
    desk = sign_in(username, size=size)
    found = []

    for path in paths:
        page = desk.open(path)
        found += grave_faults(page, path)
        page.emulate_media(color_scheme="dark")
        page.wait_for_selector("html[data-bs-theme=dark]")
        found += grave_faults(page, f"{path} in the dark", COLOURS)
        page.emulate_media(color_scheme="light")
        page.wait_for_selector("html[data-bs-theme=light]")

    assert found == []


def test_pages_of_a_series_have_no_grave_fault(sign_in, product):
    page = sign_in("applicant").page

    found = [fault for path in series_paths(product) for fault in grave_faults(opened(page, product, path), path)]
    page.goto(f"{product.base}/bookings/new/")
    page.locator("summary", has_text="重复举行").click()
    page.select_option("select[name=repeats]", "week")
    page.fill("input[name=times]", "6")
    page.locator("label", has=page.locator("input[name=room]")).filter(has_text="205").first.click()
    page.fill("#id_title", "市场周例会")
    page.locator("button[type=submit]:visible").last.click()
    page.wait_for_selector(".series-counts")
    found += grave_faults(page, "the preview")

    assert found == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_screens_have_no_grave_fault(browser, product, theme):
    page = browser.new_context(viewport={"width": 1280, "height": 800}, color_scheme=theme).new_page()

    paths = ["/accounts/login/", *screens(product)]
    found = [fault for path in paths for fault in grave_faults(opened(page, product, path), path)]

    page.context.close()
    assert found == []


@pytest.mark.parametrize(
    ("username", "paths"),
    [
        ("applicant", ("/board/", "/board/week/", "/board/month/", "/board/list/", "/bookings/new/", "/feeds/")),
        ("secretary", ("/inbox/", "/sites/HQ/deciding/", "/bookings/import/", "/rooms/5/closures/", "/screens/")),
    ],
)
def test_no_page_is_wider_than_a_phone(sign_in, username, paths):
    desk = sign_in(username, size=PHONE, language="zh-HK")

    wider = {path: desk.open(path).evaluate("document.documentElement.scrollWidth - innerWidth") for path in paths}

    assert {path: by for path, by in wider.items() if by > 0} == {}


def test_the_inbox_list_shows_all_of_a_line(sign_in):
    page = sign_in("secretary", size=DESK, language="zh-HK").open("/inbox/")

    assert page.locator("#inbox-list").evaluate("(list) => list.scrollWidth - list.clientWidth") == 0
    side = page.locator(".inbox-side").evaluate("(side) => side.scrollWidth - side.clientWidth")
    assert side == 0


def test_paper_is_light_in_the_dark_theme(sign_in):
    desk = sign_in("secretary")
    desk.page.emulate_media(color_scheme="dark", media="print")
    page = desk.open("/board/")

    ground = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--ground')")
    ink = page.evaluate("getComputedStyle(document.body).color")

    assert page.evaluate("document.documentElement.dataset.bsTheme") == "dark"
    assert (ground, ink) == ("#fafbfa", "rgb(26, 36, 33)")


SERVICE = ("/day/", "/operation/", "/standards/", "/standards/1/", "/standards/1/items/", "/figures/", "/feedback/")
OTHERS = ("/incidents/", "/incidents/new/", "/me/notices/", "/channels/", "/deliveries/", "/rundown/")


@pytest.mark.parametrize(
    ("username", "size", "paths"),
    [
        ("manager", DESK, SERVICE + OTHERS),
        ("manager", PHONE, SERVICE + OTHERS),
        (
            "staff1",
            PORTRAIT,
            ("/tablet/", "/tablet/rooms/", "/tablet/calls/", "/tablet/handover/", "/tablet/offline/", "/me/record/"),
        ),
    ],
)
def test_dark_pages_in_traditional_chinese_have_no_grave_fault(sign_in, username, size, paths):
    desk = sign_in(username, size=size, language="zh-TW")
    desk.page.emulate_media(color_scheme="dark")
    found = []

    for path in paths:
        page = desk.open(path)
        found += grave_faults(page, path)
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        found += [f"{path} scrolls sideways by {wider} px"] if wider > 0 else []

    assert found == []


@pytest.mark.parametrize("size", [TABLET, PORTRAIT])
def test_whatever_can_be_tapped_on_a_tablet_is_large_enough(sign_in, size):
    desk = sign_in("staff1", size=size)

    paths = ("/tablet/", "/tablet/rooms/", "/tablet/calls/", "/tablet/me/", "/tablet/handover/", "/tablet/offline/")
    paths += ("/incidents/new/",)
    assert [f"{path} {each}" for path in paths for each in desk.open(path).evaluate(SMALL)] == []


def test_every_incident_has_its_picture(sign_in):
    page = sign_in("staff1", size=TABLET).open("/incidents/new/")
    page.wait_for_timeout(400)

    drawn = page.evaluate("[...document.querySelectorAll('.tile .icon use')].map((use) => use.getBBox().width > 0)")

    assert len(drawn) > 5
    assert all(drawn)


def test_pale_letters_in_the_dark_theme_are_found_out(sign_in):
    page = sign_in("applicant").open("/bookings/mine/")
    page.emulate_media(color_scheme="dark")
    page.evaluate("document.querySelector('h1').style.color = '#223'")

    assert {fault.split(" ")[1] for fault in grave_faults(page, "/", COLOURS)} == {"color-contrast"}


def test_a_page_with_faults_is_found_out(sign_in):
    page = sign_in("applicant").open("/bookings/mine/")
    page.evaluate(
        "document.querySelector('main').append(document.createElement('img'), document.createElement('button'))"
    )

    assert {fault.split(" ")[1] for fault in grave_faults(page, "/")} >= {"image-alt", "button-name"}


def opened(page, product, path: str):
    page.goto(product.base + path, wait_until="load")
    return page


def series_paths(product) -> list[str]:
    refs = product.shell(
        "from bookings.models import Series; print(*Series.objects.values_list('ref', flat=True))"
    ).split()
    return [f"/series/{ref}/" for ref in refs[:1]]


def screens(product) -> list[str]:
    """The demo's screens as its loading told them, in a language that stays."""
    return [f"{path}?lang=zh-hant" for path in re.findall(r"/(?:door|lobby)/\S+", product.log.read_text("utf-8"))[:2]]


def grave_faults(page, path: str, rules: tuple[str, ...] = ()) -> list[str]:
    """By all rules unless some are named."""
    until(lambda: page.evaluate(AT_REST), 15)
    if not page.evaluate("'axe' in window"):
        # Through the protocol, so that the page's own content policy stays in force.
        page.evaluate(AXE.read_text(encoding="utf-8"))
    options = {"resultTypes": ["violations"]} | ({"runOnly": list(rules)} if rules else {})
    result = page.evaluate("(options) => axe.run(document, options)", options)
    return [
        f"{path} {fault['id']} {node['target']}"
        for fault in result["violations"]
        if fault["impact"] in GRAVE
        for node in fault["nodes"]
    ]
