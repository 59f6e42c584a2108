"""A colleague's thanks: for something of a list, so that nothing but thanks can be said."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse

from rooms.refusals import constraint_name
from staff.errors import StaffError
from staff.models import Praise, User
from staff.services.notices import notify

# More in one day would be no thanks any more.
MOST_A_DAY = 5


def give_thanks(*, op: UUID, person: User, reason: str, actor: User, now: datetime) -> Praise:
    """The same `op` again answers the first.

    Raises `own_praise`, `unknown_reason`, `thanked_today`, `thanks_enough`, `op_used`.
    """
    if person.pk == actor.pk:
        raise StaffError("own_praise")
    if reason not in Praise.Reason.values:
        raise StaffError("unknown_reason")
    given_on = now.astimezone(actor.zone).date()
    try:
        with transaction.atomic():
            # Whoever thanks several at once is counted in turn.
            User.objects.select_for_update(no_key=True).only("pk").get(pk=actor.pk)
            if found := Praise.objects.filter(op=op).first():
                return own(found, person, actor)
            if Praise.objects.filter(by=actor, given_on=given_on).count() >= MOST_A_DAY:
                raise StaffError("thanks_enough", most=MOST_A_DAY)
            facts = {"kind": Praise.Kind.THANKS, "reason": reason, "given_on": given_on, "text": ""}
            row = Praise.objects.create(op=op, user=person, by=actor, at=now, **facts)
            url, key = reverse("staff:my_growth"), f"thanked:{row.pk}"
            notify(recipient=person, code="thanked", params={"name": str(actor)}, url=url, key=key, now=now)
            return row
    except IntegrityError as exc:
        if constraint_name(exc) == "thanks_once_a_day":
            raise StaffError("thanked_today") from exc
        raise


def own(found: Praise, person: User, actor: User) -> Praise:
    if (found.user_id, found.by_id) != (person.pk, actor.pk):
        raise StaffError("op_used")
    return found
