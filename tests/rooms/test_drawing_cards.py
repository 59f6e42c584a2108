import re

import pytest
from django.utils import translation
from django.utils.translation import gettext

from rooms.drawing_cards import room_cards
from rooms.models import AccessKind, EquipmentKind, LayoutKind, Room
from tests.factories import make_room

SCRIPT = "<script>alert('x')</script>"


def drawn(language="en", **fields):
    Room.objects.update(**fields)
    with translation.override(language):
        return room_cards(Room.objects.with_fittings())


def test_card_names_the_room_its_seats_and_equipment(room_108):
    room_108.equipment.filter(kind=EquipmentKind.MICROPHONE).update(quantity=4)

    card = drawn(standing_layout=LayoutKind.U_SHAPE)

    assert f'<h3><a href="/rooms/{room_108.pk}/">Room 108</a></h3>' in card
    seats = re.findall(r"</svg> ([\w ]+) <b>(\d+)</b>", card)
    assert sorted(seats) == [("Board room", "24"), ("Theatre", "60"), ("U shape", "28")]
    assert re.findall(r'<li class="is-standing">.*?</svg> ([\w ]+) ', card) == ["U shape"]
    assert "<span>Microphones ×4</span><span>Projector</span>" in card
    assert ('class="room-card">' in card, "Tables can be moved" in card, "Divides" in card) == (True, True, False)
    assert 'img/layouts.svg#u_shape"/></svg></div>' in card


def test_card_of_a_room_says_what_is_special_about_it(room_108, site):
    room_108.spaces.add(make_room(site, "109").spaces.get())
    Room.objects.filter(code="109").delete()
    room_108.equipment.all().delete()

    card = drawn(is_active=False, has_movable_tables=False, access=[AccessKind.values[0]])

    assert 'class="room-card is-out"' in card
    with translation.override("en"):
        access = str(AccessKind.choices[0][1])
    for words in ("Not for booking", "No equipment", "Divides", f'<span class="mark">{access}</span>'):
        assert words in card
    assert "Tables can be moved" not in card


def test_photo_stands_in_the_place_of_the_drawing(room_108):
    card = drawn(photo="rooms/a b&c.jpg")

    assert f'src="/rooms/{room_108.pk}/photo/?v=rooms/a%20b%26c.jpg" alt="Photo of 108" loading="lazy"' in card
    assert "is-drawn" not in card


def test_names_are_text(room_108):
    card = drawn(name_en=SCRIPT, code="<b>", photo="")

    assert "&lt;b&gt; &lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;" in card
    assert re.findall("<script>|<b>[^0-9]", card) == []


@pytest.mark.parametrize(("language", "name"), [("zh-hans", "108会议室"), ("zh-hant", "108會議室")])
def test_card_speaks_the_readers_language(language, name, room_108):
    card = drawn(language)

    with translation.override(language):
        words = [name, gettext("Capacity"), gettext("Tables can be moved"), gettext("U shape"), gettext("Projector")]
    assert [word for word in words if word not in card] == []
    assert "U shape" not in card
