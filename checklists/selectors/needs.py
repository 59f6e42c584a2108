"""Which skills a meeting asks for, and a site's own rules of assignment."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bookings.models import Booking
from checklists.errors import ChecklistError
from checklists.models import AssignmentRules, StaffingNeed
from checklists.selectors.standards import current_standard, items_of
from rooms.models import EquipmentKind, Site
from staff.models import Shift
from staff.roles import Role

# These may work without a roster; over so long somebody of theirs would have had a shift.
OFFICE_ROLES = frozenset({Role.SECRETARY.value, Role.MANAGER.value})
ROSTERED_WITHIN = timedelta(weeks=4)
Ground, Fact = StaffingNeed.Ground, StaffingNeed.Fact

# Guests are prefetched by whoever asks for many meetings.
FACTS: dict[str, Callable[[Booking], bool]] = {
    Fact.FOREIGN_GUESTS: lambda booking: (
        bool(booking.foreign_countries) or any(guest.country for guest in booking.guests.all())
    ),
    Fact.IMPORTANT_GUESTS: lambda booking: bool(booking.guests.all()),
    Fact.TEA: lambda booking: booking.tea,
    Fact.COFFEE: lambda booking: booking.coffee,
    Fact.SOUND: lambda booking: EquipmentKind.SOUND in booking.equipment,
    Fact.VIDEO_CONFERENCE: lambda booking: EquipmentKind.VIDEO_CONFERENCE in booking.equipment,
}


@dataclass(frozen=True)
class NeedRow:
    """A need as its page shows it."""

    id: int
    role: str
    skill: str
    ground: str
    value: str


def rules_for(site: Site) -> AssignmentRules:
    return AssignmentRules.objects.filter(site=site).first() or AssignmentRules(site=site)


def common_roles(rules: AssignmentRules, window: tuple[datetime, datetime]) -> frozenset[str]:
    """Roles whose steps stay with everyone of the role: by the site's rules, or because nobody rosters them."""
    return frozenset(rules.common_roles) | unrostered_roles(rules.site, window)


def unrostered_roles(site: Site, window: tuple[datetime, datetime]) -> frozenset[str]:
    span = (window[0] - ROSTERED_WITHIN, window[1])
    shifts = Shift.objects.on_duty().filter(site=site, during__overlap=span, user__groups__name__in=OFFICE_ROLES)
    return OFFICE_ROLES - set(shifts.order_by().values_list("user__groups__name", flat=True).distinct())


def needs_of(site: Site) -> list[StaffingNeed]:
    return list(StaffingNeed.objects.filter(site=site).select_related("skill"))


def skills_for(
    needs: Iterable[StaffingNeed], booking: Booking, role: str, items: Collection[str]
) -> dict[int, StaffingNeed]:
    """The skills that a role needs for a meeting, each with the first need that asks for it; `items` are its steps'."""
    found: dict[int, StaffingNeed] = {}
    for need in needs:
        if need.role == role and need.skill_id not in found and applies(need, booking, items):
            found[need.skill_id] = need
    return found


def applies(need: StaffingNeed, booking: Booking, items: Collection[str]) -> bool:
    if need.ground == Ground.KIND:
        return booking.kind == need.value
    if need.ground == Ground.ITEM:
        return need.value in items
    holds = FACTS.get(need.value)
    return holds is not None and holds(booking)


def need_rows(site: Site) -> Sequence[NeedRow]:
    titles = item_titles(site)
    return [
        NeedRow(
            id=need.pk,
            role=str(need.get_role_display()),
            skill=need.skill.name,
            ground=str(need.get_ground_display()),
            value=value_in_words(need, titles),
        )
        for need in needs_of(site)
    ]


def value_in_words(need: StaffingNeed, titles: dict[str, str]) -> str:
    if need.ground == Ground.KIND:
        return str(dict(Booking.Kind.choices).get(need.value, need.value))
    if need.ground == Ground.FACT:
        return str(dict(Fact.choices).get(need.value, need.value))
    title = titles.get(need.value)
    return f"{need.value} {title}" if title else need.value


def item_titles(site: Site) -> dict[str, str]:
    """The items of the standard in force that are done for a meeting."""
    try:
        items = items_of(current_standard(site))
    except ChecklistError:
        return {}
    return {code: item.title for code, item in items.items() if item.phase != "daily"}
