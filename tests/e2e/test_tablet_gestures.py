"""Rows swiped, a phase ticked at once, both taken back, a photo without a connection, and large letters."""

import io

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import PHONE, TABLET, until
from tests.e2e.fingers import Finger
from tests.e2e.test_tablet import LIVE_MS, first_open_step, open_meeting, running_meeting, ticks_of

# A minute of waiting is six seconds.
IMPATIENT = """
const { timeout } = AbortSignal;
AbortSignal.timeout = (ms) => timeout.call(AbortSignal, ms / 10);
"""

pytestmark = pytest.mark.timeout(300)

UPRIGHT = (768, 1024)
# One person's plain ticks of a phase, open since a moment ago.
TOGETHER = """
from django.utils import timezone
from checklists.models import Step
from staff.models import User
from datetime import timedelta
now, user = timezone.now(), User.objects.get(username="staff2")
plain = Step.objects.filter(state="open", site=user.site, item__rule__ticks_together=True, booking__status="approved")
booking = plain.filter(item__code="P12").order_by("due_at").first().booking
steps = plain.filter(booking=booking, role="service_staff", item__phase="before")
steps.update(assignee=user, is_taken_over=True, opens_at=now - timedelta(minutes=5), due_at=now + timedelta(minutes=20))
print(booking.ref, *steps.values_list("pk", flat=True))
"""
PHOTO = """
from checklists.models import Step
step = Step.objects.filter(booking__ref="{ref}", state="open", round=1, details__has_key="evidence").exclude(
    details__has_key="rhythm").exclude(item__code="U8").last()
step.details["evidence"] = {{"kind": "photo"}}
step.save()
print(step.pk)
"""

AS_IT_BEGINS = """new MutationObserver((_found, watch) => {
  if (!document.body) return;
  window.first = document.documentElement.dataset.text;
  watch.disconnect();
}).observe(document, { childList: true, subtree: true });"""


def plain_row(page: Page) -> Locator:
    row = page.locator("[data-step][data-state=open]:not([data-every]):has(> form.is-tick)").first
    return page.locator(f"#{row.get_attribute('id')}")


def test_row_swiped_far_enough_is_ticked_and_taken_back(sign_in, product):
    page = open_meeting(sign_in("staff1", size=TABLET), running_meeting(product))
    row = plain_row(page)
    # Ticked and taken back by others, maybe.
    before = ticks_of(product, row.get_attribute("data-step"))

    finger = Finger(page, row).move(right=100)
    expect(row.locator(".swipe")).to_be_visible()
    finger.move(right=200)
    expect(row.locator(".swipe.is-far")).to_be_visible()
    finger.lift()

    expect(row).to_have_attribute("data-state", "done")
    expect(page.locator("#undo")).to_be_visible()
    page.locator("#undo button").click()
    expect(page.locator("#undo")).to_be_hidden()
    expect(row).to_have_attribute("data-state", "open", timeout=LIVE_MS)
    until(lambda: ticks_of(product, row.get_attribute("data-step")) == before + 2, 15)


def test_row_let_go_early_or_scrolled_is_not_ticked(sign_in, product):
    page = open_meeting(sign_in("staff1", size=TABLET), running_meeting(product))
    row = plain_row(page)

    Finger(page, row).move(right=120).lift()
    expect(row.locator(".swipe")).to_have_count(0)
    Finger(page, row).move(right=300).move(right=-260).lift()
    before = page.evaluate("scrollY")
    Finger(page, row).move(down=-150, right=20).lift()

    page.wait_for_function("(before) => scrollY > before + 60", arg=before)
    expect(row).to_have_attribute("data-state", "open")
    expect(page.locator("#undo")).to_be_hidden()


def test_row_that_asks_for_more_is_opened_by_a_swipe(sign_in, product):
    page = open_meeting(sign_in("staff1", size=TABLET), running_meeting(product))
    row = page.locator("[data-step][data-state=open]:has(> form.is-number)").first
    row = page.locator(f"#{row.get_attribute('id')}")

    Finger(page, row).move(right=320).lift()

    expect(row.locator("input[name=value]")).to_be_focused()
    expect(row.locator(".step-more")).to_have_attribute("open", "")
    expect(row).to_have_attribute("data-state", "open")


def test_phase_ticked_at_once_without_a_connection_and_taken_back_as_one(sign_in, product):
    ref, *steps = product.shell(TOGETHER).split()
    desk = sign_in("staff2", size=TABLET)
    page = open_meeting(desk, ref)
    bar = page.locator("[data-together-bar]")
    expect(bar).to_have_count(1)

    page.context.set_offline(True)
    bar.locator("button").click()
    for step in steps:
        expect(page.locator(f"#step-{step}")).to_have_attribute("data-state", "done")
    expect(page.locator("#queue [data-unsent]")).to_have_text(str(len(steps)))
    page.locator("#undo button").click()
    expect(page.locator("#queue [data-unsent]")).to_have_text(str(2 * len(steps)))
    expect(bar).to_have_count(1)
    bar.locator("button").click()
    page.context.set_offline(False)

    expect(page.locator("#queue [data-unsent]")).to_have_text("0", timeout=LIVE_MS)
    expect(page.locator("#told li")).to_have_count(0)
    for step in steps:
        expect(page.locator(f"#step-{step}[data-state=done]")).to_be_attached()
        # Done, taken back, done: each by an event of its own.
        assert ticks_of(product, step) == 3
    desk.complaints.clear()


def test_undo_is_offered_for_ten_seconds(sign_in, product):
    desk = sign_in("staff1", size=TABLET)
    # Before the page: while a clock is put under one that is open, its time leaps for a moment.
    desk.page.clock.install()
    page = open_meeting(desk, running_meeting(product))
    row = plain_row(page)

    row.locator("form.is-tick button").click()
    expect(page.locator("#undo")).to_be_visible()
    page.clock.run_for(9_000)
    expect(page.locator("#undo")).to_be_visible()
    page.clock.run_for(2_000)

    expect(page.locator("#undo")).to_be_hidden()


def test_photo_taken_without_a_connection_is_shrunk_and_sent_later(sign_in, product):
    ref = running_meeting(product)
    step = product.shell(PHOTO.format(ref=ref))
    desk = sign_in("manager", size=TABLET)
    page = open_meeting(desk, ref)
    picture = io.BytesIO()
    Image.effect_noise((4000, 3000), 60).convert("RGB").save(picture, "JPEG", quality=95)
    row = page.locator(f"#step-{step}")

    page.context.set_offline(True)
    photo = {"name": "big.jpg", "mimeType": "image/jpeg", "buffer": picture.getvalue()}
    row.locator("> form [name=photo]").set_input_files(photo)
    expect(row.locator("> form .photo-preview")).to_be_visible()
    row.locator("> form button.btn-tall").click()
    expect(row).to_have_attribute("data-state", "done")
    expect(page.locator("#queue [data-unsent]")).to_have_text("2")
    page.context.set_offline(False)

    expect(page.locator("#queue [data-unsent]")).to_have_text("0", timeout=LIVE_MS)
    code = "from checklists.models import StepFile; f = StepFile.objects.get(step={}); from PIL import Image; "
    sizes = product.shell(code.format(step) + "print(*Image.open(f.file).size, f.file.size)").split()
    width, height, size = map(int, sizes)
    assert (width, height) == (1600, 1200)
    assert size < len(picture.getvalue())
    desk.complaints.clear()


def test_picture_that_the_line_is_too_slow_for_holds_up_nothing_else(sign_in, product):
    ref = running_meeting(product)
    step = product.shell(PHOTO.format(ref=ref))
    desk = sign_in("manager", size=TABLET)
    desk.page.add_init_script(IMPATIENT)
    page = open_meeting(desk, ref)
    desk.page.route("**/tablet/events/picture/", lambda route: None)
    picture = io.BytesIO()
    Image.new("RGB", (400, 300)).save(picture, "JPEG")
    row, other = page.locator(f"#step-{step}"), first_open_step(page)
    other_id = other.get_attribute("data-step")
    before = ticks_of(product, other_id)

    row.locator("> form [name=photo]").set_input_files(
        {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture.getvalue()}
    )
    expect(row.locator("> form .photo-preview")).to_be_visible()
    row.locator("> form button.btn-tall").click()
    other.locator("form[data-tick] button").click()

    # The picture and the tick that names it stay; the tap behind them is sent.
    until(lambda: page.evaluate("true") and ticks_of(product, other_id) > before, 20)
    expect(page.locator("#queue [data-unsent]")).to_have_text("2")
    desk.page.unroute("**/tablet/events/picture/")
    expect(page.locator("#queue [data-unsent]")).to_have_text("0", timeout=LIVE_MS)
    assert product.shell(f"from checklists.models import Step; print(Step.objects.get(pk={step}).state)") == "done"
    desk.complaints.clear()


@pytest.mark.parametrize("size", [TABLET, UPRIGHT, PHONE])
def test_text_size_is_kept_on_the_device_and_nothing_runs_over(sign_in, size):
    page = sign_in("staff1", size=size).open("/tablet/me/")
    usual = page.evaluate("getComputedStyle(document.body).fontSize")

    page.locator("[data-text-choice=largest]").click()

    expect(page.locator("[data-text-choice=largest]")).to_have_attribute("aria-pressed", "true")
    # Before there is anything to paint.
    page.add_init_script(AS_IT_BEGINS)
    for address in ("/tablet/", "/tablet/rooms/", "/tablet/calls/", "/tablet/me/", "/tablet/handover/"):
        page.goto(page.url.split("/tablet/")[0] + address)
        assert page.evaluate("window.first") == "largest"
        assert float(page.evaluate("getComputedStyle(document.body).fontSize")[:-2]) > float(usual[:-2]) * 1.4
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address


def test_day_turns_at_midnight_without_a_connection(sign_in, proxy):
    desk = sign_in("staff1", size=TABLET, base=proxy.base)
    page = desk.open("/tablet/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    # Before the page: while a clock is put under one that is open, its time leaps for a moment.
    page.clock.install()
    page.reload()
    # Waiting for a function would take the promise itself for a yes.
    has = "import('/static/js/tablet-snapshot.js').then((each) => each.snapshot()).then(Boolean)"
    until(lambda: page.evaluate(has), 30)
    page.context.set_offline(True)
    # A service worker that is started anew may not know of it.
    proxy.close()
    page.clock.fast_forward(24 * 3600 * 1000)

    expect(page.get_by_role("heading", level=1)).to_have_text("连接中断", timeout=LIVE_MS)
    # Divided into late, now and next under the second of the days that are kept.
    expect(page.locator("[data-kept-day]").nth(1).locator("[data-part]")).to_have_count(3)
    desk.complaints.clear()
