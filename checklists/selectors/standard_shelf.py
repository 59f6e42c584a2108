"""The standards people own: by site the one in force, its numbers, the draft, and who edited what."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from checklists.models import Replanning, ServiceStandard, StandardLog
from checklists.permissions import can_edit_standard, can_see_standard
from rooms.models import Site
from rooms.selectors import sites_visible_to
from staff.models import User

LOG_SHOWN = 12


@dataclass(frozen=True)
class Shelf:
    """What one site has, or (without a site) what the sites without their own share."""

    site: Site | None
    in_force: ServiceStandard | None
    is_shared: bool
    published: tuple[ServiceStandard, ...]
    draft: ServiceStandard | None
    log: tuple[StandardLog, ...]
    can_edit: bool


def shelves_for(user: User) -> list[Shelf]:
    """The reader's sites, then the shared standard; a number of queries that does not grow."""
    sites = [site for site in sites_visible_to(user) if can_see_standard(user, site)]
    owners: list[Site | None] = [*sites, None]
    rows = defaultdict(list)
    for standard in standards_seen_by(user):
        rows[standard.site_id].append(standard)
    logs = logs_of(owners)
    return [shelf_of(owner, rows, logs, user) for owner in owners]


def shelf_of(
    site: Site | None,
    rows: dict[int | None, list[ServiceStandard]],
    logs: dict[int | None, list[StandardLog]],
    user: User,
) -> Shelf:
    own = rows[site.pk if site else None]
    published, shared = published_of(own), published_of(rows[None])
    return Shelf(
        site=site,
        in_force=next(iter(published or shared), None),
        is_shared=not published,
        published=published,
        draft=next((each for each in own if each.state == ServiceStandard.State.DRAFT), None),
        log=tuple(logs[site.pk if site else None][:LOG_SHOWN]),
        can_edit=can_edit_standard(user, site),
    )


def published_of(rows: Iterable[ServiceStandard]) -> tuple[ServiceStandard, ...]:
    """Newest first."""
    published = [each for each in rows if each.state == ServiceStandard.State.PUBLISHED]
    return tuple(sorted(published, key=lambda each: -(each.number or 0)))


def standards_seen_by(user: User) -> QuerySet[ServiceStandard]:
    """Without the documents; published ones with how many meetings are planned by them."""
    seen = Q(site__in=sites_visible_to(user)) | Q(site=None)
    rows = ServiceStandard.objects.filter(seen).select_related("site", "published_by", "edited_by", "based_on")
    return rows.defer("document", "based_on__document").annotate(plan_count=Count("plans"))


def logs_of(owners: Iterable[Site | None]) -> dict[int | None, list[StandardLog]]:
    """The newest entries of each, out of the newest of all."""
    sites = [owner for owner in owners if owner]
    rows = StandardLog.objects.filter(Q(site__in=sites) | Q(site=None)).select_related("actor", "standard")
    found: dict[int | None, list[StandardLog]] = defaultdict(list)
    for entry in rows.defer("standard__document")[: LOG_SHOWN * (len(sites) + 1) * 4]:
        found[entry.site_id].append(entry)
    return found


def find_standard(user: User, pk: int) -> ServiceStandard | None:
    """With its document; of a site the reader does not see: none."""
    seen = Q(site__in=sites_visible_to(user)) | Q(site=None)
    related = ("site", "based_on", "edited_by", "published_by")
    return ServiceStandard.objects.select_related(*related).defer("based_on__document").filter(seen, pk=pk).first()


def discarded_draft(user: User, pk: int) -> StandardLog | None:
    """What is left of a draft: who discarded it, and whose it was; of a site the reader does not see: nothing."""
    seen = Q(site__in=sites_visible_to(user)) | Q(site=None)
    return StandardLog.objects.select_related("site").filter(seen, verb="discarded", changes__draft=pk).first()


def newest_of(site: Site | None) -> ServiceStandard | None:
    """The newest published one of exactly this owner."""
    rows = ServiceStandard.objects.filter(site=site, state=ServiceStandard.State.PUBLISHED)
    return rows.order_by("-number").first()


def draft_of(site: Site | None) -> ServiceStandard | None:
    return ServiceStandard.objects.filter(site=site, state=ServiceStandard.State.DRAFT).first()


def peers_of(standard: ServiceStandard, user: User) -> list[ServiceStandard]:
    """What it can be compared with: the numbers and the draft of its owner, and of the shared standard."""
    rows = standards_seen_by(user).filter(Q(site=standard.site_id) | Q(site=None)).exclude(pk=standard.pk)
    return sorted(rows, key=lambda each: (each.site_id is None, each.number is not None, -(each.number or 0)))


def replannings_of(standard: ServiceStandard) -> QuerySet[Replanning]:
    return standard.replannings.select_related("requested_by")
