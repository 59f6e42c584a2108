from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bookings.errors import BookingError, Fault, InvalidBooking
from bookings.messages import BOOKING_MESSAGES, error_text, error_texts, fault_text
from bookings.services import AgendaData, GuestData
from bookings.services.data import data_of, tidied, with_changes
from bookings.services.validation import check_data, check_text, is_skipped, is_storable

HOUR = timedelta(hours=1)
NEW_YORK = ZoneInfo("America/New_York")


@pytest.fixture
def faults(data, now):
    """Codes by field of what is wrong with the data."""

    def find(changed=None, **fields):
        try:
            check_data(tidied(data(**fields)), now=now, changed=changed)
        except InvalidBooking as exc:
            return {name: [fault.code for fault in found] for name, found in exc.errors.items()}
        return {}

    return find


def test_valid_data_has_no_fault(faults):
    assert faults() == {}


def test_several_faults_are_told_at_once(faults):
    assert faults(title="", headcount=0, kind="party") == {
        "title": ["required"],
        "kind": ["unknown_choice"],
        "headcount": ["below_one"],
    }


@pytest.mark.parametrize(
    ("hours", "wanted"),
    [
        (0, {"end_at": ["end_before_start"]}),
        (-1, {"end_at": ["end_before_start"]}),
        (0.05, {"end_at": ["too_short"]}),
        (0.0834, {}),
        (24, {}),
        (24.1, {"end_at": ["lasts_too_long"]}),
    ],
)
def test_length_has_bounds(faults, now, hours, wanted):
    start = now + timedelta(days=1)

    assert faults(start_at=start, end_at=start + hours * HOUR) == wanted


@pytest.mark.parametrize(
    ("ahead", "wanted"),
    [
        (timedelta(0), {}),
        (-timedelta(seconds=1), {"start_at": ["in_past"]}),
        (timedelta(days=730), {}),
        (timedelta(days=730, seconds=1), {"start_at": ["too_far_ahead"]}),
    ],
)
def test_start_has_bounds(faults, now, ahead, wanted):
    assert faults(start_at=now + ahead, end_at=now + ahead + HOUR) == wanted


def test_time_without_a_zone_is_refused(faults):
    naive = datetime(2026, 11, 24, 9)  # noqa: DTZ001 - what is refused here

    assert faults(start_at=naive, end_at=naive + HOUR) == {"start_at": ["no_zone"], "end_at": ["no_zone"]}


def test_capacity_is_that_of_the_layout(faults):
    assert faults(headcount=24) == {}
    assert faults(headcount=25) == {"headcount": ["over_capacity"]}
    assert faults(headcount=60, layout="theatre") == {}


def test_layout_must_be_one_of_the_room(faults):
    assert faults(layout="banquet") == {"layout": ["no_layout"]}
    assert faults(layout="pyramid") == {"layout": ["unknown_choice"]}


def test_equipment_must_be_in_the_room(faults):
    assert faults(equipment=("projector", "sound")) == {"equipment": ["not_equipped"]}
    assert faults(microphones=1) == {}
    assert faults(microphones=2) == {"microphones": ["too_few_microphones"]}
    assert faults(microphones=-1) == {"microphones": ["out_of_bounds"]}


def test_microphones_where_there_are_none_name_the_equipment(faults, room_108):
    room_108.equipment.all().delete()

    assert faults(microphones=3) == {"equipment": ["not_equipped"]}


def test_room_out_of_use_is_refused(faults, room_108):
    room_108.is_active = False

    assert faults() == {"room": ["room_inactive"]}


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("字" * 120, []),
        ("字" * 121, ["too_long"]),
        ("a\x00b", ["bad_character"]),
        ("a\x07b", ["bad_character"]),
        ("a\ud800b", ["bad_character"]),
        ("a\nb", ["one_line"]),
        ("会议👩‍💻", []),
    ],
)
def test_topic_is_held_to_its_limits(faults, text, codes):
    assert faults(title=text).get("title", []) == codes


def test_wishes_may_have_lines(faults):
    assert faults(wishes="a\nb\tc") == {}


def test_entries_are_held_to_their_limits(faults):
    assert faults(flags=("CN",) * 51) == {"flags": ["too_many"]}
    assert faults(flags=("x" * 61,)) == {"flags": ["too_long"]}
    assert faults(foreign_countries=(" ",)) == {"foreign_countries": ["required"]}


def test_guests_are_held_to_their_limits(faults):
    assert faults(guests=(GuestData(name=" "),)) == {"guests": ["required"]}
    assert faults(guests=(GuestData(name="李", ash_tray="middle"),)) == {"guests": ["unknown_choice"]}
    assert faults(guests=(GuestData(name="李", diet="x" * 121),)) == {"guests": ["too_long"]}
    assert faults(guests=(GuestData(name="李"),) * 51) == {"guests": ["too_many"]}


def test_agenda_lies_inside_the_meeting(faults, now):
    start = now + timedelta(days=1)
    inside = AgendaData("开场", start, start + 2 * HOUR)

    assert faults(agenda=(inside,)) == {}
    assert faults(agenda=(AgendaData("开场", start - HOUR, start + HOUR),)) == {"agenda": ["outside_meeting"]}
    assert faults(agenda=(AgendaData("开场", start + HOUR, start + HOUR),)) == {"agenda": ["agenda_order"]}
    assert faults(agenda=(AgendaData(" ", start, start + HOUR),)) == {"agenda": ["required"]}


def test_only_rules_that_read_what_changed_are_asked(faults):
    wrong = {"headcount": 99, "title": ""}

    assert faults(changed=["title"], **wrong) == {"title": ["required"]}
    assert faults(changed=["layout"], **wrong) == {"headcount": ["over_capacity"]}


@pytest.mark.parametrize(
    ("text", "skipped"),
    [
        ("2027-03-14T01:59:00-05:00", False),
        ("2027-03-14T02:00:00-05:00", True),
        ("2027-03-14T02:30:00-04:00", True),
        ("2027-03-14T03:00:00-04:00", False),
        ("2027-03-14T02:30:00+00:00", False),
        ("2027-11-07T01:30:00-04:00", False),
        ("2027-11-07T01:30:00-05:00", False),
    ],
)
def test_time_the_clock_skips_is_found(text, skipped):
    assert is_skipped(datetime.fromisoformat(text), NEW_YORK) is skipped


LONDON = ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    ("moment", "skipped"),
    [
        (datetime(2027, 3, 28, 0, 59, tzinfo=LONDON), False),
        (datetime(2027, 3, 28, 1, 0, tzinfo=LONDON), True),
        (datetime(2027, 3, 28, 1, 30, tzinfo=LONDON), True),
        (datetime(2027, 3, 28, 2, 0, tzinfo=LONDON), False),
        (datetime.fromisoformat("2027-03-28T01:30:00+01:00"), True),
        # Half past two of that morning in London.
        (datetime(2027, 3, 28, 1, 30, tzinfo=UTC), False),
        (datetime.fromisoformat("2027-03-28T01:30:00+00:00"), False),
        (datetime(2027, 3, 28, 1, 30, tzinfo=ZoneInfo("UTC")), False),
    ],
)
def test_instant_of_utc_is_never_skipped_where_winter_time_is_that_of_utc(moment, skipped):
    assert is_skipped(moment, LONDON) is skipped


def test_request_of_an_instant_in_the_hour_that_london_skips_is_accepted(site, faults):
    site.time_zone = "Europe/London"
    spring = datetime(2027, 3, 28, 1, 30, tzinfo=UTC)

    assert faults(start_at=spring, end_at=spring + timedelta(hours=1)) == {}
    assert faults(start_at=spring.replace(tzinfo=LONDON), end_at=spring + timedelta(hours=1)) == {
        "start_at": ["no_such_time"]
    }


def test_storable_knows_controls_and_surrogates():
    assert is_storable("会议 \t\r\n é👍")
    assert not any(map(is_storable, ("\x00", "\x1b", "\x7f", "\udfff")))


def test_text_is_tidied_or_refused():
    assert check_text("reason", "  已满 ", limit=10) == "已满"
    assert check_text("reason", " ", limit=10, required=False) == ""
    with pytest.raises(InvalidBooking) as caught:
        check_text("reason", "x" * 11, limit=10)
    assert caught.value.errors == {"reason": [Fault("too_long", {"limit": 10})]}


def test_changes_that_drop_the_microphones_drop_the_equipment(request_one):
    data = data_of(request_one(microphones=1, equipment=("projector",)))

    assert with_changes(data, {"microphones": 0}).equipment == ("projector",)
    assert with_changes(data, {"equipment": ()}).microphones == 0


def test_every_fault_and_refusal_has_a_wording():
    """Codes are found in the sources, so a new one without a text fails here."""
    import re
    from pathlib import Path

    import bookings

    sources = Path(bookings.__file__).parent.glob("services/*.py")
    written = "".join(path.read_text() for path in sources)
    codes = set(re.findall(r'(?:Fault|BookingError)\("(\w+)"', written)) | set(
        re.findall(r'InvalidBooking\.of\("\w+", "(\w+)"', written)
    )

    assert len(codes) > 20
    assert codes <= set(BOOKING_MESSAGES)


def test_wording_takes_its_facts():
    fault = Fault("over_capacity", {"capacity": 24})

    assert "24" in fault_text(fault)
    assert error_texts(InvalidBooking({"headcount": [fault]})) == {"headcount": [fault_text(fault)]}
    assert error_text(BookingError("room_taken")) == str(BOOKING_MESSAGES["room_taken"])
