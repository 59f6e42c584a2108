"""The tablet in a real browser: a tap that failed says so and is sent again once, and news comes by itself."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import TABLET, cut_off, fill_in, until

LIVE_MS = 15_000

NEWS = """
window.news = [];
for (const kind of ["booking", "step"]) document.body.addEventListener(`live:${kind}`, () => window.news.push(kind));
"""

pytestmark = pytest.mark.timeout(300)


def running_meeting(product) -> str:
    code = "from bookings.models import Booking; print(Booking.objects.filter(status='running').first().ref)"
    return product.shell(code)


def ticks_of(product, step_id: str) -> int:
    code = f"from checklists.models import Tick; print(Tick.objects.filter(step={int(step_id)}).count())"
    return int(product.shell(code))


def open_meeting(desk, ref: str) -> Page:
    page = desk.open(f"/tablet/meetings/{ref}/")
    # On a slow machine the kept list stands in first.
    page.locator("#list [data-step]").first.wait_for(state="attached", timeout=LIVE_MS)
    page.evaluate("document.querySelectorAll('#list details').forEach((each) => { each.open = true; })")
    return page


def first_open_step(page: Page) -> Locator:
    """Not a round: two taps of one round count as one."""
    row = page.locator(
        "[data-step][data-state=open]:not([data-every])", has=page.locator("form[data-tick].is-tick")
    ).first
    return page.locator(f"#{row.get_attribute('id')}")


def about_step(page: Page, name: str) -> dict:
    script = (
        f"import('/static/js/tablet-kept-taps.js').then((taps) => taps.aboutStep(document.getElementById('{name}')))"
    )
    return page.evaluate(script)


def test_tap_without_a_connection_is_kept_and_sent_once_by_itself(sign_in, product):
    desk = sign_in("staff1", size=TABLET)
    page = open_meeting(desk, running_meeting(product))
    step = first_open_step(page)
    # Ticked and taken back by others, maybe.
    before = ticks_of(product, step.get_attribute("data-step"))

    done = page.locator("#list details.phase", has=step).locator("summary [data-done]")
    done_before = int(done.inner_text())

    page.context.set_offline(True)
    step.locator("form[data-tick] button").click()
    expect(step.locator(".step-saved")).to_be_visible()
    expect(done).to_have_text(str(done_before + 1))
    expect(step).to_have_attribute("data-state", "done")
    expect(step.locator(".step-more")).to_have_count(0)
    expect(page.locator("#queue [data-unsent]")).to_have_text("1")
    assert ticks_of(product, step.get_attribute("data-step")) == before
    page.context.set_offline(False)
    # What the browser says of the cut connection is what this test is about.
    desk.complaints.clear()

    expect(page.locator("#queue [data-unsent]")).to_have_text("0", timeout=LIVE_MS)
    expect(page.locator(f"#{step.get_attribute('id')}[data-state=done]")).to_be_visible()
    assert ticks_of(product, step.get_attribute("data-step")) == before + 1
    desk.complaints.clear()


def test_round_skipped_without_a_connection_makes_way_for_the_next(sign_in, product):
    desk = sign_in("staff1", size=TABLET)
    page = open_meeting(desk, running_meeting(product))
    row = page.locator("[data-step][data-state=open][data-every]:has(> form.is-number)").first
    name = row.get_attribute("id")
    row = page.locator(f"#{name}")
    number = int("".join(filter(str.isdigit, row.locator("[data-round]").inner_text())))

    page.context.set_offline(True)
    row.locator("[name=reason]").fill("客人在讲话")
    row.locator("[data-event=skip] button").click()

    expect(row.locator(".step-saved")).to_be_visible()
    expect(row).to_have_attribute("data-state", "open")
    expect(row.locator("[data-round]")).to_contain_text(str(number + 1))
    expect(row.locator(".step-saved [data-skipped]")).to_be_visible()
    expect(row.locator(".step-more[open]")).to_have_count(0)
    expect(row.locator("[name=reason]")).to_have_value("")
    # What is tapped now is about the round after the one the server knows.
    assert about_step(page, name)["rounds_on"] == 1
    page.context.set_offline(False)

    expect(page.locator("#queue [data-unsent]")).to_have_text("0", timeout=LIVE_MS)
    expect(page.locator("#told li")).to_have_count(0)
    rounds = page.locator("[data-step][data-state=open][data-every] [data-round]")
    expect(rounds.filter(has_text=str(number + 1)).first).to_be_attached()
    expect(page.locator(f"#{name}[data-state=open]")).to_have_count(0)
    desk.complaints.clear()


def test_tap_of_a_colleague_appears_without_reload(sign_in, product):
    ref = running_meeting(product)
    mine, theirs = open_meeting(sign_in("staff1", size=TABLET), ref), open_meeting(sign_in("staff2", size=TABLET), ref)
    name = first_open_step(mine).get_attribute("id")
    theirs.evaluate("window.stillTheSamePage = true")

    mine.locator(f"#{name} form[data-tick] button").click()

    expect(theirs.locator(f"#{name}[data-state=done]")).to_be_attached(timeout=LIVE_MS)
    assert theirs.evaluate("window.stillTheSamePage") is True


def test_page_that_was_away_for_long_reads_everything_again(sign_in):
    page = sign_in("applicant").open("/board/")
    page.evaluate(NEWS)
    said = 'id: 1-0\nevent: hello\ndata: {"gap": true}\n\n'
    page.route("**/events*", lambda route: route.fulfill(content_type="text/event-stream", body=said))

    page.evaluate("dispatchEvent(new Event('online'))")

    until(lambda: {"booking", "step"} <= set(page.evaluate("window.news")), 10)


def test_tick_can_be_taken_back(sign_in, product):
    page = open_meeting(sign_in("staff1", size=TABLET), running_meeting(product))
    name = first_open_step(page).get_attribute("id")

    page.locator(f"#{name} form[data-tick] button").click()
    expect(page.locator(f"#{name}[data-state=done]")).to_be_visible()
    page.locator(f"#{name} form[data-tick] button").click()

    expect(page.locator(f"#{name}[data-state=open]")).to_be_visible()


def test_what_the_server_has_is_taken_back_and_done_again_without_a_connection(sign_in, product):
    desk = sign_in("staff1", size=TABLET)
    page = open_meeting(desk, running_meeting(product))
    name = first_open_step(page).get_attribute("id")
    row = page.locator(f"#{name}")
    row.locator("form[data-tick] button").click()
    # As the server draws it.
    expect(row.locator(".step-outcome")).to_be_visible(timeout=LIVE_MS)

    page.context.set_offline(True)
    row.locator("form[data-tick] button").click()

    expect(row.locator(".step-saved")).to_contain_text("已撤销")
    expect(row.locator(".step-outcome")).to_be_hidden()
    row.locator("form.step-redo button").click()
    expect(row).to_have_attribute("data-state", "done")
    page.context.set_offline(False)
    expect(page.locator("#queue [data-unsent]")).to_have_text("0", timeout=LIVE_MS)
    state = f"from checklists.models import Step; print(Step.objects.get(pk={name.removeprefix('step-')}).state)"
    assert product.shell(state) == "done"
    desk.complaints.clear()


def test_page_without_a_connection_shows_the_steps_kept_and_comes_back(sign_in):
    desk = sign_in("staff1", size=TABLET)
    page = desk.open("/tablet/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    # The worker looks after pages that were opened since it is there.
    page.reload()
    kept = "import('/static/js/tablet-snapshot.js').then((each) => each.snapshot()).then(Boolean)"
    until(lambda: page.evaluate(kept), 30)

    page.context.set_offline(True)
    page.goto(page.url)
    expect(page.get_by_role("heading", level=1)).to_have_text("连接中断")
    expect(page.locator("#kept-list [data-step]").first).to_be_visible()
    page.context.set_offline(False)

    expect(page.locator("#list")).to_be_visible(timeout=LIVE_MS)
    desk.complaints.clear()


def test_sign_out_takes_the_kept_steps_away(sign_in):
    desk = sign_in("staff1", size=TABLET)
    page = desk.open("/tablet/")
    facts = "(name) => import('/static/js/tablet-store.js').then((each) => each.fact(name)).then(Boolean)"
    # Waiting for a function would take the promise itself for a yes.
    has = "import('/static/js/tablet-store.js').then((each) => each.fact('snapshot')).then(Boolean)"
    until(lambda: page.evaluate(has), 30)

    page.locator("details.menu summary").click()
    page.locator("form[action='/accounts/logout/'] button").click()
    page.wait_for_url(lambda url: "/accounts/login/" in url)

    assert [page.evaluate(facts, name) for name in ("who", "snapshot")] == [False, False]


def test_sign_out_that_reaches_nobody_is_made_good(sign_in):
    desk = sign_in("staff1", size=TABLET)
    page = desk.open("/tablet/")
    page.route("**/accounts/logout/", lambda route: route.fulfill(status=200, body="Welcome to the guest network"))

    page.locator("details.menu summary").click()
    page.locator("form[action='/accounts/logout/'] button").click()

    # Nothing of hers is shown, though her session is there still.
    expect(page.locator("body[hidden]")).to_be_attached(timeout=LIVE_MS)
    page.unroute("**/accounts/logout/")
    page.wait_for_url(lambda url: "/accounts/login/" in url)
    # And who signs in next stays.
    fill_in(desk, "staff2")
    page.reload()
    expect(page.locator("body[data-user-name='张丽']:not([hidden])")).to_be_visible()


# The last one: what stands today is what the other tests are about.
LAST_MEETING = (
    "from django.utils import timezone; from bookings.models import Booking; from staff.models import User; "
    "from bookings.services.requests import cancel_booking; from checklists.models import Assignment; "
    "served = Assignment.objects.filter(booking__status='approved', role='service_staff'); "
    "last = served.select_related('booking', 'user').order_by('booking__start_at', 'pk').last(); "
)


def test_page_of_a_meeting_that_is_cancelled_gives_way_to_ones_steps(sign_in, product):
    told = product.shell(LAST_MEETING + "print(last.booking.ref, last.user.username)")
    ref, username = told.split()[-2:]
    desk = sign_in(username, size=TABLET, language="en")
    page = open_meeting(desk, ref)

    cancel = "cancel_booking(booking_id=last.booking_id, actor=last.user, now=timezone.now(), reason='x')"
    product.shell(LAST_MEETING + cancel)

    page.wait_for_url(lambda url: url.endswith("/tablet/"))
    expect(page.locator("#list")).to_be_visible()
    # That there was no such page any more.
    desk.complaints.clear()


def test_round_recorded_without_a_connection_leaves_nothing_of_it_to_the_next(sign_in, product):
    desk = sign_in("staff1", size=TABLET)
    page = open_meeting(desk, running_meeting(product))
    name = page.locator("[data-step][data-state=open][data-every]:has(> form.is-number)").first.get_attribute("id")
    row = page.locator(f"#{name}")
    record, note, due = (
        row.locator("form.is-number > button"),
        row.locator("[name=note]"),
        row.locator(".step-when time"),
    )
    before = due.inner_text()

    page.context.set_offline(True)
    row.locator("[name=value]").fill("31")
    record.click()
    # The note it asks for stands below, and leaves the title its room.
    assert row.locator("h3").bounding_box()["width"] > 200
    note.fill("空调坏了")
    row.locator("label:has([name=gravity][value='2'])").click()
    record.click()

    expect(row.locator(".step-saved")).to_be_visible()
    expect(note).to_be_hidden()
    expect(note).to_have_value("")
    expect(row.locator("[name=value]")).not_to_have_value("31")
    assert row.locator("[name=gravity]:checked").get_attribute("value") == ""
    # When the next one is due, and not when the last one was.
    assert due.get_attribute("datetime") == row.locator("[data-ring]").get_attribute("data-due")
    # Two taps in a row are one round, as they are for the server.
    record.click()
    expect(page.locator("#queue [data-unsent]")).to_have_text("2")
    assert about_step(page, name)["rounds_on"] == 1
    # What the bar offers to take back is no longer the last that was done.
    row.locator("[name=reason]").fill("客人在讲话")
    row.locator("[data-event=skip] button").click()
    expect(page.locator("#queue [data-unsent]")).to_have_text("3")
    expect(page.locator("#undo")).to_be_hidden()
    # Taken back it stands as it stood.
    for left in ("4", "5", "6"):
        row.locator(".step-undo button").click()
        expect(page.locator("#queue [data-unsent]")).to_have_text(left)
    expect(due).to_have_text(before)
    page.context.set_offline(False)
    expect(page.locator("#queue [data-unsent]")).to_have_text("0", timeout=LIVE_MS)
    expect(page.locator("#told li")).to_have_count(0)
    desk.complaints.clear()


def test_wishes_follow_each_other_without_a_connection(sign_in, product):
    desk = sign_in("staff1", size=TABLET)
    page = desk.open(f"/tablet/meetings/{running_meeting(product)}/wish/")
    tiles = page.locator("form[data-event=wish] .tile")

    cut_off(page)
    tiles.nth(0).click()
    page.wait_for_timeout(300)
    tiles.nth(1).click()
    page.wait_for_timeout(300)
    page.locator("form[data-event=wish] [name=text]").fill("两条毛毯")

    expect(page.locator("#queue [data-unsent]")).to_have_text("2")
    page.wait_for_timeout(4500)
    expect(page.locator("form[data-event=wish] [name=text]")).to_have_value("两条毛毯")
    page.context.set_offline(False)
    expect(page.locator("#queue [data-unsent]")).to_have_text("0", timeout=LIVE_MS)
    desk.complaints.clear()


def test_half_a_note_stays_when_the_connection_is_back(sign_in, product, proxy):
    desk = sign_in("staff1", size=TABLET, base=proxy.base)
    page = open_meeting(desk, running_meeting(product))
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    kept = "import('/static/js/tablet-snapshot.js').then((each) => each.snapshot()).then(Boolean)"
    until(lambda: page.evaluate(kept), 30)
    cut_off(page)
    page.goto(f"{proxy.base}/tablet/meetings/{running_meeting(product)}/note/")
    sender = page.locator("#kept-form [name=sender]")
    sender.fill("李秘书")
    page.locator("#kept-form button").click()
    # What is missing is where one goes on.
    expect(page.locator("#kept-form [name=recipient]")).to_be_focused()
    page.locator("#kept-form [name=recipient]").blur()

    page.context.set_offline(False)
    expect(page.locator("#queue .queue-clear")).to_be_visible(timeout=40_000)
    page.wait_for_timeout(6000)
    expect(sender).to_have_value("李秘书")

    page.locator("#kept-form [name=recipient]").fill("王主任")
    page.locator("#kept-form button").click()
    # Sent, and back to the real page.
    expect(page.locator("#kept-form")).to_have_count(0, timeout=30_000)
    page.goto("about:blank")
    desk.complaints.clear()


def test_spot_check_half_done_stays_on_the_page_without_a_connection(sign_in, product):
    desk = sign_in("manager", size=TABLET)
    page = desk.open(f"/spot-checks/{running_meeting(product)}/")
    score = page.locator(".spot-form .score").first.locator("input").nth(2)
    score.check(force=True)
    page.locator("[name=text]").fill("茶凉了")

    cut_off(page)
    page.locator(".spot-form > button").click()
    expect(page.locator("#toasts .is-error")).to_be_visible()
    expect(score).to_be_checked()
    expect(page.locator("[name=text]")).to_have_value("茶凉了")

    page.context.set_offline(False)
    page.locator(".spot-form > button").click()
    expect(page.locator(".spot-done").first).to_be_visible(timeout=LIVE_MS)
    expect(page.locator("[name=text]")).to_have_value("")
    desk.complaints.clear()


def test_step_taken_over_without_a_connection_is_not_offered_again(sign_in, product):
    desk = sign_in("staff1", size=TABLET)
    page = open_meeting(desk, running_meeting(product))
    row = page.locator("[data-step][data-state=open]", has=page.locator("[data-event=take_over]")).last
    row = page.locator(f"#{row.get_attribute('id')}")
    row.locator(".step-more").evaluate("(more) => { more.open = true; }")

    page.context.set_offline(True)
    row.locator("[data-event=take_over] button").click()
    expect(row.locator(".step-saved")).to_be_visible()
    expect(row.locator("[data-event=take_over]")).to_be_hidden()

    page.context.set_offline(False)
    expect(page.locator("#queue [data-unsent]")).to_have_text("0", timeout=LIVE_MS)
    expect(page.locator("#told li")).to_have_count(0)
    desk.complaints.clear()
