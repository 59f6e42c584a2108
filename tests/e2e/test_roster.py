"""The roster of a week by hand in a real browser: drawn with the mouse, put, moved and removed with the keys."""

import pytest

from tests.e2e.conftest import DESK

pytestmark = pytest.mark.timeout(240)

# A week far from what the demo has planned.
DAY, NEXT_DAY = "2028-03-15", "2028-03-16"
WEEK = f"/shifts/?site=HQ&date={DAY}"


@pytest.fixture
def board(sign_in, product):
    """The week of a manager, with a pattern early; everything of it is gone afterwards."""
    script = """
from rooms.models import Site
from staff.services.patterns import add_usual_patterns
add_usual_patterns(site=Site.objects.get(code="HQ"))
"""
    product.shell(script)
    desk = sign_in("manager", size=DESK)
    yield desk.open(WEEK)
    # The browser writes every refusal into its console.
    desk.complaints[:] = [each for each in desk.complaints if not ("409" in each or "422" in each)]
    drop = "from staff.models import Shift; Shift.objects.filter(during__startswith__year=2028).delete()"
    product.shell(drop)


def cell(page, on=DAY, row=0):
    return page.locator(f'td.cell[data-on="{on}"]').nth(row)


def focus(page, on=DAY, row=0):
    cell(page, on, row).locator(".cell-open").focus()


def test_patterns_are_put_moved_copied_and_removed_by_the_keys(board):
    focus(board)
    board.keyboard.press("e")
    cell(board).locator(".chip.is-draft").wait_for()
    assert "07:45–16:15" in cell(board).inner_text()

    board.keyboard.press("ControlOrMeta+c")
    board.keyboard.press("ArrowRight")
    board.keyboard.press("ControlOrMeta+v")
    cell(board, NEXT_DAY).locator(".chip").wait_for()
    # The focus is where the work was.
    assert board.evaluate("document.activeElement.closest('td').dataset.on") == NEXT_DAY

    board.keyboard.press("Delete")
    cell(board, NEXT_DAY).locator(".chip").wait_for(state="detached")
    assert cell(board).locator(".chip").count() == 1


def test_only_one_cell_is_a_stop_of_the_tabulator(board):
    assert board.locator('.cell-open[tabindex="0"]').count() == 1
    focus(board, NEXT_DAY, 2)
    assert board.locator('.cell-open[tabindex="0"]').count() == 1


def test_a_pattern_is_drawn_onto_a_day_and_a_shift_to_another(board):
    board.locator(".palette [data-pattern]").nth(1).drag_to(cell(board))
    cell(board).locator(".chip").wait_for()

    cell(board).locator(".chip").drag_to(cell(board, NEXT_DAY, 1))

    cell(board, NEXT_DAY, 1).locator(".chip").wait_for()
    assert cell(board).locator(".chip").count() == 0


def test_enter_opens_the_day_whose_form_says_what_is_wrong_and_keeps_what_was_typed(board):
    focus(board)
    board.keyboard.press("Enter")
    dialog = board.locator("dialog#cell[open]")
    dialog.locator("[name=begins]").fill("08:00")
    dialog.get_by_role("button").last.click()
    dialog.locator(".is-invalid").wait_for()
    assert dialog.locator("[name=begins]").input_value() == "08:00"

    dialog.locator("[name=ends]").fill("12:00")
    dialog.get_by_role("button").last.click()

    cell(board).locator(".chip").wait_for()
    assert "08:00–12:00" in cell(board).inner_text()
    assert board.locator("dialog#cell[open]").count() == 0


def test_what_overlaps_is_refused_in_words_and_changes_nothing(board):
    focus(board)
    board.keyboard.press("e")
    cell(board).locator(".chip").wait_for()
    board.keyboard.press("e")

    board.locator(".toast-item.is-error").wait_for()
    assert cell(board).locator(".chip").count() == 1
