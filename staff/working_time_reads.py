"""Reads for the rules of working time: a site's limits, and the spans people work."""

from collections.abc import Iterable

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from rooms.models import Site
from staff.models import Shift, WorkingTimeRules
from staff.working_time import Limits, Rule, Span


def rules_of(site: Site) -> WorkingTimeRules:
    """The site's own, or what a site begins with."""
    return WorkingTimeRules.objects.filter(site=site).first() or WorkingTimeRules(site=site)


def limits_of(site: Site) -> Limits:
    return limits_from(rules_of(site))


def limits_from(rules: WorkingTimeRules) -> Limits:
    """What a roster is held to: breaks only where the site wants them seen in it."""
    pause = rules.break_after_hours if rules.checks_breaks else None
    return Limits(
        hours_a_day=plain(rules.hours_a_day),
        hours_a_week=plain(rules.hours_a_week),
        rest_hours=plain(rules.rest_hours),
        days_in_row=rules.days_in_row,
        break_after_hours=plain(pause),
        break_minutes=rules.break_minutes,
        bars=frozenset(rules.bars) & {rule.value for rule in Rule},
    )


def plain(number: object) -> float | None:
    return None if number is None else float(str(number))


def spans_of_people(user_ids: Iterable[int], window: Span) -> dict[int, list[Span]]:
    """Their hours at work that touch the window, drafts with them; who is on call is not at work."""
    found: dict[int, list[Span]] = {pk: [] for pk in user_ids}
    rows = Shift.objects.filter(user__in=list(found), is_on_call=False, during__overlap=DateTimeTZRange(*window, "[)"))
    for user_id, during in rows.order_by("during").values_list("user_id", "during"):
        found[user_id].append((during.lower, during.upper))
    return found
