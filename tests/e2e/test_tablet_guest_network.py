"""Somebody in between answers in the server's place: a guest network's page, a proxy's fault. It says nothing here."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import TABLET, until
from tests.e2e.test_tablet import LIVE_MS, first_open_step, running_meeting, ticks_of

pytestmark = pytest.mark.timeout(300)

HTML = {"Content-Type": "text/html"}
WELCOME = (
    200,
    HTML,
    b"<!doctype html><html><title>Guests</title><body><h1>Welcome, guest</h1></body></html>",
)
LED_ON = (302, {"Location": "/guests/welcome/"}, b"")
FAULT = (502, HTML, b"<h1>Bad gateway</h1>")
UNKNOWN = (401, HTML, b"<h1>Who is it?</h1>")
# As the stream does, and the line that is back.
NEWS = """
document.body.dispatchEvent(new CustomEvent("live:step"));
document.body.dispatchEvent(new CustomEvent("live:notice"));
"""


@pytest.fixture
def desk(sign_in, product, proxy):
    desk = sign_in("staff1", size=TABLET, language="en", base=proxy.base)
    page = desk.open(f"/tablet/meetings/{running_meeting(product)}/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    has = "import('/static/js/tablet-snapshot.js').then((each) => each.snapshot()).then(Boolean)"
    until(lambda: page.evaluate(has), 30)
    page.evaluate("document.querySelectorAll('#list details').forEach((each) => { each.open = true; })")
    yield desk
    proxy.instead = None
    desk.page.close()
    desk.complaints.clear()


def asked_again(page: Page) -> None:
    with page.expect_response(lambda answer: "/tablet/meetings/" in answer.url):
        page.evaluate(NEWS)


@pytest.mark.parametrize("answer", [WELCOME, LED_ON, FAULT, UNKNOWN], ids=["welcome", "led on", "fault", "unknown"])
def test_tap_waits_and_the_page_stays(desk, product, proxy, answer):
    page = desk.page
    step = first_open_step(page)
    before = ticks_of(product, step.get_attribute("data-step"))
    proxy.instead = answer

    step.locator("form[data-tick] button").click()
    asked_again(page)

    expect(page.locator("#queue.is-away")).to_be_visible(timeout=LIVE_MS)
    expect(page.locator("#queue [data-unsent]")).to_have_text("1")
    expect(step.locator(".step-saved")).to_be_visible()
    expect(page.locator(".toast-item")).to_have_count(0)
    assert "Welcome, guest" not in page.content()
    proxy.instead = None

    expect(page.locator("#queue [data-unsent]")).to_have_text("0", timeout=LIVE_MS)
    assert ticks_of(product, step.get_attribute("data-step")) == before + 1


def test_page_opened_meanwhile_is_the_one_kept_here(desk, proxy):
    page = desk.page
    proxy.instead = WELCOME

    page.goto(f"{proxy.base}/tablet/")

    expect(page.locator("#kept-list [data-step]").first).to_be_visible()
    # It looks every few seconds whether the server is there.
    page.wait_for_timeout(6000)
    expect(page.locator("#kept-list [data-step]").first).to_be_visible()
    proxy.instead = None
    expect(page.locator("#list")).to_be_visible(timeout=LIVE_MS)
