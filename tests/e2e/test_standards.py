"""The standard in a real browser: a draft is begun, an item changed by choosing, put elsewhere, and published."""

import pytest
from playwright.sync_api import expect

LIVE_MS = 15_000

pytestmark = pytest.mark.timeout(240)


def test_a_draft_from_begun_to_published(sign_in):
    expect.set_options(timeout=LIVE_MS)
    page = sign_in("manager", language="en-GB").open("/standards/")

    page.get_by_role("button", name="Make one for this site").click()
    page.get_by_role("link", name="Set water and cups").click()
    # What is chosen before the scripts have loaded brings no other choices.
    page.wait_for_load_state()
    page.get_by_role("button", name="Add a condition").click()
    page.wait_for_load_state()
    # Nor does what is chosen in the moment in which the new line is put in its place.
    expect(page.get_by_label("Fact").nth(1)).to_be_visible()
    expect(page.locator(".htmx-request, .htmx-added, .htmx-settling, .htmx-swapping")).to_have_count(0)
    page.get_by_label("Fact").nth(1).select_option("headcount")
    page.get_by_label("Comparison").nth(1).select_option("at_least")
    page.get_by_label("Value").fill("50")
    page.locator(".form-acts").get_by_role("button", name="Save in the draft").click()
    expect(page.locator("#item-P10")).to_contain_text("any drink and head count at least 50")

    # Before the scripts have loaded the form goes as a whole page.
    page.wait_for_load_state()
    page.locator("#up-P10").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#item-P10 + #item-P9")).to_be_visible()
    expect(page.locator("#up-P10")).to_be_focused()

    page.get_by_role("link", name="Publish").click()
    page.get_by_label("What changed and why").fill("Cups for many")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Standard no. 1 is published.")).to_be_visible()
    expect(page.get_by_label("None: meetings keep the standard they were planned by")).to_be_checked()
