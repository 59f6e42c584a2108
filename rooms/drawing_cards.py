"""The cards of the rooms' list as text: a big house has hundreds of them on one page."""

from collections.abc import Iterable
from html import escape
from urllib.parse import quote

from django.templatetags.static import static
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from rooms.models import EquipmentKind, LayoutKind, Room
from rooms.pieces import mark

STANDING = ' class="is-standing"'


class Words:
    """What is said of many rooms, each looked up once."""

    def __init__(self) -> None:
        self.capacity = _("Capacity")
        self.layouts = {kind.value: escape(str(kind.label)) for kind in LayoutKind}
        self.equipment = {kind.value: escape(str(kind.label)) for kind in EquipmentKind}
        without = _("No equipment")
        self.no_equipment = f'<span class="quieter">{without}</span>'
        self.out = mark("warn", "slash-circle", _("Not for booking"))
        self.movable = mark("", "arrows-move", _("Tables can be moved"))
        self.divides = mark("", "layout-split", _("Divides"))
        self.plans = escape(static("img/layouts.svg"))
        self.address, _pk, self.rest = reverse("rooms:detail", args=[0]).rpartition("0")

    def layout(self, code: str) -> str:
        return self.layouts.get(code) or escape(code)

    def kind(self, code: str) -> str:
        return self.equipment.get(code) or escape(code)


def room_cards(rooms: Iterable[Room]) -> SafeString:
    """Of rooms with their fittings."""
    words = Words()
    return mark_safe("\n".join([_card(room, words) for room in rooms]))  # noqa: S308 - escaped below


def _card(room: Room, words: Words) -> str:
    url = f"{words.address}{room.pk}{words.rest}"
    return (
        f'<li><article class="room-card{"" if room.is_active else " is-out"}">{_picture(room, words)}'
        f'<div class="room-card-body"><h3><a href="{url}">{escape(room.label)}</a></h3>'
        f'<ul class="capacities" aria-label="{words.capacity}">{_capacities(room, words)}</ul>'
        f'<p class="room-fittings">{_fittings(room, words)}</p><p class="room-marks">{_marks(room, words)}</p>'
        "</div></article></li>"
    )


def _picture(room: Room, words: Words) -> str:
    if room.photo:
        url = f"{reverse('rooms:photo', args=[room.pk])}?v={quote(room.photo.name)}"
        alt = escape(_("Photo of %(code)s") % {"code": room.code})
        return f'<img class="room-picture" src="{escape(url)}" alt="{alt}" loading="lazy">'
    return (
        '<div class="room-picture is-drawn"><svg aria-hidden="true" focusable="false" viewBox="0 0 64 40">'
        f'<use href="{words.plans}#{escape(room.standing_layout)}"/></svg></div>'
    )


def _capacities(room: Room, words: Words) -> str:
    standing = room.standing_layout
    return "".join(
        [
            f'<li{STANDING if each.layout == standing else ""}><svg class="layout-mark" aria-hidden="true"'
            f' focusable="false" viewBox="0 0 64 40"><use href="{words.plans}#{escape(each.layout)}"/></svg>'
            f" {words.layout(each.layout)} <b>{each.capacity}</b></li>"
            for each in room.layouts.all()
        ]
    )


def _fittings(room: Room, words: Words) -> str:
    found = [
        f"<span>{words.kind(each.kind)}{f' ×{each.quantity}' if each.quantity > 1 else ''}</span>"
        for each in room.equipment.all()
    ]
    return "".join(found) or words.no_equipment


def _marks(room: Room, words: Words) -> str:
    marks = [words.out] if not room.is_active else []
    marks += [words.movable] if room.has_movable_tables else []
    marks += [mark("", "", escape(label)) for label in room.access_labels] if room.access else []
    marks += [words.divides] if len(room.spaces.all()) > 1 else []
    return "".join(marks)
