"""The inbox by keyboard alone: approve, take it back, go on to the next request."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.timeout(240)
ON_ITS_WAY = "#inbox.htmx-request, #inbox.htmx-settling, .inbox-item.htmx-request"


def test_keys_go_on_working_after_a_decision(sign_in):
    page = sign_in("secretary", language="en-GB").open("/inbox/")
    # Nobody competes for it and nothing stands in its way, so that it can be approved and comes back as it was.
    # While a request is on its way keys do nothing, for what they meant may be about to go.
    with page.expect_event("requestfinished", lambda request: "/inbox/HW-" in request.url):
        page.locator(".inbox-item", has_text="安全生产培训").click()
    expect(page.locator("#request-head")).to_have_text("安全生产培训")
    expect(page.locator(ON_ITS_WAY)).to_have_count(0)

    page.keyboard.press("a")
    expect(page.locator("#undo")).to_contain_text("approved: 301")
    expect(page.locator(".inbox-item", has_text="安全生产培训")).to_have_count(0)

    page.keyboard.press("u")
    expect(page.locator("#undo")).to_have_count(0)
    expect(page.locator(".inbox-item", has_text="安全生产培训")).to_have_count(1)
    expect(page.locator(ON_ITS_WAY)).to_have_count(0)

    before = page.locator("#request-head").inner_text()
    page.keyboard.press("j")
    expect(page.locator("#request-head")).not_to_have_text(before)
