"""A tablet whose own clock is wrong shows the house's time all the same."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.conftest import TABLET, until
from tests.e2e.test_shared_tablet import enrol
from tests.e2e.test_tablet import LIVE_MS

pytestmark = pytest.mark.timeout(300)

WRONG = """
{ const Right = Date; const ahead = %d;
  globalThis.Date = class extends Right {
    constructor(...given) { if (given.length) super(...given); else super(Right.now() + ahead); }
    static now() { return Right.now() + ahead; }
  }; }
"""
OFF = [timedelta(hours=27), timedelta(minutes=-10)]


def set_wrong(context: BrowserContext, by: timedelta) -> None:
    context.add_init_script(WRONG % (by.total_seconds() * 1000))


@pytest.fixture
def locked(browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": TABLET[0], "height": TABLET[1]}, locale="en", has_touch=True)
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def times_now() -> set[str]:
    """Now in the house; the minute may turn between two looks."""
    now = datetime.now(UTC).astimezone(ZoneInfo("Asia/Shanghai"))
    return {f"{each:%H:%M}" for each in (now, now - timedelta(minutes=1))}


@pytest.mark.parametrize("by", OFF, ids=["a day and three hours fast", "ten minutes slow"])
def test_last_contact_is_told_by_the_house_clock(sign_in, by):
    desk = sign_in("staff1", size=TABLET)
    set_wrong(desk.page.context, by)
    page = desk.open("/tablet/")

    expect(page.locator("#queue.is-clear")).to_be_visible(timeout=LIVE_MS)
    until(lambda: page.inner_text("[data-contact]") in times_now(), 10)
    assert page.inner_text("[data-clock]") in times_now()


def test_locked_tablet_shows_the_house_clock(locked, sign_in):
    set_wrong(locked.context, timedelta(hours=27))
    enrol(locked, sign_in("manager"))
    locked.evaluate("document.querySelector('[data-clock]').textContent = ''")

    expect(locked.locator("[data-clock]")).not_to_be_empty(timeout=LIVE_MS)
    assert locked.inner_text("[data-clock]") in times_now()
