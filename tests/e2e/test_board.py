"""The board by hand in a real browser: a request by dragging, a booking moved by mouse and by keys."""

import pytest

from tests.e2e.conftest import DESK

pytestmark = pytest.mark.timeout(240)

# A Wednesday far from what the demo has planned.
DAY = "2028-03-15"
BOARD = f"/board/?site=HQ&date={DAY}"


@pytest.fixture
def asked(product):
    """A request of the secretary's for that day; gives its reference."""
    made = []

    def make(room="205", start="10:00", end="11:00"):
        script = f"""
from datetime import datetime
from bookings.services import request_booking
from bookings.services.data import BookingData
from rooms.models import Room
from staff.models import User
room = Room.objects.get(code="{room}", site__code="HQ")
at = lambda clock: datetime.fromisoformat("{DAY}T" + clock).replace(tzinfo=room.site.zone)
data = BookingData(room=room, title="拖动", start_at=at("{start}"), end_at=at("{end}"), headcount=4,
    host_department="x", contact_name="y")
actor = User.objects.get(username="secretary")
from django.utils import timezone
print(request_booking(data=data, actor=actor, now=timezone.now()).ref)
"""
        ref = product.shell(script)
        made.append(ref)
        return ref

    yield make
    drop = f"from bookings.models import Booking; Booking.objects.filter(ref__in={made}).delete()"
    product.shell(drop)


def approve(product, ref: str) -> None:
    script = f"""
from bookings.models import Booking
from bookings.services import approve_booking
from django.utils import timezone
from staff.models import User
booking, admin = Booking.objects.get(ref="{ref}"), User.objects.get(username="admin")
approve_booking(booking_id=booking.pk, actor=admin, now=timezone.now())
"""
    product.shell(script)


def x_of(page, clock: str) -> float:
    """Where a time stands across the board."""
    box = page.locator(".board-track").first.bounding_box()
    hours, minutes = map(int, clock.split(":"))
    return box["x"] + box["width"] * (hours * 60 + minutes - 7 * 60) / (14 * 60)


def middle_of(page, room: str) -> float:
    box = page.locator(f'.board-track[data-code="{room}"]').bounding_box()
    return box["y"] + box["height"] / 2


def times_of(page, ref: str) -> str | None:
    return page.locator(f'.block[href$="/{ref}/"]').get_attribute("data-times")


def test_drag_over_free_time_fills_the_request_form(sign_in):
    page = sign_in("applicant", size=DESK).open(BOARD)

    page.mouse.move(x_of(page, "14:05"), middle_of(page, "205"))
    page.mouse.down()
    page.mouse.move(x_of(page, "15:05"), middle_of(page, "205"), steps=4)
    page.mouse.move(x_of(page, "15:25"), middle_of(page, "205"), steps=4)
    page.mouse.up()

    page.wait_for_url("**/bookings/new/**")
    values = [page.locator(f"[name={name}]").input_value() for name in ("on", "start", "end")]
    assert values == [DAY, "14:00", "15:30"]
    assert page.locator("input[name=room]:checked").get_attribute("data-code") == "205"


def test_drag_moves_a_request_to_another_time_and_room(sign_in, asked):
    ref = asked()
    page = sign_in("secretary", size=DESK).open(BOARD)

    page.mouse.move(x_of(page, "10:30"), middle_of(page, "205"))
    page.mouse.down()
    page.mouse.move(x_of(page, "12:00"), middle_of(page, "205"), steps=5)
    page.mouse.move(x_of(page, "12:30"), middle_of(page, "201"), steps=5)
    page.mouse.up()

    page.locator(f'.board-track[data-code="201"] .block[href$="/{ref}/"]').wait_for()
    assert times_of(page, ref) == "12:00–13:00"
    assert "/board/" in page.url


def test_keys_move_and_stretch_a_request(sign_in, asked):
    ref = asked(start="15:00", end="16:00")
    page = sign_in("secretary", size=DESK, language="en").open(BOARD)

    page.locator(f'.block[href$="/{ref}/"]').focus()
    for key in ("ArrowRight", "ArrowRight", "Shift+ArrowRight"):
        page.keyboard.press(key)
    assert page.locator("#board-say").inner_text() == "205 15:30–16:45"
    page.keyboard.press("Enter")

    page.locator(f'.block[href$="/{ref}/"][data-times="15:30–16:45"]').wait_for()


def test_escape_leaves_a_block_where_it_was(sign_in, asked):
    ref = asked(start="17:00", end="18:00")
    page = sign_in("secretary", size=DESK).open(BOARD)

    page.locator(f'.block[href$="/{ref}/"]').focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Escape")

    assert page.locator(".drag").count() == 0
    assert times_of(page, ref) == "17:00–18:00"


def test_what_is_taken_is_told_and_nothing_moves(sign_in, asked, product):
    approve(product, asked(start="08:00", end="09:00"))
    ref = asked(room="201", start="08:00", end="09:00")
    desk = sign_in("secretary", size=DESK)
    page = desk.open(BOARD)

    page.locator(f'.block[href$="/{ref}/"]').focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    page.locator("#move[open] [role=alert]").wait_for()
    page.locator("#move [data-leave]").click()
    page.locator(f'.board-track[data-code="201"] .block[href$="/{ref}/"]').wait_for()
    # The browser notes every refusal.
    desk.complaints[:] = [complaint for complaint in desk.complaints if "409" not in complaint]
