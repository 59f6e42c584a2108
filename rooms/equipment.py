"""Equipment by its code: a kind that a room has of its own, or a piece that the rooms of a site share."""

from collections.abc import Iterable

from django.db.models import prefetch_related_objects

from rooms.models import EquipmentKind, EquipmentPool, Site

KINDS = frozenset(EquipmentKind.values)


def shared_codes(equipment: Iterable[str]) -> tuple[str, ...]:
    """The codes that no room has of its own."""
    return tuple(code for code in equipment if code not in KINDS)


def pools_by_code(site: Site) -> dict[str, EquipmentPool]:
    """All of the site's, those out of use as well; read once for each instance of the site."""
    prefetch_related_objects([site], "pools")
    return {pool.code: pool for pool in site.pools.all()}


def all_shared_at(site: Site, equipment: Iterable[str], *, is_lent: bool = False) -> bool:
    """Whether the site has every shared piece among them; with `is_lent`, and still lends it."""
    codes = shared_codes(equipment)
    pools = pools_by_code(site) if codes else {}
    return all(code in pools and (pools[code].is_active or not is_lent) for code in codes)


def equipment_word(site: Site, code: str) -> str:
    """Its name in the reader's language."""
    if code in KINDS:
        return str(EquipmentKind(code).label)
    pool = pools_by_code(site).get(code)
    return pool.name if pool else code


class EquipmentWords:
    """Names of equipment in the reader's language; shared ones are read at the first that is asked for."""

    def __init__(self) -> None:
        self._pools: dict[int, dict[str, EquipmentPool]] = {}

    def word(self, site_id: int, code: str) -> str:
        if code in KINDS:
            return str(EquipmentKind(code).label)
        if site_id not in self._pools:
            self._pools[site_id] = {pool.code: pool for pool in EquipmentPool.objects.filter(site=site_id)}
        pool = self._pools[site_id].get(code)
        return pool.name if pool else code
