"""What falls due sounds and vibrates once, also without a connection; not for colleagues, and not when it is off."""

import time
from datetime import datetime

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import TABLET, until
from tests.e2e.fault_proxy import FaultProxy
from tests.e2e.test_tablet import LIVE_MS, open_meeting

pytestmark = pytest.mark.timeout(300)

# Two steps of one meeting, one of them a colleague's, at moments with nothing else of this person around them.
DUE = """
from datetime import timedelta
from django.db.models import Q
from django.utils import timezone
from checklists.models import Step
from staff.models import User
now, user, other = timezone.now(), User.objects.get(username="{name}"), User.objects.get(username="staff6")
steps = Step.objects.filter(state="open", site=user.site)
plain = steps.filter(booking__status="approved", is_on_demand=False, item__phase="before", role="service_staff")
booking = plain.exclude(details__has_key="rhythm").order_by("-due_at").first().booking
mine, theirs = plain.filter(booking=booking).order_by("pk")[:2]
near = steps.filter(Q(assignee=user) | Q(assignee=None) | Q(booking=booking)).exclude(pk__in=[mine.pk, theirs.pk])
span = timedelta(minutes=2)
def is_free(at):
    window = (at - span, at + span)
    return not near.filter(Q(due_at__range=window) | Q(limit_at__range=window)).exists()
at = next(each for each in (now + timedelta(minutes=n) for n in range(6, 90)) if is_free(each))
later = next(each for each in (at + timedelta(minutes=n) for n in range(6, 90)) if is_free(each))
facts = dict(is_taken_over=True, opens_at=now - span)
Step.objects.filter(pk=mine.pk).update(assignee=user, due_at=at, **facts)
Step.objects.filter(pk=theirs.pk).update(assignee=other, due_at=later, **facts)
print(booking.ref, mine.pk, theirs.pk, at.isoformat(), later.isoformat())
"""

STUBS = """
window.tones = [];
window.shaken = [];
class Nothing {
  frequency = {};
  gain = { setValueAtTime() {}, exponentialRampToValueAtTime() {} };
  connect(next) { return next; }
  start() { window.tones.push(this.frequency.value); }
  stop() {}
}
window.AudioContext = class {
  state = "running";
  currentTime = 0;
  createOscillator() { return new Nothing(); }
  createGain() { return new Nothing(); }
  resume() { return Promise.resolve(); }
};
Object.defineProperty(navigator, "vibrate", { value: (beats) => window.shaken.push(beats.join()) });
localStorage.setItem("tablet-sound", "SOUND");
"""

# The day may turn on the way, and the page with it.
NO_MIDNIGHT = """() => {
  const list = document.getElementById("list");
  list.dataset.until = "2099-01-01T00:00:00Z";
  document.body.dispatchEvent(new CustomEvent("htmx:afterSwap", { detail: { target: list, elt: list } }));
}"""

ONCE = {"tones": [660, 880], "shaken": ["120,80,120"]}
NOTHING = {"tones": [], "shaken": []}


class Sounds:
    """A page whose clock can be set forward, and what it sounded since it was last asked."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def until(self, moment: datetime, seconds: int) -> dict:
        """From before the moment until so many seconds after it; what sounded on the way there is not counted."""
        now = self.page.evaluate("Date.now()")
        self.page.clock.fast_forward(max(0, int(moment.timestamp() * 1000 - 60_000 - now)))
        self.page.clock.run_for(2000)
        # What is kept on the tablet is read in real time, whatever the page's clock says.
        time.sleep(2)
        self.taken()
        self.page.clock.run_for(60_000 + seconds * 1000)
        return self.taken()

    def taken(self) -> dict:
        read = "() => { const said = { tones: window.tones, shaken: window.shaken };"
        return self.page.evaluate(read + " window.tones = []; window.shaken = []; return said; }")


def cut_for_good(page: Page, proxy: FaultProxy) -> None:
    """A service worker that is started anew may not know that its page is cut off, and brings the server's time."""
    page.context.set_offline(True)
    proxy.close()


def desk_with(sign_in, product, name: str, sound: str = "on", base: str = ""):
    ref, _mine, _theirs, *moments = product.shell(DUE.format(name=name)).split()
    desk = sign_in(name, size=TABLET, base=base)
    desk.page.add_init_script(STUBS.replace("SOUND", sound))
    # Before the page: while a clock is put under one that is open, its time leaps for a moment.
    desk.page.clock.install()
    return desk, ref, [datetime.fromisoformat(each) for each in moments]


def test_step_that_falls_due_without_a_connection_sounds_once_and_a_colleagues_does_not(sign_in, product, proxy):
    desk, ref, (due, theirs) = desk_with(sign_in, product, "staff3", base=proxy.base)
    page = open_meeting(desk, ref)
    page.evaluate(NO_MIDNIGHT)
    cut_for_good(page, proxy)
    sounds = Sounds(page)

    first = sounds.until(due, 50)
    again = sounds.until(theirs, 50)

    assert (first, again) == (ONCE, NOTHING)
    desk.complaints.clear()


def test_step_that_an_open_page_does_not_show_sounds_without_a_connection(sign_in, product, proxy):
    """Left on the list of rooms when the line goes: what is kept on the tablet knows of it."""
    desk, _ref, (due, _theirs) = desk_with(sign_in, product, "staff4", base=proxy.base)
    page = desk.open("/tablet/rooms/")
    has = "import('/static/js/tablet-snapshot.js').then((each) => each.snapshot()).then(Boolean)"
    until(lambda: page.evaluate(has), 30)
    page.evaluate(NO_MIDNIGHT)
    cut_for_good(page, proxy)

    assert Sounds(page).until(due, 50) == ONCE
    page.close()
    desk.complaints.clear()


def test_step_sounds_on_the_page_that_stands_in(sign_in, product, proxy):
    desk, _ref, (due, _theirs) = desk_with(sign_in, product, "staff5", base=proxy.base)
    page = desk.open("/tablet/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    has = "import('/static/js/tablet-snapshot.js').then((each) => each.snapshot()).then(Boolean)"
    until(lambda: page.evaluate(has), 30)
    cut_for_good(page, proxy)
    page.reload()
    expect(page.locator("#kept-list [data-step]").first).to_be_attached(timeout=LIVE_MS)

    assert Sounds(page).until(due, 50) == ONCE
    page.close()
    desk.complaints.clear()


def test_sound_that_is_off_stays_off(sign_in, product):
    desk, ref, (due, _theirs) = desk_with(sign_in, product, "staff3", sound="off")
    page = open_meeting(desk, ref)
    page.evaluate(NO_MIDNIGHT)
    page.context.set_offline(True)

    assert Sounds(page).until(due, 50) == NOTHING
    desk.complaints.clear()
