"""Who decides on a request: the approvers of its room, else of its site, else the site's secretaries."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet

from bookings.models import Approver, Booking
from rooms.together import read_together
from staff.models import User
from staff.roles import Role

APPROVING = (Role.SECRETARY, Role.MANAGER)


@dataclass(frozen=True)
class Deciders:
    """What is known of some sites, read once for all their requests."""

    of_room: Mapping[int, list[User]]
    of_site: Mapping[int, list[User]]
    secretaries: Mapping[int, list[User]]
    administrators: list[User]

    def of(self, booking: Booking) -> list[User]:
        """The first circle with anybody in it beside the applicant, whose own request goes to someone else."""
        circles = (
            self.of_room.get(booking.room_id, []),
            self.of_site.get(booking.site_id, []),
            self.secretaries.get(booking.site_id, []),
            self.administrators,
        )
        others = ([each for each in circle if may_be_own(each, booking)] for circle in circles)
        return next(filter(None, others), [])

    def may_decide(self, user: User, booking: Booking) -> bool:
        """Administrators may in any case, but for their own."""
        if user.has_role(Role.ADMINISTRATOR):
            return may_be_own(user, booking)
        return user in self.of(booking)


def may_be_own(user: User, booking: Booking) -> bool:
    return booking.applicant_id != user.pk or booking.site.allows_self_approval


def deciders_at(site_ids: Iterable[int]) -> Deciders:
    """One statement, however many requests."""
    rows = decider_rows(site_ids)
    read_together(*rows)
    return deciders_among(*rows)


def decider_rows(site_ids: Iterable[int]) -> tuple[QuerySet[Approver], QuerySet[User]]:
    """Who is named, and everybody it falls to otherwise: what `deciders_among` makes its circles of."""
    ids = list(site_ids)
    named_there = Approver.objects.filter(site__in=ids, user__in=_approving(ids)).select_related("user")
    further = Q(groups__name=Role.SECRETARY, site__in=ids) | Q(groups__name=Role.ADMINISTRATOR)
    people = User.objects.filter(further, is_active=True).annotate(duty=F("groups__name")).order_by("username")
    return named_there, people


def deciders_among(named_there: Iterable[Approver], people: Iterable[User]) -> Deciders:
    of_room: dict[int, list[User]] = {}
    of_site: dict[int, list[User]] = {}
    for row in named_there:
        if row.room_id:
            of_room.setdefault(row.room_id, []).append(row.user)
        else:
            of_site.setdefault(row.site_id, []).append(row.user)
    secretaries: dict[int, list[User]] = {}
    administrators: list[User] = []
    for user in people:
        if user.duty == Role.ADMINISTRATOR:
            administrators.append(user)
        else:
            secretaries.setdefault(user.site_id or 0, []).append(user)
    return Deciders(of_room, of_site, secretaries, administrators)


def deciders_of(booking: Booking) -> list[User]:
    return deciders_at([booking.site_id]).of(booking)


def is_approver(user: User) -> bool:
    """Named for some room or site where they work, whatever their role is otherwise."""
    return bool(user.site_id) and user.has_role(*APPROVING) and Approver.objects.filter(named(user)).exists()


def named(user: User) -> Q:
    return Q(user=user, site=user.site_id)


def _approving(site_ids: list[int]) -> Iterable[int]:
    """Whoever moved away, left or changed role decides no more, though the name still stands in the list."""
    people = User.objects.filter(is_active=True, site__in=site_ids, groups__name__in=APPROVING)
    return people.values("pk")
