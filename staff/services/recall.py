"""Taking back notices of something that was undone at once."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from staff import live
from staff.models import Delivery, Notice

UNSENT = (Delivery.State.HELD, Delivery.State.PENDING)


@transaction.atomic
def recall_notices(*, keys: Iterable[str], now: datetime) -> list[Notice]:
    """Take back what nobody has read or been sent; answers the rest, whose readers need a correction.

    Each key is that of an event as given to `notify_many`, or the first parts of one. A message on its way out is
    let go: a sender that holds one is waited for, and then it counts as sent.
    """
    events = list(keys)
    notices = Notice.objects.filter(_of(events))
    unsent = Delivery.objects.filter(state__in=UNSENT, attempts=0).filter(Q(notice__in=notices) | _of(events, "event"))
    # Locked first: deleting alone would pass by what a sender has just put back.
    pks = list(unsent.select_for_update(of=("self",)).values_list("pk", flat=True))
    Delivery.objects.filter(pk__in=pks).delete()
    is_out = Exists(Delivery.objects.filter(notice=OuterRef("pk")))
    gone = list(notices.filter(~is_out, read_at=None))
    Notice.objects.filter(pk__in=[notice.pk for notice in gone]).delete()
    live.publish_notices([(notice.pk, notice.recipient_id) for notice in gone])
    return list(notices.select_related("recipient"))


def _of(events: Iterable[str], column: str = "key") -> Q:
    found = Q(pk=None)
    for event in events:
        found |= Q(**{column: event}) | Q(**{f"{column}__startswith": f"{event}:"})
    return found
