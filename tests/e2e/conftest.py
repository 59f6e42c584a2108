"""The real product, started as `make run` starts it, and a real browser."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.e2e.console import Console
from tests.e2e.fault_proxy import FaultProxy

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 180
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESK, TABLET, PHONE = (1280, 800), (1024, 768), (390, 844)


@dataclass
class Product:
    base: str
    env: dict[str, str]
    log: Path
    console: Console = field(init=False)

    def shell(self, code: str) -> str:
        """The last line that it prints."""
        return self.console.ask(code)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(condition, seconds: float) -> float:
    """Seconds that it took; a condition that asks the page, unlike its own waiting, awaits a promise."""
    begun = time.monotonic()
    while not condition():
        assert time.monotonic() - begun < seconds, "it did not happen in time"
        time.sleep(0.05)
    return time.monotonic() - begun


def cut_off(page: Page) -> None:
    """From here on nothing gets through, not by way of the page's service worker either."""
    page.context.set_offline(True)
    fails = "fetch('/healthz', {cache: 'no-store'}).then(() => false, () => true)"
    until(lambda: page.evaluate(fails), 10)


@pytest.fixture(scope="session")
def product() -> Iterator[Product]:
    # Not pytest's folder: another run of pytest would shut it to PostgreSQL's account, where both run as root.
    with tempfile.TemporaryDirectory(prefix="huiwu-e2e-", ignore_cleanup_errors=True) as name:
        yield from run_product(Path(name))


def run_product(data_dir: Path) -> Iterator[Product]:
    port = free_port()
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    env = kept | {"DATA_DIR": str(data_dir), "PORT": str(port), "DEBUG": "1"}
    env.pop("DJANGO_SETTINGS_MODULE", None)
    log = data_dir / "product.log"
    with log.open("wb") as out:
        command = [sys.executable, "-m", "config.supervisor", "--debug"]
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=out, stderr=subprocess.STDOUT)
        try:
            product = Product(f"http://127.0.0.1:{port}", env, log)
            wait_until_up(product, process)
            with closing(Console(env)) as product.console:
                yield product
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def wait_until_up(product: Product, process: subprocess.Popen) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{product.base}/readyz", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.5)
    pytest.fail(f"The product did not come up:\n{product.log.read_text(errors='replace')[-4000:]}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.fail("No browser: install chromium (Debian or Ubuntu: apt-get install -y chromium).")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def proxy(product: Product) -> Iterator[FaultProxy]:
    """A line to the product that can be broken, for the service worker of a page as well."""
    proxy = FaultProxy(product.base)
    yield proxy
    proxy.close()


@dataclass
class Desk:
    """One person at one device; what the browser complained about is kept."""

    page: Page
    base: str
    complaints: list[str]

    def open(self, path: str) -> Page:
        self.page.goto(self.base + path, wait_until="load")
        return self.page


@pytest.fixture
def sign_in(browser: Browser, product: Product, request):
    """`sign_in("secretary", size=DESK, language="zh-CN")` gives a desk of its own."""
    contexts: list[BrowserContext] = []
    desks: list[Desk] = []

    def go(
        username: str, *, size: tuple[int, int] = DESK, language: str = "zh-CN", base: str = "", by_form: bool = False
    ) -> Desk:
        width, height = size
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale=language, has_touch=width <= 1024, bypass_csp=False
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        desk = Desk(context.new_page(), base or product.base, [])
        desks.append(desk)
        desk.page.on("pageerror", lambda error: desk.complaints.append(f"{desk.page.url}: {error}"))
        desk.page.on(
            "console",
            lambda message: (
                desk.complaints.append(f"{desk.page.url}: {message.text}") if message.type == "error" else None
            ),
        )
        desk.page.on(
            "response",
            lambda answer: desk.complaints.append(f"{answer.status} {answer.url}") if answer.status >= 500 else None,
        )
        if by_form:
            fill_in(desk, username)
        else:
            begin_session(context, desk.base, username)
        return desk

    yield go
    for context in contexts:
        context.close()
    complaints = [complaint for desk in desks for complaint in without_given_up(desk.complaints)]
    assert complaints == []


def fill_in(desk: Desk, username: str) -> None:
    desk.open("/accounts/login/")
    desk.page.fill("input[name=username]", username)
    desk.page.fill("input[name=password]", "demo")
    desk.page.click("form:has(input[name=password]) [type=submit]")
    desk.page.wait_for_url(lambda url: "/accounts/login/" not in url)


def begin_session(context: BrowserContext, base: str, username: str) -> None:
    """What the form of the sign-in page sends, without the two pages around it."""
    address = f"{base}/accounts/login/"
    context.request.get(address)
    token = next(each["value"] for each in context.cookies() if each["name"] == "csrftoken")
    form = {"username": username, "password": "demo", "csrfmiddlewaretoken": token}
    assert context.request.post(address, form=form, max_redirects=0).status == 302


def without_given_up(complaints: list[str]) -> list[str]:
    """Less what htmx says of a request that the page itself gave up, for another or because it closed."""
    kept: list[str] = []
    for complaint in complaints:
        if "htmx:sendAbort," not in complaint:
            kept.append(complaint)
        elif kept and "htmx:afterRequest," in kept[-1]:
            kept.pop()
    return kept
