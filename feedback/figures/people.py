"""What each person did in a span; for managers, and for the person."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Avg, Count

from checklists.models import Wish
from checklists.models.spotcheck import SCORES
from feedback.figures.measures import Load, Scope, Share, Spot
from feedback.figures.reading import rows, spots_of, values_of, which_meetings, which_steps
from staff.models import User

STEPS = """
    SELECT person, count(*) FILTER (WHERE is_done AND done_at <= due_at), count(*) FILTER (WHERE is_done),
        count(*) FILTER (WHERE NOT is_done), percentile_cont(0.5) WITHIN GROUP (ORDER BY late) FILTER (WHERE is_done)
    FROM (
        SELECT CASE WHEN s.state = 'done' THEN s.done_by_id ELSE s.assignee_id END AS person,
            s.state = 'done' AS is_done, s.done_at, s.due_at,
            CASE WHEN s.done_at > s.due_at THEN date_part('epoch', s.done_at - s.due_at) / 60 ELSE 0 END AS late
        FROM checklists_step s JOIN checklists_standarditem i ON i.id = s.item_id
        WHERE {which} AND s.state IN ('done', 'missed')
    ) steps WHERE person IS NOT NULL GROUP BY person
"""
SERVED = """
    SELECT user_id, count(*), coalesce(sum(date_part('epoch', until_at - actual_start_at)) / 60, 0)
    FROM (
        SELECT DISTINCT a.user_id, b.id, b.actual_start_at, coalesce(b.actual_end_at, %(now)s) AS until_at
        FROM checklists_assignment a JOIN bookings_booking b ON b.id = a.booking_id
        WHERE {which} AND b.actual_start_at IS NOT NULL {whose}
    ) meetings GROUP BY user_id
"""


def loads_of(scope: Scope) -> list[Load]:
    """By the most minutes served, then the most steps; five statements, however many people."""
    values = values_of(scope)
    steps = {person: found for person, *found in rows(STEPS.format(which=which_steps(scope)), values)}
    whose = "AND a.user_id = %(person)s" if scope.person_id else ""
    served = {person: found for person, *found in rows(SERVED.format(which=which_meetings(scope), whose=whose), values)}
    wishes, spots = wishes_by_person(scope), spots_by_person(scope)
    people = User.objects.filter(pk__in={*steps, *served, *wishes, *spots})
    if scope.person_id:
        people = people.filter(pk=scope.person_id)
    loads = [load_of(user, steps, served, wishes, spots) for user in people]
    return sorted(loads, key=lambda load: (-load.minutes, -load.done, load.name))


def load_of(
    user: User,
    steps: Mapping[int, list[Any]],
    served: Mapping[int, list[Any]],
    wishes: Mapping[int, int],
    spots: Mapping[int, Spot],
) -> Load:
    in_time, done, missed, median = steps.get(user.pk, (0, 0, 0, None))
    meetings, minutes = served.get(user.pk, (0, 0))
    return Load(
        user_id=user.pk,
        name=user.get_full_name(),
        in_time=Share(in_time, done),
        missed=missed,
        median=median,
        meetings=meetings,
        minutes=round(minutes),
        wishes=wishes.get(user.pk, 0),
        spot=spots.get(user.pk, Spot()),
    )


def wishes_by_person(scope: Scope) -> dict[int, int]:
    found = Wish.objects.filter(
        step__site=scope.site, step__state="done", raised_at__gte=scope.from_at, raised_at__lt=scope.ends_at
    )
    if scope.room:
        found = found.filter(step__room=scope.room)
    return dict(found.order_by().values_list("step__done_by").annotate(Count("pk")))


def spots_by_person(scope: Scope) -> dict[int, Spot]:
    averages = [Avg(name) for name in SCORES]
    found = spots_of(scope).order_by().exclude(on_duty=None).values_list("on_duty__user")
    return {person: Spot(*scores) for person, *scores in found.annotate(Count("pk"), *averages)}
