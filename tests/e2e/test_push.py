"""A notice that comes while no page is open, as the push service hands it to the worker: shown, and led on from."""

import json

import pytest

from tests.e2e.conftest import PHONE, until

pytestmark = pytest.mark.timeout(300)

# A click that only a person can make: what it would open is told instead.
CLICK = """
async () => {
  const [shown] = await self.registration.getNotifications();
  const opened = [];
  self.clients.openWindow = async (address) => { opened.push(address); };
  WindowClient.prototype.focus = async function focus() { opened.push(this.url); };
  const click = new NotificationEvent("notificationclick", { notification: shown });
  let done = null;
  click.waitUntil = (promise) => { done = promise; };
  self.dispatchEvent(click);
  await done;
  return opened;
}
"""
SHOWN = "self.registration.getNotifications().then((all) => all.map(({ title, body }) => [title, body]))"


@pytest.fixture
def pushed(sign_in):
    """`pushed(data)` gives what is shown, and the addresses its click opens."""
    # By way of a page of its own, so that the worker is there and at rest when the message comes.
    desk = sign_in("staff1", size=PHONE, by_form=True)
    context = desk.page.context
    context.grant_permissions(["notifications"])
    registrations: dict[str, str] = {}
    line = context.new_cdp_session(desk.page)
    line.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: registrations.update(
            {each["scopeURL"]: each["registrationId"] for each in event["registrations"]}
        ),
    )
    line.send("ServiceWorker.enable")
    page = desk.open("/tablet/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    until(lambda: page.evaluate("true") and f"{desk.base}/" in registrations, 20)
    # Nothing of the house is open any more.
    page.goto("about:blank")
    (worker,) = context.service_workers

    def push(data: str) -> tuple[list, list[str]]:
        message = {"origin": desk.base, "registrationId": registrations[f"{desk.base}/"], "data": data}
        line.send("ServiceWorker.deliverPushMessage", message)
        until(lambda: worker.evaluate(SHOWN), 10)
        shown, opened = worker.evaluate(SHOWN), worker.evaluate(CLICK)
        return shown, [address.removeprefix(desk.base) for address in opened]

    return push


def test_notice_is_shown_and_leads_to_its_page(pushed):
    said = {"title": "108 倒茶", "body": "04:50", "tag": "n1", "url": "/tablet/notices/"}

    assert pushed(json.dumps(said)) == ([["108 倒茶", "04:50"]], ["/tablet/notices/"])


ELSEWHERE = ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "http://[", "data:text/html,x"]


@pytest.mark.parametrize("address", ELSEWHERE)
def test_notice_leads_nowhere_else(pushed, address):
    assert pushed(json.dumps({"title": "x", "url": address}))[1] == ["/notices/"]


def test_message_nobody_understands_leads_to_the_notices(pushed):
    shown, opened = pushed("x")

    assert (len(shown), opened) == (1, ["/notices/"])
