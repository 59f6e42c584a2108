"""Reads of the checklists of practical examinations."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Max, Q, QuerySet

from rooms.models import Site
from rooms.selectors import sites_visible_to
from staff.models import CourseRun, Enrolment, Practical, PracticalList, PracticalVersion, User
from staff.practical import SCORE_WORDS, Item, Line, grouped, shipped_lines


def lists_visible_to(user: User) -> QuerySet[PracticalList]:
    """With the number of the newest version."""
    rows = PracticalList.objects.filter(Q(site=None) | Q(site__in=sites_visible_to(user)))
    return rows.select_related("site").annotate(newest=Max("versions__number"))


def lists_for(sites: Sequence[Site], *, kept: int | None = None) -> QuerySet[PracticalList]:
    """What a course or a run of the sites may ask for; what it asks for already is among it."""
    usable = Q(is_active=True) & (Q(site=None) | Q(site__in=sites))
    return PracticalList.objects.filter(usable | Q(pk=kept))


def newest_version(practical_list: PracticalList) -> PracticalVersion | None:
    return practical_list.versions.first()


def version_for(run: CourseRun) -> PracticalVersion | None:
    """What an examination of the run is held with now; None is the list that comes with the product."""
    if run.practical_list_id is None:
        return None
    return PracticalVersion.objects.filter(of=run.practical_list_id).select_related("of").first()


def lines_of(version: PracticalVersion | None) -> Sequence[Line]:
    return version.lines if version else shipped_lines()


@dataclass(frozen=True)
class Held:
    """One practical examination with the items it was held with."""

    practical: Practical
    groups: list[tuple[str, list[tuple[Item, str]]]]


def held_of(enrolment: Enrolment) -> list[Held]:
    rows = enrolment.practicals.select_related("examiner", "version")
    return [Held(each, scored(each)) for each in rows]


def scored(practical: Practical) -> list[tuple[str, list[tuple[Item, str]]]]:
    words = {score: str(word) for score, word in SCORE_WORDS}
    return [
        (title, [(item, words[practical.scores[item.code]]) for item in items if item.code in practical.scores])
        for title, items in grouped(lines_of(practical.version))
    ]
