"""Who decides on a request: the approvers of its room, else of its site, else the site's secretaries."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q

from bookings.models import Approver, Booking
from rooms.rows import columns_of, instance_of
from staff.models import User
from staff.roles import Role

APPROVING = (Role.SECRETARY, Role.MANAGER)


# Those who are named and, should there be none, those it falls to. Whoever moved away, left or changed role decides no
# more, though the name still stands in the list.
PEOPLE = """
    SELECT r.position, r.code, 'named', a.site_id, a.room_id, {people}
    FROM bookings_approver a JOIN staff_user u ON u.id = a.user_id LEFT JOIN rooms_room r ON r.id = a.room_id
    WHERE a.site_id = ANY (%(sites)s) AND u.is_active AND u.site_id = ANY (%(sites)s) AND EXISTS (
        SELECT FROM staff_user_groups m JOIN auth_group g ON g.id = m.group_id
        WHERE m.user_id = u.id AND g.name = ANY (%(approving)s)
    )
    UNION ALL
    SELECT NULL, NULL, g.name, u.site_id, NULL, {people}
    FROM staff_user u JOIN staff_user_groups m ON m.user_id = u.id JOIN auth_group g ON g.id = m.group_id
    WHERE u.is_active AND (
        g.name = %(secretary)s AND u.site_id = ANY (%(sites)s) OR g.name = %(administrator)s
    )
    ORDER BY position, code, username
"""


@dataclass(frozen=True)
class Deciders:
    """What is known of some sites, read once for all their requests."""

    of_room: Mapping[int, list[User]]
    of_site: Mapping[int, list[User]]
    secretaries: Mapping[int, list[User]]
    administrators: list[User]

    def of(self, booking: Booking, room_id: int | None = None) -> list[User]:
        """The first circle with anybody in it beside the applicant, whose own request goes to someone else.

        `room_id` is that of another date of its series.
        """
        circles = (
            self.of_room.get(room_id or booking.room_id, []),
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

    def may_decide_in(self, user: User, booking: Booking, room_ids: Iterable[int]) -> bool:
        """Of a series, which the booking stands for: on a date in at least one of the rooms."""
        return self.may_decide(user, booking) or any(user in self.of(booking, room_id) for room_id in room_ids)


def may_be_own(user: User, booking: Booking) -> bool:
    return booking.applicant_id != user.pk or booking.site.allows_self_approval


def deciders_at(site_ids: Iterable[int]) -> Deciders:
    """One statement, however many requests."""
    of_room: dict[int, list[User]] = defaultdict(list)
    of_site: dict[int, list[User]] = defaultdict(list)
    secretaries: dict[int, list[User]] = defaultdict(list)
    administrators: list[User] = []
    for duty, site_id, room_id, user in _people(list(site_ids)):
        if duty == Role.ADMINISTRATOR:
            administrators.append(user)
        elif duty == Role.SECRETARY:
            secretaries[site_id].append(user)
        elif room_id:
            of_room[room_id].append(user)
        else:
            of_site[site_id].append(user)
    return Deciders(of_room, of_site, secretaries, administrators)


def _people(site_ids: list[int]) -> Iterator[tuple[str, int, int, User]]:
    values: dict[str, Any] = {"approving": list(APPROVING), "sites": site_ids}
    values |= {"secretary": Role.SECRETARY, "administrator": Role.ADMINISTRATOR}
    with connection.cursor() as cursor:
        cursor.execute(PEOPLE.format(people=columns_of(User, "u")), values)
        rows = cursor.fetchall()
    for _position, _code, duty, site_id, room_id, *columns in rows:
        yield duty, site_id, room_id, instance_of(User, columns)


def deciders_of(booking: Booking) -> list[User]:
    return deciders_at([booking.site_id]).of(booking)


def is_approver(user: User) -> bool:
    """Named for some room or site where they work, whatever their role is otherwise."""
    return bool(user.site_id) and user.has_role(*APPROVING) and Approver.objects.filter(named(user)).exists()


def named(user: User) -> Q:
    return Q(user=user, site=user.site_id)
