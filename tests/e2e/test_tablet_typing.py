"""What is half entered on the tablet: Enter means what was typed, and nothing takes it away before it is recorded."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import TABLET, until
from tests.e2e.test_tablet import LIVE_MS, first_open_step, open_meeting, running_meeting

# The plans of the demo ask for nothing to be in order while a meeting runs.
ASK_IF_OK = """from checklists.models import Step
print(Step.objects.filter(pk__in={!r}).update(details={{'evidence': {{'kind': 'ok'}}}}))"""

QUEUE = "import('/static/js/tablet-queue.js')"
KEPT = f"{QUEUE}.then((each) => each.waiting().map(({{ kind, fields }}) => ({{ kind, ...fields }})))"
SNAPSHOT = "import('/static/js/tablet-snapshot.js').then((each) => each.snapshot()).then((held) => held?.html ?? '')"

# A drawing of one white dot.
DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c63f8ffff3f0005fe02fea7356d1d0000000049454e44ae426082"
)

pytestmark = pytest.mark.timeout(300)


def kept(page: Page) -> list[dict[str, str]]:
    return page.evaluate(KEPT)


def read_again(page: Page) -> None:
    page.evaluate("document.getElementById('list').dataset.isOld = 'yes'")
    page.evaluate("htmx.trigger('#list', 'refresh')")
    expect(page.locator("#list:not([data-is-old])")).to_be_attached()


def test_half_entered_rows_outlast_taps_and_readings_and_enter_records_what_was_typed(sign_in, product):
    ref = running_meeting(product)
    desk = sign_in("staff1", size=TABLET)
    plain = open_meeting(desk, ref).locator("[data-step][data-state=open]:not([data-every]):has(> form.is-tick)")
    steps = [plain.nth(place).get_attribute("data-step") for place in (0, 1)]
    product.shell(ASK_IF_OK.format(steps))
    page = open_meeting(desk, ref)
    typed, opened = (page.locator(f"#step-{step}") for step in steps)
    note = typed.locator(".not-ok [name=note]")
    note.fill("投影仪坏了")

    other = first_open_step(page)
    other.locator("form[data-tick] button").click()
    expect(page.locator("#queue [data-unsent]")).to_have_text("0", timeout=LIVE_MS)
    read_again(page)

    expect(note).to_have_value("投影仪坏了")
    expect(opened.locator(".not-ok[open]")).to_be_attached()
    expect(page.locator("#meeting-end[open]")).to_be_attached()
    # The camera is open while the list is read again.
    with page.expect_file_chooser() as choosing:
        opened.locator(".photo-pick label").click()
    # As a browser that gives a tapped file field no focus.
    page.evaluate("document.activeElement.blur()")
    read_again(page)
    choosing.value.set_files({"name": "dot.png", "mimeType": "image/png", "buffer": DOT})
    expect(opened.locator(".photo-preview")).to_be_visible()
    page.context.set_offline(True)
    number = page.locator("[data-step][data-every]:has(> form.is-number)").first
    number.locator("[name=value]").fill("22.3")
    number.locator("form.is-number > button").click()
    until(lambda: len(kept(page)) == 1, 10)
    # Entered in a row whose tap waits here, when another is tapped.
    number.locator("[name=reason]").fill("客人在讲话")
    note.press("Enter")
    until(lambda: len(kept(page)) == 2, 10)
    expect(number).to_have_class(re.compile("is-typing"))
    assert kept(page) == [
        {"kind": "tick", "value": "22.3"},
        {"kind": "tick", "ok": "no", "note": "投影仪坏了", "gravity": "1"},
    ]
    page.context.set_offline(False)
    expect(page.locator("#queue [data-unsent]")).to_have_text("0", timeout=LIVE_MS)
    desk.complaints.clear()


def test_enter_in_the_words_of_a_wish_chooses_none(sign_in, product):
    page = sign_in("staff1", size=TABLET).open(f"/tablet/meetings/{running_meeting(product)}/wish/")
    words = page.locator("form[data-event=wish] [name=text]")

    words.fill("两条毛毯")
    words.press("Enter")

    expect(page.get_by_role("status").filter(has_text="请填写")).to_be_visible()
    expect(words).to_have_value("两条毛毯")
    assert kept(page) == []


def test_step_that_was_sent_is_not_open_in_the_list_kept_here(sign_in, product):
    page = open_meeting(sign_in("staff1", size=TABLET), running_meeting(product))
    step = first_open_step(page)
    mark = f'id="{step.get_attribute("id")}" data-step="{step.get_attribute("data-step")}" data-state="open"'
    until(lambda: mark in page.evaluate(SNAPSHOT), 30)

    step.locator("form[data-tick] button").click()

    until(lambda: mark not in page.evaluate(SNAPSHOT), 15)


def test_new_day_read_into_an_open_page_still_opens_it_anew(sign_in):
    page = sign_in("staff1", size=TABLET).open("/tablet/")
    tomorrow = datetime.now(UTC) + timedelta(days=1)

    def turn(route) -> None:
        answer = route.fetch()
        moved = re.sub(r'data-at="[^"]*"', f'data-at="{tomorrow.isoformat()}"', answer.text())
        later = (tomorrow + timedelta(days=1)).isoformat()
        route.fulfill(response=answer, body=re.sub(r'data-until="[^"]*"', f'data-until="{later}"', moved))

    page.route(lambda address: address.endswith("/tablet/"), turn, times=1)

    with page.expect_navigation():
        page.evaluate("htmx.trigger('#list', 'refresh')")
