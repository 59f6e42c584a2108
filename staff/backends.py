"""Who is signed in, with all that every page asks of them."""

from django.contrib.auth.backends import ModelBackend
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from staff.models import User


class PeopleBackend(ModelBackend):
    """Django's own, but that a session's person comes with site and roles in one statement."""

    def get_user(self, user_id: int) -> User | None:
        roles = User.groups.through.objects.filter(user=OuterRef("pk")).values("group__name")
        people = User.objects.select_related("site").annotate(role_names=ArraySubquery(roles))
        user = people.filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
