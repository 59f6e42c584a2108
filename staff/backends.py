"""Who is signed in, with all that every page asks of them."""

from functools import cache

from django.contrib.auth.backends import ModelBackend
from django.db import connection

from rooms.models import Site
from rooms.rows import columns_of, instance_of, width_of
from staff.models import User

# Written out, for Django would put the same statement together anew at every request of every page.
STATEMENT = """
    SELECT u.site_id, ARRAY (
               SELECT g.name FROM staff_user_groups m JOIN auth_group g ON g.id = m.group_id WHERE m.user_id = u.id
           ), {people}, {sites}
    FROM staff_user u LEFT JOIN rooms_site s ON s.id = u.site_id WHERE u.id = %s
"""


class PeopleBackend(ModelBackend):
    """Django's own, but that a session's person comes with site and roles in one statement."""

    def get_user(self, user_id: int) -> User | None:
        user = read_person(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None


def read_person(user_id: int) -> User | None:
    with connection.cursor() as cursor:
        cursor.execute(_statement(), [user_id])
        row = cursor.fetchone()
    if row is None:
        return None
    site_id, roles, *columns = row
    width = width_of(User)
    user = instance_of(User, columns[:width])
    user.role_names = roles
    if site_id is not None:
        user.site = instance_of(Site, columns[width:])
    return user


@cache
def _statement() -> str:
    return STATEMENT.format(people=columns_of(User, "u"), sites=columns_of(Site, "s"))
