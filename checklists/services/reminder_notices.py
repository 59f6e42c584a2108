"""Which notices a batch of reminders becomes: one for what a person is to do for one meeting at one time, one list
for whoever would get many that come late, and a word to the managers where nobody is there or the time was missed.

Nothing is read or written here; dispatch.py does that.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from bookings.models import Booking
from checklists.digest_texts import digest_lines
from checklists.links import booking_params, tablet_url
from checklists.models import Reminder, Step
from checklists.selectors.roster import Roster
from checklists.selectors.standards import group_title
from checklists.services.reminders import TIERS
from rooms.text import SUFFIXES, listed
from staff.notice_kinds import Urgency
from staff.services.notices import Draft

Kind = Reminder.Kind
Together = Sequence[Reminder]
# Sooner than this a reminder counts as on time and says nothing of itself.
ON_TIME = timedelta(minutes=1)
# More late notices than these at once become one list.
DIGEST_ABOVE = 5


@dataclass
class Sent:
    """The drafts of what is sent, the key of each reminder's notice, and what the managers hear of it."""

    drafts: list[Draft] = field(default_factory=list)
    keys: dict[int, str] = field(default_factory=dict)
    about_nobody: list[Draft] = field(default_factory=list)

    def add(self, draft: Draft, reminders: Together) -> None:
        self.drafts.append(draft)
        self.keys |= {reminder.pk: draft.key for reminder in reminders}


def drafts_of_sent(reminders: Together, rosters: Mapping[int, Roster], now: datetime) -> Sent:
    groups = [list(group) for _, group in groupby(sorted(reminders, key=notice_group), notice_group)]
    delayed: dict[int, list[Together]] = defaultdict(list)
    for together in groups:
        if now - together[0].due_at >= ON_TIME:
            delayed[together[0].recipient_id].append(together)
    crowded = {user_id for user_id, theirs in delayed.items() if len(theirs) > DIGEST_ABOVE}
    sent = Sent()
    for together in groups:
        if together[0].recipient_id not in crowded or now - together[0].due_at < ON_TIME:
            sent.add(draft_of(together, rosters[together[0].step.site_id], now), together)
    for user_id in crowded:
        sent.add(digest_of(delayed[user_id]), [each for together in delayed[user_id] for each in together])
    sent.about_nobody = drafts_about_nobody([together[0] for together in groups], rosters, now)
    return sent


def notice_group(reminder: Reminder) -> tuple[Any, ...]:
    step = reminder.step
    return reminder.recipient_id, step.booking_id or 0, reminder.kind, reminder.due_at, step.due_at, step.site_id


def draft_of(together: Together, roster: Roster, now: datetime) -> Draft:
    first, code = together[0], code_of(together[0], roster, now)
    return Draft(
        recipient=first.recipient,
        code=code,
        params=params_of(together, now),
        url=url_for(first),
        # Each reminder is claimed by one pulse, so nobody else writes this key.
        key=f"reminder:{min(reminder.pk for reminder in together)}",
        event=event_of(together),
    )


def event_of(together: Together) -> str:
    """What a group's room hears once, though several people are told."""
    first = together[0]
    return f"{first.kind}:{min(each.step_id for each in together)}:{first.due_at:%Y%m%d%H%M}"


def digest_of(groups: Sequence[Together]) -> Draft:
    """One list, in the order in which things were due; urgent when a step of it is late."""
    groups = sorted(groups, key=lambda together: (together[0].step.due_at, together[0].pk))
    reminders = [each for together in groups for each in together]
    recipient = reminders[0].recipient
    entries = [(each[0].step.due_at, rooms_of(each), what_of(each), each[0].kind) for each in groups]
    return Draft(
        recipient=recipient,
        code="reminders_digest",
        params={
            "count": len(groups),
            "lines": digest_lines(entries, recipient.zone),
            "steps": [each.step_id for each in reminders],
            "oldest": min(each.due_at for each in reminders).isoformat(),
        },
        url=tablet_url(),
        key=f"reminders:{min(each.pk for each in reminders)}",
        urgency=Urgency.URGENT if any(each.kind in TIERS for each in reminders) else Urgency.NORMAL,
    )


def url_for(reminder: Reminder) -> str:
    """The tablet, or for the host department, which has none, the booking."""
    booking = reminder.step.booking
    if booking is not None and reminder.recipient_id == booking.applicant_id:
        return booking.get_absolute_url()
    return tablet_url()


def code_of(reminder: Reminder, roster: Roster, now: datetime) -> str:
    """A late step is late; a reminder that itself comes late says so."""
    family = "reminder" if reminder.step.booking_id else "daily"
    if reminder.kind in TIERS:
        return f"{family}_{late_code(reminder, roster, now)}"
    if now - reminder.due_at >= ON_TIME:
        return f"{family}_delayed"
    return f"{family}_{reminder.kind}"


def late_code(reminder: Reminder, roster: Roster, now: datetime) -> str:
    """To whoever has the step, to the first tier and to the second: each in words of its own."""
    is_unowned = has_nobody(reminder.step, roster, now)
    if reminder.kind == Kind.SECOND:
        return "second_nobody" if is_unowned else "second"
    if is_responsible(reminder, roster):
        return "late"
    return "nobody" if is_unowned else "escalated"


def is_responsible(reminder: Reminder, roster: Roster) -> bool:
    step = reminder.step
    if step.assignee_id:
        return step.assignee_id == reminder.recipient_id
    return any(user.pk == reminder.recipient_id for user in roster.members_of(step.role))


def has_nobody(step: Step, roster: Roster, now: datetime) -> bool:
    return not step.assignee_id and not roster.on_shift(step.role, now)


def params_of(together: Together, now: datetime) -> dict[str, Any]:
    """The steps in the reader's language: alone by title, together by their group and number."""
    first = together[0]
    items = {each.step.item.code: each.step.item for each in together}
    assignee = first.step.assignee
    return booking_facts(first.step.booking) | {
        "what": what_of(together),
        "titles": joined_titles(list(items.values())),
        "items": list(items),
        "steps": [each.step_id for each in together],
        "count": len(together),
        "room": rooms_of(together),
        "due": first.step.due_at.isoformat(),
        "who": assignee.get_full_name() if assignee else "—",
        "late_minutes": int((now - first.due_at).total_seconds() // 60),
    }


def rooms_of(together: Together) -> str | dict[str, str]:
    """The code of the one room; several with the mark each language puts between them."""
    rooms = sorted({each.step.room.code for each in together if each.step.room})
    return joined(rooms) if len(rooms) > 1 else "".join(rooms)


def booking_facts(booking: Booking | None) -> dict[str, Any]:
    return booking_params(booking) if booking else {}


def what_of(together: Together) -> dict[str, str]:
    items = {each.step.item.code: each.step.item for each in together}
    return what(list(items.values()), len(together))


def what(items: Sequence[Any], count: int) -> dict[str, str]:
    """The item's own title when there is one, the group's for several, with their number."""
    groups = {item.group for item in items}
    is_one_group = len(items) > 1 and len(groups) == 1
    shared = group_title(items[0].standard_id, groups.pop()) if is_one_group else None
    heading = shared or titles_of(items[0])
    return heading if count == 1 else {name: f"{text} ×{count}" for name, text in heading.items()}


def titles_of(item: Any) -> dict[str, str]:
    return {"en": item.title_en, "zh_hans": item.title_zh_hans, "zh_hant": item.title_zh_hant}


def joined_titles(items: Sequence[Any]) -> dict[str, str]:
    titles = [titles_of(item) for item in items]
    return {name: listed((each[name] for each in titles), name.replace("_", "-")) for name in SUFFIXES}


def joined(texts: Sequence[str]) -> dict[str, str]:
    return {name: listed(texts, name.replace("_", "-")) for name in SUFFIXES}


def drafts_about_nobody(reminders: Together, rosters: Mapping[int, Roster], now: datetime) -> list[Draft]:
    """Steps that have nobody: the managers hear it once for each meeting, role and due time."""
    drafts = []
    for reminder in reminders:
        step, roster = reminder.step, rosters[reminder.step.site_id]
        if reminder.kind in TIERS or not has_nobody(step, roster, now):
            continue
        key, params = nobody_key(step), params_of([reminder], now)
        drafts += [
            Draft(user, "nobody_on_shift", params, tablet_url(), f"{key}:{user.pk}", event=key)
            for user in roster.managers_at(now)
        ]
    return drafts


def nobody_key(step: Step) -> str:
    return f"nobody:{step.site_id}:{step.booking_id or step.on}:{step.role}:{step.due_at:%m%d%H%M}"


def drafts_of_missed(missed: Together, rosters: Mapping[int, Roster], now: datetime) -> list[Draft]:
    """Past grace: the managers of each site hear of it once a batch."""
    drafts = []
    by_site = sorted(missed, key=lambda each: each.step.site_id)
    for site_id, group in groupby(by_site, lambda each: each.step.site_id):
        theirs = list(group)
        key = f"reminders-missed:{min(reminder.pk for reminder in theirs)}"
        params = {"count": len(theirs), "oldest": min(reminder.due_at for reminder in theirs).isoformat()}
        drafts += [
            Draft(user, "reminders_missed", params, tablet_url(), f"{key}:{user.pk}", event=key)
            for user in rosters[site_id].managers_at(now)
        ]
    return drafts
