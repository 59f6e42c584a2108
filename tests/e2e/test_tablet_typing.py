"""What is half entered on the tablet: Enter means what was typed, and nothing takes it away before it is recorded."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import TABLET
from tests.e2e.test_tablet import running_meeting

QUEUE = "import('/static/js/tablet-queue.js')"
KEPT = f"{QUEUE}.then((each) => each.waiting().map(({{ kind, fields }}) => ({{ kind, ...fields }})))"

pytestmark = pytest.mark.timeout(300)


def kept(page: Page) -> list[dict[str, str]]:
    return page.evaluate(KEPT)


def test_enter_in_the_words_of_a_wish_chooses_none(sign_in, product):
    page = sign_in("staff1", size=TABLET).open(f"/tablet/meetings/{running_meeting(product)}/wish/")
    words = page.locator("form[data-event=wish] [name=text]")

    words.fill("两条毛毯")
    words.press("Enter")

    expect(page.get_by_role("status").filter(has_text="请填写")).to_be_visible()
    expect(words).to_have_value("两条毛毯")
    assert kept(page) == []
