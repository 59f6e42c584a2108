"""A practical checklist by hand in a real browser: lines added, moved and left out."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.timeout(240)


def test_lines_are_added_moved_and_left_out(sign_in, product):
    page = sign_in("manager").open("/training/practicals/new/?from=shipped")
    rows = page.locator("[data-rows] > [data-row]")
    # The last one is there for one more line.
    before = rows.count() - 1

    page.locator("[data-add]").click()
    rows.last.locator("input[type=text]").first.fill("最后变第一")
    rows.last.locator("select").select_option("vital")
    for _ in range(before + 1):
        page.locator("[data-row]", has=page.locator(f"#id_lines-{before + 1}-zh_hans")).locator("[data-up]").click()
    expect(rows.first.locator("input[type=text]").first).to_have_value("最后变第一")
    rows.nth(2).locator("[name$=-DELETE]").check()
    page.fill("#id_name_zh_hans", "浏览器里的考核表")
    page.locator("main form .btn-primary").click()

    expect(page.locator(".practical-items li").first).to_contain_text("最后变第一")
    expect(page.locator(".practical-items li .mark-bad")).to_have_count(1)
    items = page.locator("section[aria-labelledby=items-head] .practical-items li")
    # Six headings are none, one item is new and one is left out.
    expect(items).to_have_count(before - 6)
    product.shell(
        "from staff.models import PracticalList as P; P.objects.filter(name_zh_hans__contains='浏览器').delete()",
    )
