"""The common reasons for declining: a site's own, or until it has any these."""

from collections.abc import Iterable, Iterator

from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from bookings.models import Booking, DeclineReason
from rooms.text import localized

USUAL = (
    _("The room is needed for another meeting at that time."),
    _("The room is being repaired or cleaned then."),
    _("A smaller room is enough for this meeting."),
    _("There are not enough people to serve it at that time."),
    _("Essential details are missing; please ask again with them."),
)


def own_reasons(booking: Booking) -> QuerySet[DeclineReason]:
    """Its site's."""
    return DeclineReason.objects.filter(site=booking.site_id)


def common_reasons(booking: Booking, own: Iterable[DeclineReason] | None = None) -> list[tuple[str, str]]:
    """Each as its key and as the reader has it; `own` where they are read already."""
    own = own_reasons(booking) if own is None else own
    return [(str(each.pk), each.text) for each in own] or [(f"usual-{n}", str(each)) for n, each in enumerate(USUAL)]


def reason_for(booking: Booking, key: str) -> str:
    """The same reason in the language of the applicant, who is to read it; empty for an unknown key."""
    return dict(_in_language(booking, booking.applicant.language or translation.get_language() or "en")).get(key, "")


def _in_language(booking: Booking, language: str) -> Iterator[tuple[str, str]]:
    for each in own_reasons(booking):
        yield str(each.pk), localized(each, "text", language)
    with translation.override(language):
        yield from [(f"usual-{n}", str(each)) for n, each in enumerate(USUAL)]
