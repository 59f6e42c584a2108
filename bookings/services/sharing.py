"""Shared equipment is given away with the room: nobody gets a piece that others have then."""

from collections.abc import Sequence
from datetime import datetime

from bookings.alternatives import overlaps
from bookings.errors import EquipmentTaken, Wanted
from bookings.models import Booking
from bookings.selectors.sharing import short_among, used_up
from rooms.equipment import pools_by_code, shared_codes
from rooms.models import EquipmentPool


def lock_pools(site_id: int) -> dict[str, EquipmentPool]:
    """All of the site's in id order, and after the spaces: whoever comes second sees what the first one took."""
    rows = EquipmentPool.objects.filter(site=site_id).order_by("pk").select_for_update(no_key=True)
    return {pool.code: pool for pool in rows}


def refuse_if_used_up(wanted: Wanted, start: datetime, end: datetime) -> None:
    """Raise `EquipmentTaken` when others have all of a kind at some moment of the stretch."""
    if not shared_codes(wanted.equipment):
        return
    site = wanted.room.site
    pools = lock_pools(site.pk)
    exclude = [wanted.exclude_booking] if wanted.exclude_booking else []
    stretches = used_up(site, wanted.equipment, [(start, end)], exclude=exclude, pools=pools)
    if short := [code for code, spans in stretches.items() if overlaps(start, end, spans)]:
        raise EquipmentTaken([pools.get(code, code) for code in short])


def refuse_any_used_up(bookings: Sequence[Booking]) -> None:
    """The same for dates of a series, which may also take a piece from each other."""
    if short := lacking(bookings):
        site = bookings[0].site
        pools = pools_by_code(site)
        dates = {each.start_at.astimezone(site.zone).date() for lost in short.values() for each in lost}
        raise EquipmentTaken([pools.get(code, code) for code in short], sorted(dates))


def lacking(bookings: Sequence[Booking]) -> dict[str, list[Booking]]:
    """By code, which of these bookings of one site cannot have it; the pools stay locked."""
    wanting = [each for each in bookings if shared_codes(each.equipment)]
    return short_among(wanting, pools=lock_pools(wanting[0].site_id)) if wanting else {}
