"""The whole way in a real browser, in Chinese: asked, approved, planned, reminded, ticked, ended, printed, answered."""

import io
import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.e2e.conftest import DESK, PHONE, TABLET

SHANGHAI = ZoneInfo("Asia/Shanghai")
TITLE = "端到端茶话会"
# The lead reminder of the drinks' steps falls due a minute after the request is made.
AHEAD = timedelta(minutes=41)
LENGTH = timedelta(minutes=45)
LIVE_MS = 15_000

pytestmark = pytest.mark.timeout(400)


def test_a_meeting_from_request_to_feedback(sign_in, product):
    start = datetime.now(SHANGHAI).replace(second=0, microsecond=0) + AHEAD

    ref = ask(sign_in("applicant", size=PHONE, by_form=True).page, product.base, start)
    secretary = sign_in("secretary", by_form=True).page
    approve(secretary, product.base, ref)
    assign(secretary, product.base, ref, "刘芳")
    manager = watch_the_day(sign_in("manager", by_form=True).page, product.base, ref, start)
    server = sign_in("staff4", size=TABLET, by_form=True).page

    before = progress(manager, ref).inner_text()
    tick_first_step(server, product.base, ref)
    progress_moves_on(manager, ref, before)
    reminder_arrives(server, ref)
    run_the_meeting(server, product.base, ref)
    state_becomes(manager, ref, "已结束")
    text = rundown_text(manager, product.base, start)
    assert "每日会议安排表" in text
    assert TITLE in text
    assert "刘芳" in text
    answer_survey(sign_in("applicant", size=PHONE, by_form=True).page, product.base, ref)
    manager.goto(f"{product.base}/feedback/")
    expect(manager.get_by_text("茶泡得正好")).to_be_visible()


def ask(page: Page, base: str, start: datetime) -> str:
    page.goto(f"{base}/bookings/new/")
    end = start + LENGTH
    page.fill("#id_on", f"{start:%Y-%m-%d}")
    page.fill("#id_start", f"{start:%H:%M}")
    page.fill("#id_end", f"{end:%H:%M}")
    if end.date() != start.date():
        page.locator("details", has=page.locator("#id_ends_on")).locator("summary").click()
        page.fill("#id_ends_on", f"{end:%Y-%m-%d}")
    page.fill("#id_headcount", "6")
    page.locator("label", has=page.locator("input[name=room]")).filter(has_text="205").first.click()
    page.locator("label", has=page.locator("#id_tea")).first.click()
    page.fill("#id_title", TITLE)
    page.locator("button[type=submit]:visible", has_text="提交申请").last.click()
    page.wait_for_url(re.compile(r"/bookings/HW-\d{8}-\d{3}/"))
    expect(page.get_by_text("待审批").first).to_be_visible()
    return re.search(r"HW-\d{8}-\d{3}", page.url).group()


def approve(page: Page, base: str, ref: str) -> None:
    page.goto(f"{base}/inbox/{ref}/")
    expect(page.locator("#request-head")).to_have_text(TITLE)
    page.evaluate("window.stillTheSamePage = true")
    page.locator("#inbox").press("a")
    expect(page.locator("#request-head")).not_to_have_text(TITLE)
    assert page.evaluate("window.stillTheSamePage") is True


def assign(page: Page, base: str, ref: str, name: str) -> None:
    page.goto(f"{base}/bookings/{ref}/")
    people = page.locator("#people")
    people.wait_for()
    page.evaluate("document.querySelectorAll('#people details').forEach((each) => { each.open = true; })")
    # What happens elsewhere meanwhile folds nothing up.
    with page.expect_response(re.compile(rf"/bookings/{ref}/people/")):
        page.evaluate("document.body.dispatchEvent(new CustomEvent('live:booking'))")
    expect(people.locator("details").first).to_have_attribute("open", "")
    people.locator("li", has_text=name).first.get_by_role("button", name="派工").click()
    expect(people.locator("li.is-assigned", has_text=name)).to_be_visible()


def watch_the_day(page: Page, base: str, ref: str, start: datetime) -> Page:
    page.goto(f"{base}/day/?date={start:%Y-%m-%d}")
    expect(lane(page, ref)).to_be_visible()
    page.evaluate("window.stillTheSamePage = true")
    return page


def lane(page: Page, ref: str):
    return page.locator("li.lane", has=page.locator(f"a[href='/bookings/{ref}/']"))


def tick_first_step(page: Page, base: str, ref: str) -> None:
    page.goto(f"{base}/tablet/meetings/{ref}/")
    step = page.locator("article.step", has=page.get_by_role("button", name="完成", exact=True)).first
    number = step.get_attribute("data-step")
    step.get_by_role("button", name="完成", exact=True).click()
    expect(page.locator(f"#step-{number}")).to_have_attribute("data-state", "done")


def progress(page: Page, ref: str):
    return lane(page, ref).locator(".lane-progress")


def progress_moves_on(page: Page, ref: str, before: str) -> None:
    """On the manager's page, without reload."""
    expect(progress(page, ref)).not_to_have_text(before, use_inner_text=True, timeout=LIVE_MS)
    assert page.evaluate("window.stillTheSamePage") is True


def reminder_arrives(page: Page, ref: str) -> None:
    """The notice turns up by itself on the open tablet within the minute."""
    page.goto(page.url.split("/tablet/")[0] + "/tablet/notices/")
    expect(page.get_by_text(re.compile("205.*(摆放|烧水|茶)|(摆放|烧水|茶).*205")).first).to_be_visible(timeout=110_000)


def run_the_meeting(page: Page, base: str, ref: str) -> None:
    page.goto(f"{base}/tablet/meetings/{ref}/")
    page.get_by_role("button", name="开始会议").click()
    expect(page.locator("article.step", has_text="巡场续水").first).to_be_visible()
    page.locator("form.extend button").first.click()
    page.locator("details.end summary").click()
    page.locator("details.end button").click()
    expect(page.get_by_text("已结束").first).to_be_visible()
    expect(page.get_by_text("会后清场").first).to_be_visible()


def state_becomes(page: Page, ref: str, words: str) -> None:
    expect(lane(page, ref)).to_contain_text(words, timeout=LIVE_MS)
    assert page.evaluate("window.stillTheSamePage") is True


def rundown_text(page: Page, base: str, start: datetime) -> str:
    page.goto(f"{base}/day/?date={start:%Y-%m-%d}")
    form = page.locator("form.day-print")
    fields = {name: form.locator(f"[name={name}]").input_value() for name in ("csrfmiddlewaretoken", "date", "site")}
    answer = page.context.request.post(
        f"{base}/rundown/", form=fields | {"language": "zh-hans"}, headers={"Referer": f"{base}/day/"}
    )
    assert answer.headers["content-type"] == "application/pdf"
    return "".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(answer.body())).pages)


def answer_survey(page: Page, base: str, ref: str) -> None:
    page.goto(f"{base}/notices/")
    page.get_by_role("button", name=re.compile(ref)).or_(page.get_by_role("link", name=re.compile(ref))).first.click()
    page.wait_for_url(re.compile("/feedback/answer/"))
    for name in ("room", "equipment", "drinks", "manner", "speed"):
        page.locator("label", has=page.locator(f"input[name={name}][value='5']")).click()
    page.fill("textarea[name=text]", "茶泡得正好")
    page.locator("form.survey button[type=submit]").click()
    expect(page.get_by_role("heading", name="谢谢")).to_be_visible()


def test_desk_sizes_do_not_scroll_sideways(sign_in):
    for username, size, paths in (
        ("secretary", DESK, ("/inbox/", "/board/", "/rooms/", "/shifts/", "/notices/")),
        ("manager", DESK, ("/day/", "/people/", "/feedback/")),
        ("staff1", TABLET, ("/tablet/", "/tablet/rooms/", "/tablet/me/")),
        ("staff1", (768, 1024), ("/tablet/",)),
        ("staff1", PHONE, ("/tablet/",)),
        ("applicant", PHONE, ("/bookings/new/", "/bookings/mine/", "/notices/")),
    ):
        desk = sign_in(username, size=size)
        for path in paths:
            page = desk.open(path)
            overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert overflow <= 0, f"{path} at {size} scrolls sideways by {overflow} px"
