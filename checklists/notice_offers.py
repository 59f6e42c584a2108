"""Notices of late steps: taken over where they stand, with who else was told and has seen it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from checklists.models import Reminder, Step
from checklists.permissions import can_take_over
from checklists.services.reminders import TIERS
from staff.models import Notice, User
from staff.notice_offers import Offer, register

ENDINGS = ("_late", "_escalated", "_nobody", "_second", "_delayed", "_due", "nobody_on_shift")


def offers(notices: Sequence[Notice], user: User) -> Mapping[int, Offer]:
    """A button where a step of the notice is open and another's; three queries for all of them."""
    about = {notice.pk: ids for notice in notices if notice.code.endswith(ENDINGS) and (ids := steps_in(notice))}
    if not about:
        return {}
    ids = {pk for theirs in about.values() for pk in theirs}
    steps = {step.pk: step for step in open_steps(ids) if can_take_over(user, step)}
    told = told_of(ids, user)
    return {
        pk: offer_of(pk, [steps[each] for each in theirs if each in steps], user, told)
        for pk, theirs in about.items()
        if any(each in steps for each in theirs)
    }


def steps_in(notice: Notice) -> list[int]:
    """What a notice names is only data: whatever is no id of a step names none."""
    named = notice.params.get("steps", ())
    return [each for each in named if isinstance(each, int)] if isinstance(named, list) else []


def open_steps(ids: Iterable[int]) -> QuerySet[Step]:
    return Step.objects.filter(pk__in=ids, state=Step.State.OPEN).select_related("item", "booking")


def offer_of(pk: int, steps: Sequence[Step], user: User, told: Mapping[int, tuple[str, ...]]) -> Offer:
    names = dict.fromkeys(name for step in steps for name in told.get(step.pk, ()))
    if all(step.assignee_id == user.pk for step in steps):
        return Offer(told=tuple(names))
    return Offer(gettext_lazy("Take over"), reverse("checklists:notice_take_over", args=[pk]), tuple(names))


def told_of(ids: Iterable[int], reader: User) -> dict[int, tuple[str, ...]]:
    """Who else was told that a step is late, and whether they said that they saw it."""
    rows = Reminder.objects.filter(step__in=ids, kind__in=TIERS, notice__isnull=False).exclude(recipient=reader)
    told: dict[int, dict[str, None]] = defaultdict(dict)
    for row in rows.select_related("recipient", "notice").order_by("due_at", "pk"):
        told[row.step_id][word_of(row)] = None
    return {step_id: tuple(words) for step_id, words in told.items()}


def word_of(row: Reminder) -> str:
    name = {"name": row.recipient.get_full_name()}
    if row.notice and row.notice.acknowledged_at:
        return gettext("%(name)s: seen") % name
    return gettext("%(name)s: told, not yet acknowledged") % name


register(offers)
