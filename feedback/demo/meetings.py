"""The demo's meetings, relative to the present."""

from feedback.demo import ahead, crowd, today
from feedback.demo.programme import Programme
from feedback.demo.stage import Act

MEETINGS = (
    today.running,
    today.soon,
    today.just_ended,
    today.answered,
    today.later_today,
    ahead.waiting,
    ahead.competing,
    ahead.questioned,
    ahead.offered,
    ahead.settled,
    ahead.tomorrow,
    ahead.next_week,
    ahead.weekend,
    ahead.draft,
    crowd.by_rule,
    crowd.exception,
    crowd.in_line,
    crowd.several_rooms,
    crowd.out_of_use,
    crowd.series,
)


def acts_of(plan: Programme) -> list[Act]:
    return [act for meeting in MEETINGS for act in meeting(plan)]
