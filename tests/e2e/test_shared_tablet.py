"""One tablet and two people: enrolled by a code, taken with a PIN, and each tap credited to whoever made it."""

import json

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import TABLET, cut_off, until
from tests.e2e.test_tablet import LIVE_MS, first_open_step, running_meeting

PIN = "2580"
FACT = "import('/static/js/tablet-store.js').then((each) => each.fact('%s')).then(Boolean)"

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport={"width": TABLET[0], "height": TABLET[1]}, locale="en", has_touch=True)
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def enrol(page: Page, manager) -> None:
    office = manager.open("/tablets/")
    office.fill("main input[name=name]", "二层平板")
    office.click("main .panel-body button")
    code = office.inner_text(".tablet-code").replace(" ", "")
    page.goto(f"{manager.base}/tablet/enrol/{code}/")
    page.click("main form button")
    page.wait_for_url("**/tablet/people/")


def take(page: Page, name: str) -> None:
    page.locator(".faces a", has_text=name).click()
    for digit in PIN:
        page.click(f"[data-digit='{digit}']")
    page.click(".key-go")
    page.wait_for_url(lambda url: url.endswith("/tablet/"))


def open_meeting(page: Page, base: str, ref: str) -> None:
    page.goto(f"{base}/tablet/meetings/{ref}/")
    page.evaluate("document.querySelectorAll('#list details').forEach((each) => { each.open = true; })")


def credit_of(product, step_id: str) -> list[list[str]]:
    """By whose hand, and by whose session."""
    code = (
        "import json; from checklists.models import TabletEvent; "
        f"rows = TabletEvent.objects.filter(step={int(step_id)}, kind='tick'); "
        "print(json.dumps(list(map(list, rows.values_list('by__username', 'carried_by__username')))))"
    )
    return json.loads(product.shell(code))


def test_taps_of_two_people_at_one_tablet_are_credited_to_each(page, sign_in, product):
    manager, ref = sign_in("manager"), running_meeting(product)
    enrol(page, manager)
    take(page, "李娟")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    open_meeting(page, manager.base, ref)
    # Waiting for a function takes the promise itself for a yes.
    until(lambda: page.evaluate(FACT % "snapshot"), 30)
    hers = first_open_step(page)
    her_id = hers.get_attribute("data-step")

    # Her tap waits here, and she leaves the tablet without a connection.
    cut_off(page)
    hers.locator("form[data-tick] button").click()
    expect(page.locator("#queue [data-unsent]")).to_have_text("1")
    page.click("form[data-lock] button")
    expect(page.locator("#kept-none")).to_be_visible()
    expect(page.locator("#kept-list [data-step]")).to_have_count(0)
    assert credit_of(product, her_id) == []
    # Her session is over as well, so that nobody but the next person can carry it.
    page.context.clear_cookies(name="sessionid")
    page.context.set_offline(False)

    # Back on the net nothing of hers opens, and what waits is told.
    expect(page.locator(".faces")).to_be_visible(timeout=LIVE_MS)
    expect(page.locator("#kept-here [data-kept-count]")).to_have_text("1")
    take(page, "张丽")
    expect(page.locator("#queue [data-unsent]")).to_have_text("0", timeout=LIVE_MS)
    # Nothing is unsent either on a page that has not looked yet.
    until(lambda: page.evaluate("true") and credit_of(product, her_id), 15)
    open_meeting(page, manager.base, ref)
    theirs = first_open_step(page)
    their_id = theirs.get_attribute("data-step")
    theirs.locator("form[data-tick] button").click()
    expect(page.locator(f"#{theirs.get_attribute('id')}[data-state=done]")).to_be_visible()
    expect(page.locator("#queue [data-unsent]")).to_have_text("0", timeout=LIVE_MS)

    assert (her_id != their_id, credit_of(product, her_id)) == (True, [["staff1", "staff2"]])
    assert credit_of(product, their_id) == [["staff2", "staff2"]]


def test_tablet_nobody_touches_locks_itself(page, sign_in):
    manager = sign_in("manager")
    enrol(page, manager)
    take(page, "李娟")
    expect(page.locator("form[data-lock]")).to_be_visible()

    # The last touch was six minutes ago.
    page.evaluate("localStorage.setItem('tablet-touched', String(Date.now() - 360000))")

    page.wait_for_url("**/tablet/people/?idle")
    assert [page.evaluate(FACT % name) for name in ("who", "snapshot")] == [False, False]
    page.goto(f"{manager.base}/tablet/")
    page.wait_for_url("**/tablet/people/")


def test_nothing_of_a_person_is_left_where_the_server_ended_the_session(page, sign_in):
    manager = sign_in("manager")
    enrol(page, manager)
    take(page, "李娟")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    other = page.context.new_page()
    other.goto(f"{manager.base}/tablet/rooms/")
    until(lambda: page.evaluate(FACT % "who"), 30)

    page.context.clear_cookies(name="sessionid")
    page.reload()

    page.wait_for_url("**/tablet/people/")
    # Every page of hers goes, and none of them asks the other to go again.
    other.wait_for_url("**/tablet/people/")
    until(lambda: not any(page.evaluate(FACT % name) for name in ("who", "snapshot")), 10)
    page.evaluate("window.stillTheSamePage = true")
    cut_off(page)
    other.goto(f"{manager.base}/tablet/")
    expect(other.locator("#kept-none")).to_be_visible()
    until(lambda: other.evaluate("performance.getEntriesByName('kept-work').length"), 10)
    expect(other.locator("[data-clock]")).to_be_empty()
    assert page.evaluate("window.stillTheSamePage") is True


def test_tablet_nobody_touches_locks_itself_without_a_connection(page, sign_in):
    enrol(page, sign_in("manager"))
    take(page, "李娟")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    until(lambda: page.evaluate(FACT % "snapshot"), 30)
    page.context.set_offline(True)
    page.goto(page.url)
    expect(page.locator("#kept-list [data-step]").first).to_be_visible()

    page.evaluate("localStorage.setItem('tablet-touched', String(Date.now() - 360000))")

    expect(page.locator("#kept-none")).to_be_visible()
    expect(page.locator("#kept-list [data-step]")).to_have_count(0)
    page.evaluate("window.stillTheSamePage = true")
    page.wait_for_timeout(3000)
    assert page.evaluate("window.stillTheSamePage") is True


def test_pin_is_typed_on_a_keyboard_as_well(page, sign_in):
    enrol(page, sign_in("manager"))
    page.locator(".faces a", has_text="李娟").click()
    page.wait_for_selector(".keys:not([hidden])")

    page.keyboard.type(PIN)
    page.keyboard.press("Enter")

    page.wait_for_url(lambda url: url.endswith("/tablet/"))
