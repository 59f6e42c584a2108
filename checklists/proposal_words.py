"""A proposal's codes in the reader's words: why somebody, what stands in the way, and why nobody."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy

from rooms.models import Room
from rooms.text import listed

REASONS: dict[str, str | Promise] = {
    "pinned": gettext_lazy("chosen by hand"),
    "kept": gettext_lazy("has it already"),
    "only_one": gettext_lazy("the only one who can"),
    "has_skill": gettext_lazy("has the skill"),
    "served_guest": gettext_lazy("served this guest before"),
    "served_host": gettext_lazy("served this department before"),
    "knows_room": gettext_lazy("knows the room"),
    "least_load": gettext_lazy("least load"),
    "fewest_unpopular": gettext_lazy("fewest early, late and weekend duties"),
    "free": gettext_lazy("on shift and free"),
}
# What speaks against a choice that was made all the same.
AGAINST: dict[str, str | Promise] = {
    "off_shift": gettext_lazy("not on shift for all of it"),
    "skill_missing": gettext_lazy("lacks a skill"),
    "break": gettext_lazy("without a break"),
    "elsewhere": gettext_lazy("serves elsewhere"),
    "too_far": gettext_lazy("too far away"),
}
OPEN: dict[str, str | Promise] = {
    "nobody_role": gettext_lazy("Nobody at this site has the role."),
    "nobody_on_shift": gettext_lazy("Nobody is on shift then."),
    "partly_on_shift": gettext_lazy("Nobody is on shift for all of it."),
    "all_busy": gettext_lazy("All who could are busy elsewhere."),
    "too_far": gettext_lazy("All who could are too far away to be there in time."),
    "breaks": gettext_lazy("All who could would have no break."),
    "left_open": gettext_lazy("Left open by hand."),
    "pin_clash": gettext_lazy("The person chosen by hand serves elsewhere."),
    "nobody_with_skill": gettext_lazy("Nobody on shift has the skills together."),
}


def reasons_in_words(codes: Sequence[str]) -> str:
    return listed(REASONS[code] for code in codes if code in REASONS)


def against_in_words(codes: Sequence[str]) -> list[str]:
    return [str(AGAINST[code]) for code in codes if code in AGAINST]


def way_in_words(room: Room, *, needs: int, has: int, is_onward: bool = False) -> str:
    """From or to which room, how long it takes and how long there is."""
    facts = {"room": " ".join(filter(None, (room.building, room.code))), "needs": needs, "has": has}
    if is_onward:
        return _("goes on to %(room)s: needs %(needs)s min, has %(has)s min") % facts
    return _("comes from %(room)s: needs %(needs)s min, has %(has)s min") % facts


def why_in_words(why: Mapping[str, Any], skills: Mapping[int, str]) -> str:
    """Names the skills that are wanting."""
    if why.get("is_common") and why.get("code") != "left_open":
        return _("Done by whoever of the role is on shift: nobody is there for all of it.")
    missing = [skills[pk] for pk in why.get("skills", ()) if pk in skills]
    if missing:
        return _("Nobody on shift has: %(skills)s.") % {"skills": listed(missing)}
    return str(OPEN.get(why.get("code", ""), ""))
