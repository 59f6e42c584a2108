"""A shift handed over while the line is gone: kept here, sent once it is back, and answered in the same way."""

from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import PHONE, TABLET, until
from tests.e2e.test_tablet import LIVE_MS

pytestmark = pytest.mark.timeout(300)

# A product that ran before has those of before.
NOTE = f"205 的水壶漏水 {uuid4().hex[:8]}"
WAITING = """
from django.utils import timezone
from checklists.models import Handover
from checklists.services.shift_handovers import offer_handover
from staff.models import User
giver, receiver, now = User.objects.get(username="{giver}"), User.objects.get(username="{receiver}"), timezone.now()
Handover.objects.filter(giver=giver, state="open").update(state="withdrawn", answered_at=now, answered_by=giver)
print(offer_handover(giver=giver, receiver_id=receiver.pk, note="Watch 205", now=now).pk)
"""
SETTLED = """
from django.utils import timezone
from checklists.models import Handover
from staff.models import User
giver, now = User.objects.get(username="{giver}"), timezone.now()
Handover.objects.filter(giver=giver, state="open").update(state="withdrawn", answered_at=now, answered_by=giver)
print("ok")
"""
STATE = "from checklists.models import Handover; h = Handover.objects.get(pk={}); print(h.state, h.answered_by)"
OFFERS = "from checklists.models import Handover; print(Handover.objects.filter(note='{}').count())"


def offer(page: Page) -> None:
    form = page.locator("form[data-event=handover]")
    form.locator("[name=receiver]").first.check()
    form.locator("[name=note]").fill(NOTE)
    form.locator("button").click()


def test_offer_without_a_connection_is_kept_sent_and_shown(sign_in, product):
    product.shell(SETTLED.format(giver="staff1"))
    desk = sign_in("staff1", size=TABLET)
    page = desk.open("/tablet/handover/")
    expect(page.locator("#queue.is-clear")).to_be_visible(timeout=LIVE_MS)

    page.context.set_offline(True)
    offer(page)
    queued = page.locator(".handover-queued")
    expect(queued).to_contain_text(NOTE)
    expect(queued).to_contain_text("已存本机")
    expect(page.locator("form[data-event=handover]")).to_be_hidden()
    expect(page.locator("#queue [data-unsent]")).to_have_text("1")
    # The page that has nothing more to wait for shows what became of it, without a reload.
    page.wait_for_timeout(5000)
    page.context.set_offline(False)

    expect(page.locator(".handover-queued.is-sent a")).to_be_visible(timeout=LIVE_MS)
    expect(page.locator("#queue [data-unsent]")).to_have_text("0")
    page.locator(".handover-queued a").click()
    expect(page.locator(".handover-watch")).to_contain_text(NOTE)
    assert product.shell(OFFERS.format(NOTE)) == "1"
    desk.complaints.clear()


def test_nothing_is_sent_before_somebody_is_chosen(sign_in, product):
    product.shell(SETTLED.format(giver="staff2"))
    page = sign_in("staff2", size=TABLET).open("/tablet/handover/")
    expect(page.locator("#queue.is-clear")).to_be_visible(timeout=LIVE_MS)
    page.locator("[name=note]").fill("x")
    page.locator("form[data-event=handover] button").click()

    expect(page.locator(".toast-item").filter(has_text="同事")).to_be_visible()
    expect(page.locator("[name=note]")).to_have_value("x")


def test_word_without_a_connection_is_kept_and_sent(sign_in, product):
    pk = product.shell(WAITING.format(giver="staff2", receiver="staff3"))
    desk = sign_in("staff3", size=PHONE)
    page = desk.open(f"/tablet/handover/{pk}/")
    expect(page.locator("#queue.is-clear")).to_be_visible(timeout=LIVE_MS)

    page.context.set_offline(True)
    page.locator("button[value=confirm]").click()
    expect(page.locator(".handover-queued")).to_contain_text("已存本机")
    expect(page.locator(".handover-refuse")).to_be_hidden()
    assert product.shell(STATE.format(pk)).split()[0] == "open"
    page.context.set_offline(False)

    until(lambda: product.shell(STATE.format(pk)).split()[0] == "confirmed", 30)
    expect(page.locator("#queue [data-unsent]")).to_have_text("0", timeout=LIVE_MS)
    desk.complaints.clear()


def test_refusal_that_came_too_late_is_told_and_keeps_its_words(sign_in, product):
    pk = product.shell(WAITING.format(giver="staff5", receiver="staff6"))
    desk = sign_in("staff6", size=TABLET)
    page = desk.open(f"/tablet/handover/{pk}/")
    expect(page.locator("#queue.is-clear")).to_be_visible(timeout=LIVE_MS)
    page.locator(".handover-refuse > summary").click()

    page.context.set_offline(True)
    page.locator("[name=reason]").fill("在 301")
    page.locator("button[value=refuse]").click()
    expect(page.locator(".handover-queued")).to_contain_text("在 301")
    product.shell(SETTLED.format(giver="staff5"))
    page.context.set_offline(False)

    expect(page.locator("#told li")).to_contain_text("在 301", timeout=LIVE_MS)
    expect(page.locator("[name=reason]")).to_have_value("在 301")
    desk.complaints.clear()


def test_offer_is_made_from_the_page_that_stands_in(sign_in, product, proxy):
    product.shell(SETTLED.format(giver="staff1"))
    desk = sign_in("staff1", size=TABLET, base=proxy.base)
    page = desk.open("/tablet/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    has = "import('/static/js/tablet-snapshot.js').then((each) => each.snapshot()).then(Boolean)"
    until(lambda: page.evaluate(has), 30)
    page.context.set_offline(True)
    # A service worker that is started anew may not know of it.
    proxy.close()
    page.goto(f"{proxy.base}/tablet/handover/")

    offer(page)

    expect(page.locator("#kept-form .handover-queued")).to_contain_text(NOTE, timeout=LIVE_MS)
    expect(page.locator("#queue [data-unsent]")).to_have_text("1")
    # It asks again and again whether the line is back.
    page.close()
    desk.complaints.clear()
