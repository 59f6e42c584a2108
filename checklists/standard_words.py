"""A standard in words: its codes, moments, conditions and proofs, in the reader's language."""

from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy, ngettext, pgettext_lazy

from bookings.models import Booking
from checklists.models.standard import StandardItem, StepRole
from checklists.standards import Condition, Evidence, Moment, Quantity, Repeat, Rule, Text
from checklists.standards.vocabulary import FACTS, NUMBER, YES_NO
from rooms.models import EquipmentKind, LayoutKind
from rooms.text import language_suffix, listed

Words = Mapping[str, str | Promise]

FACT_WORDS: Words = {
    "tea": gettext_lazy("tea"),
    "coffee": gettext_lazy("coffee"),
    "tea_or_coffee": gettext_lazy("tea or coffee"),
    "water": gettext_lazy("bottled water"),
    "any_drink": gettext_lazy("any drink"),
    "fruit": gettext_lazy("fruit"),
    "flowers": gettext_lazy("flowers"),
    "stationery": gettext_lazy("paper and pens"),
    "materials": gettext_lazy("documents to lay out"),
    "sign_in": gettext_lazy("sign-in desk"),
    "sound": gettext_lazy("sound or microphones"),
    "agenda": gettext_lazy("agenda with times"),
    "important_guests": gettext_lazy("important guests"),
    "foreign_guests": gettext_lazy("foreign guests"),
    "smoking_guests": gettext_lazy("a guest who smokes"),
    "room_allows_smoking": gettext_lazy("smoking allowed in the room"),
    "tables_movable": gettext_lazy("tables can be moved"),
    "tables_must_move": gettext_lazy("tables must be moved"),
    "papers_given_out": gettext_lazy("papers or name plates given out"),
    "non_working_day": gettext_lazy("weekend or holiday"),
    "ended_after_close": gettext_lazy("ends after closing time"),
    "incident": gettext_lazy("an incident"),
    "complaint": gettext_lazy("a complaint"),
    "headcount": gettext_lazy("head count"),
    "guest_count": gettext_lazy("number of important guests"),
    "microphones": gettext_lazy("number of microphones"),
    "name_plates": gettext_lazy("number of name plates"),
    "duration_minutes": gettext_lazy("length in minutes"),
    "kind": gettext_lazy("kind of meeting"),
    "secrecy": gettext_lazy("secrecy class"),
    "room": gettext_lazy("room"),
    "layout": gettext_lazy("layout"),
    "flags": gettext_lazy("flags"),
    "equipment": gettext_lazy("equipment"),
    "foreign_countries": gettext_lazy("foreign countries"),
    "guests": gettext_lazy("names of important guests"),
    "meetings": gettext_lazy("meetings of the day"),
    "rooms_in_use": gettext_lazy("rooms in use that day"),
    "layouts": gettext_lazy("layouts of the day"),
}

COMPARISON_WORDS: Words = {
    "is": gettext_lazy("is"),
    "in": gettext_lazy("is one of"),
    "includes": gettext_lazy("includes"),
    "at_least": gettext_lazy("at least"),
    "at_most": gettext_lazy("at most"),
    "above": gettext_lazy("more than"),
    "below": gettext_lazy("less than"),
}

ANCHOR_WORDS: Words = {
    "start": gettext_lazy("the start"),
    "end": gettext_lazy("the booked end"),
    "actual_end": gettext_lazy("the actual end"),
    "open": gettext_lazy("opening time"),
    "close": gettext_lazy("closing time"),
    "midday": gettext_lazy("midday"),
    "clock": gettext_lazy("a time of day"),
    "item": gettext_lazy("another item"),
    "agenda_end": gettext_lazy("the end of each agenda item"),
    "previous_working_day_close": gettext_lazy("closing time of the working day before"),
    "next_open": gettext_lazy("the next opening, if it ends after closing time"),
    "random_during": gettext_lazy("a random minute of the meeting"),
    "on_demand": gettext_lazy("when it happens"),
    "overdue": gettext_lazy("when a step is late"),
    "between_meetings": gettext_lazy("each meeting that follows another"),
}

DETAIL_WORDS: Words = {
    "layout": gettext_lazy("layout"),
    "previous_layout": gettext_lazy("layout of the meeting before"),
    "standing_layout": gettext_lazy("standing layout"),
    "headcount": gettext_lazy("head count"),
    "drinks": gettext_lazy("drinks"),
    "equipment": gettext_lazy("equipment"),
    "microphones": gettext_lazy("number of microphones"),
    "flags": gettext_lazy("flags"),
    "foreign_countries": gettext_lazy("foreign countries"),
    "curtains": gettext_lazy("curtains"),
    "temperature": gettext_lazy("temperature wished"),
    "guests": gettext_lazy("important guests and their habits"),
    "secrecy": gettext_lazy("secrecy class"),
    "layouts": gettext_lazy("layouts of the day"),
}

EVIDENCE_WORDS: Words = {
    "tick": gettext_lazy("Tick"),
    "ok": gettext_lazy("Ok or not ok"),
    "number": gettext_lazy("Number"),
    "count": gettext_lazy("Count"),
    "photo": gettext_lazy("Photo"),
    "signature": gettext_lazy("Signature"),
}

UNIT_WORDS: Words = {
    "celsius": "°C",
    "points": gettext_lazy("points"),
    "pieces": gettext_lazy("pieces"),
    "minutes": gettext_lazy("minutes"),
    "percent": "%",
}

SCOPE_WORDS: Words = {
    "booking": gettext_lazy("Each meeting"),
    "site_day": gettext_lazy("Each working day of the site"),
    "room_day": gettext_lazy("Each room on each working day"),
}

SUBJECT_WORDS: Words = {
    "smoking_guest": gettext_lazy("Each guest who smokes"),
    "important_guest": gettext_lazy("Each important guest"),
}

FIELD_WORDS: Words = {
    "id": gettext_lazy("Code"),
    "phase": gettext_lazy("Phase"),
    "roles": gettext_lazy("Who"),
    "moments": gettext_lazy("When"),
    "title": gettext_lazy("Title"),
    "text": gettext_lazy("What is to be done"),
    "scope": gettext_lazy("Counts for"),
    "repeat": gettext_lazy("Repeated"),
    "condition": gettext_lazy("Only if"),
    "evidence": gettext_lazy("Proof"),
    "quantities": gettext_lazy("Quantities"),
    "shows": gettext_lazy("Shown with the step"),
    "leads": gettext_lazy("Reminders"),
    "escalate_after": gettext_lazy("Manager told"),
    "opens": gettext_lazy("Opens"),
    "group": gettext_lazy("Group"),
    "for_each": gettext_lazy("One step for"),
    "ticks_together": gettext_lazy("Ticked with others"),
    "after_close": gettext_lazy("Meeting ends after closing time"),
}

FORMULA_WORDS: Words = {
    "headcount": gettext_lazy("head count"),
    "guests": gettext_lazy("number of important guests"),
    "flags": gettext_lazy("number of flags"),
    "foreign_countries": gettext_lazy("number of foreign countries"),
    "microphones": gettext_lazy("number of microphones"),
    "name_plates": gettext_lazy("number of name plates"),
    "minutes": gettext_lazy("length in minutes"),
}

LOG_WORDS: Words = {
    "drafted": gettext_lazy("Began a draft from no. %(based_on)s"),
    "item_added": gettext_lazy("Added %(item)s"),
    "item_changed": gettext_lazy("Changed %(item)s"),
    "item_removed": gettext_lazy("Removed %(item)s"),
    "item_moved": gettext_lazy("Moved %(item)s"),
    "heading_changed": gettext_lazy("Changed the title or the groups"),
    "imported": gettext_lazy("Took in a file with %(items)s items"),
    "discarded": gettext_lazy("Discarded the draft"),
    "published": gettext_lazy("Published no. %(number)s"),
    "replanned": gettext_lazy("Planned meetings anew with no. %(number)s: %(meetings)s"),
}

PHASE_WORDS: Words = dict(StandardItem.Phase.choices)
ROLE_WORDS: Words = dict(StepRole.choices)
CODE_WORDS: Mapping[str, Words] = {
    "layout": dict(LayoutKind.choices),
    "layouts": dict(LayoutKind.choices),
    "equipment": dict(EquipmentKind.choices),
    "kind": dict(Booking.Kind.choices),
    "secrecy": dict(Booking.Secrecy.choices),
}
AND, OR = pgettext_lazy("joins conditions", " and "), pgettext_lazy("joins conditions", " or ")
BETWEEN_RHYTHMS = pgettext_lazy("joins rhythms", "; ")


def word(words: Words, code: str) -> str:
    return str(words.get(code, code))


def text_of(text: Text) -> str:
    return text.of(language_suffix())


def minutes_text(count: int) -> str:
    return ngettext("%(count)d minute", "%(count)d minutes", count) % {"count": count}


def working_text(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    if rest:
        return ngettext("%(count)d working minute", "%(count)d working minutes", minutes) % {"count": minutes}
    return ngettext("%(count)d working hour", "%(count)d working hours", hours) % {"count": hours}


def days_text(count: int) -> str:
    return ngettext("%(count)d working day", "%(count)d working days", count) % {"count": count}


def moment_text(moment: Moment) -> str:
    """“60 minutes before the start”, “at 07:45”, “when it happens”."""
    if moment.anchor in {"on_demand", "random_during"}:
        return word(ANCHOR_WORDS, moment.anchor)
    if moment.anchor == "overdue":
        return _("when a step is late by %(amount)s") % {"amount": minutes_text(moment.minutes)}
    return offset_text(moment) % {"anchor": anchor_text(moment)}


def anchor_text(moment: Moment) -> str:
    if moment.anchor in {"clock", "item"}:
        return moment.argument
    return word(ANCHOR_WORDS, moment.anchor)


def offset_text(moment: Moment) -> str:
    """The words around the anchor, whose place is kept."""
    offsets = (
        (moment.minutes, minutes_text),
        (moment.working_minutes, working_text),
        (moment.working_days, days_text),
    )
    for amount, in_words in offsets:
        if amount:
            pattern = _("%(amount)s before %(anchor)s") if amount < 0 else _("%(amount)s after %(anchor)s")
            return pattern.replace("%(amount)s", in_words(abs(amount)))
    return _("at %(anchor)s")


def condition_text(condition: Condition) -> str:
    """In words; inner groups stand in brackets."""
    if condition.op == "always":
        return _("always")
    if condition.op in {"all", "any"}:
        mark = str(AND if condition.op == "all" else OR)
        return mark.join(inner_text(part) for part in condition.parts)
    if condition.op == "not":
        return _("not %(condition)s") % {"condition": inner_text(condition.parts[0])}
    return fact_text(condition)


def inner_text(condition: Condition) -> str:
    text = condition_text(condition)
    is_group = condition.op in {"all", "any"} and len(condition.parts) > 1
    return _("(%(text)s)") % {"text": text} if is_group else text


def fact_text(condition: Condition) -> str:
    """A number that holds is one above nothing."""
    fact, kind = word(FACT_WORDS, condition.fact), kind_of(condition.fact)
    if condition.op == "fact" and kind == YES_NO:
        return fact
    if condition.op == "fact" and kind != NUMBER:
        return _("%(fact)s given") % {"fact": fact}
    is_compared = condition.op == "compare"
    comparison = word(COMPARISON_WORDS, condition.comparison if is_compared else "above")
    value = value_text(condition) if is_compared else "0"
    return _("%(fact)s %(comparison)s %(value)s") % {"fact": fact, "comparison": comparison, "value": value}


def kind_of(fact: str) -> str:
    return next((kinds[fact] for kinds in FACTS.values() if fact in kinds), YES_NO)


def value_text(condition: Condition) -> str:
    if isinstance(condition.value, bool):
        return _("yes") if condition.value else _("no")
    values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    words = CODE_WORDS.get(condition.fact, {})
    return listed(word(words, str(value)) for value in values)


def repeat_text(repeat: Repeat) -> str:
    """“every 15 minutes, 20 at most; room is 301: every 10 minutes”."""
    plain = rhythm_text(repeat.every, repeat.limit)
    others = (
        _("%(condition)s: %(rhythm)s")
        % {"condition": condition_text(each.condition), "rhythm": rhythm_text(each.every, each.limit)}
        for each in getattr(repeat, "variants", ())
    )
    return str(BETWEEN_RHYTHMS).join((plain, *others))


def rhythm_text(every: int, limit: int | None) -> str:
    if limit is None:
        return _("every %(minutes)s") % {"minutes": minutes_text(every)}
    return _("every %(minutes)s, never longer than %(limit)s") % {
        "minutes": minutes_text(every),
        "limit": minutes_text(limit),
    }


def evidence_text(evidence: Evidence, quantities: Iterable[Quantity] = ()) -> str:
    """“Number (°C, 18–28)”; a count names its quantity by its title where the quantities are given."""
    titles = {quantity.name: text_of(quantity.title) for quantity in quantities}
    expected = titles.get(evidence.expected, evidence.expected)
    inside = [word(UNIT_WORDS, evidence.unit) if evidence.unit else "", range_text(evidence), expected]
    kind, rest = word(EVIDENCE_WORDS, evidence.kind), listed(part for part in inside if part)
    return _("%(kind)s (%(details)s)") % {"kind": kind, "details": rest} if rest else kind


def range_text(evidence: Evidence) -> str:
    low, high = evidence.minimum, evidence.maximum
    if low is None and high is None:
        return ""
    if low is None:
        return _("at most %(number)s") % {"number": number_text(high)}
    return f"{number_text(low)}–{number_text(high)}" if high is not None else f"≥ {number_text(low)}"


def number_text(number: float | None) -> str:
    return "" if number is None else f"{number:g}"


def leads_text(leads: Iterable[int]) -> str:
    return listed(
        _("%(amount)s before") % {"amount": minutes_text(lead)} if lead else _("when due")
        for lead in sorted(leads, reverse=True)
    )


def quantity_text(quantity: Quantity) -> str:
    return f"{text_of(quantity.title)} = {quantity.formula.text}"


def late_text(minutes: int | None) -> str:
    if minutes is None:
        return _("by the rule for late steps")
    return _("%(amount)s after it was due") % {"amount": minutes_text(minutes)}


def roles_text(rule: Rule) -> str:
    return listed(word(ROLE_WORDS, role) for role in rule.roles)


def moments_text(moments: Iterable[Moment]) -> str:
    return listed(moment_text(moment) for moment in moments)


def sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
