from datetime import UTC, datetime

import pytest
from django.utils import translation

from bookings.errors import Fault, InvalidBooking
from bookings.forms import ClosureForm, OfferForm, RequestForm
from bookings.forms.request import initial_of
from bookings.models import Booking
from bookings.services import AgendaData, BookingData, GuestData, data_of
from tests import factories
from tests.bookings.pages import AGENDA, GUEST, filled

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def form_for(room, /, **fields):
    return RequestForm(filled(room, **fields), site=room.site)


def test_request_form_filled_gives_the_services_data(room_108):
    form = form_for(room_108, tea="on", water="on", name_plates="10", **GUEST, **AGENDA)

    assert form.is_valid()
    assert form.to_data() == BookingData(
        room=room_108,
        title="季度会",
        start_at=datetime(2026, 11, 24, 1, 0, tzinfo=UTC),
        end_at=datetime(2026, 11, 24, 3, 0, tzinfo=UTC),
        headcount=10,
        host_department="市场部",
        contact_name="王敏",
        contact_phone="6201",
        tea=True,
        water=True,
        name_plates=10,
        guests=(GuestData(name="杜邦", ash_tray="left", tea="strong", country="法国"),),
        agenda=(
            AgendaData(
                title="开场",
                starts_at=datetime(2026, 11, 24, 1, 0, tzinfo=UTC),
                ends_at=datetime(2026, 11, 24, 1, 30, tzinfo=UTC),
            ),
        ),
    )


def test_request_form_times_are_the_sites(room_108):
    room_108.site.time_zone = "Europe/Berlin"

    form = form_for(room_108)

    assert form.is_valid()
    assert form.to_data().start_at == datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


def test_request_form_over_midnight_puts_late_agenda_on_the_next_day(room_108):
    form = form_for(
        room_108,
        start="22:00",
        end="02:00",
        ends_on="2026-11-25",
        **(AGENDA | {"agenda-0-starts": "23:30", "agenda-0-ends": "00:30"}),
    )

    assert form.is_valid()
    data = form.to_data()
    assert data.end_at == datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
    assert data.agenda[0].ends_at == datetime(2026, 11, 24, 16, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", ()),
        ("中国, 法国", ("中国", "法国")),
        ("中国，法国、 德国", ("中国", "法国", "德国")),
        (" ,，; ", ()),
    ],
)
def test_request_form_names_between_commas_of_either_width_are_split(room_108, text, names):
    form = form_for(room_108, flags=text)

    assert form.is_valid()
    assert form.cleaned_data["flags"] == names


def test_request_form_microphones_ask_for_the_equipment(room_108):
    form = form_for(room_108, equipment=["projector"], microphones="2")

    assert form.is_valid()
    assert (form.to_data().equipment, form.to_data().microphones) == (("projector", "microphone"), 2)


def test_request_form_empty_says_what_is_needed(room_108):
    form = RequestForm({"guests-TOTAL_FORMS": "0", "guests-INITIAL_FORMS": "0"}, site=room_108.site)

    assert not form.is_valid()
    assert sorted(form.errors) == [
        "contact_name",
        "end",
        "headcount",
        "host_department",
        "kind",
        "on",
        "room",
        "secrecy",
        "start",
        "title",
    ]


def test_request_form_room_of_another_site_is_refused(room_108, stranger):
    foreign = factories.make_room(stranger.site, "9")

    form = form_for(room_108, room=str(foreign.pk))

    assert not form.is_valid()
    assert form.errors["room"] == ["There is no such room."]


def test_request_form_row_with_habits_but_no_name_says_so(room_108):
    form = form_for(room_108, **(GUEST | {"guests-0-name": ""}))

    assert not form.is_valid()
    assert form.guests.forms[0].errors == {"name": ["Please fill this in, or empty the whole row."]}


def test_request_form_emptied_row_is_dropped(room_108):
    blank = {key: "" for key in GUEST if key.startswith("guests-0")}

    form = form_for(room_108, **(GUEST | blank))

    assert form.is_valid()
    assert form.to_data().guests == ()


def test_request_form_puts_the_services_faults_beside_their_fields(room_108):
    form = form_for(room_108)
    assert form.is_valid()

    form.put_faults(
        InvalidBooking(
            {
                "start_at": [Fault("in_past")],
                "headcount": [Fault("over_capacity", {"capacity": 8})],
                "agenda": [Fault("outside_meeting", {"title": "开场"})],
            }
        )
    )

    assert form.errors == {
        "start": ["This time is already past."],
        "headcount": ["In this layout the room seats 8."],
    }
    assert form.row_errors == {"agenda": ["“开场” lies outside the meeting's time."]}


def test_initial_of_a_booking_and_back_gives_the_same_data(request_one, site):
    factories.make_pool(site, "CART")
    booking = request_one(
        tea=True,
        equipment=("projector", "microphone", "CART"),
        microphones=1,
        flags=("中国", "法国"),
        temperature=22,
        layout="u_shape",
        guests=(GuestData(name="杜邦", ash_tray="right", tea="碧螺春"),),
        agenda=(AgendaData("开场", *_first_half_hour()),),
    )
    data = data_of(Booking.objects.get(pk=booking.pk))
    initial, lists = initial_of(data)

    unbound = RequestForm(initial=initial, lists=lists, site=booking.site)
    posted = _as_posted(unbound)
    form = RequestForm(posted, site=booking.site)

    assert form.is_valid(), (form.errors, form.guests.errors, form.agenda.errors)
    assert form.to_data() == data


def test_offer_form_lists_rooms_of_the_site_only(rooms, stranger):
    factories.make_room(stranger.site, "9")

    form = OfferForm(site=rooms[0].site)

    assert [room.code for room in form.fields["room"].queryset] == ["108", "201", "205"]


def test_closure_form_puts_faults_beside_the_times(site):
    times = {"from_day": "2026-11-24", "from_time": "12:00", "until_day": "2026-11-24", "until_time": "09:00"}
    form = ClosureForm({**times, "reason": "检修"}, site=site)
    assert form.is_valid()

    form.put_faults(InvalidBooking.of("end", "end_before_start"))

    assert form.errors == {"until_time": ["The end must be after the start."]}


def _first_half_hour():
    return datetime(2026, 11, 24, 1, 0, tzinfo=UTC), datetime(2026, 11, 24, 1, 30, tzinfo=UTC)


def _as_posted(form):
    """What a browser would send back unchanged."""
    posted = {}
    for name, field in form.fields.items():
        value = field.prepare_value(form[name].value())
        if name in ("equipment", "shared"):
            posted[name] = value
        elif value not in (None, "", False):
            posted[name] = "on" if value is True else str(value)
    for rows in (form.guests, form.agenda):
        posted |= {
            f"{rows.prefix}-TOTAL_FORMS": str(len(rows.forms)),
            f"{rows.prefix}-INITIAL_FORMS": str(len(rows.forms)),
        }
        posted |= {row.add_prefix(name): row[name].value() or "" for row in rows.forms for name in row.fields}
    return posted


@pytest.mark.parametrize(("language", "words"), [("en", "At most 120 characters."), ("zh-hans", "最多120个字符。")])
def test_length_is_refused_in_the_readers_language(room_108, language, words):
    with translation.override(language):
        form = RequestForm(filled(room_108, title="长" * 121), site=room_108.site)

        assert form.errors["title"] == [words]
