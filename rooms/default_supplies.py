"""The supplies a meeting service usually keeps.

By the service standard: bottled water stands once for each person on the table and once more in reserve, paper and
pens by head count, one cup for each person.
"""

from typing import Any

from rooms.models.supplies import SupplyUse, Unit


def _supply(code: str, names: tuple[str, str, str], unit: Unit, use: SupplyUse, **facts: Any) -> dict[str, Any]:
    zh_hans, zh_hant, en = names
    named = {"name_zh_hans": zh_hans, "name_zh_hant": zh_hant, "name_en": en}
    return {"code": code, **named, "unit": unit.value, "use": use.value, **facts}


DEFAULTS: tuple[dict[str, Any], ...] = (
    _supply("TEA", ("茶叶", "茶葉", "Tea leaves"), Unit.PORTION, SupplyUse.TEA, reorder_level=200),
    _supply("COFFEE", ("咖啡", "咖啡", "Coffee"), Unit.PORTION, SupplyUse.COFFEE, reorder_level=100),
    _supply(
        "WATER", ("瓶装水", "樽裝水", "Bottled water"), Unit.BOTTLE, SupplyUse.WATER, per_head=2, reorder_level=240
    ),
    _supply("PAPER", ("纸笔", "紙筆", "Paper and pens"), Unit.SET, SupplyUse.STATIONERY, reorder_level=100),
    _supply(
        "PLATES", ("席位牌用纸", "席位牌用紙", "Name plate cards"), Unit.PIECE, SupplyUse.NAME_PLATES, reorder_level=50
    ),
    _supply("TEACUP", ("茶杯", "茶杯", "Tea cups"), Unit.PIECE, SupplyUse.TEA, is_reused=True, reorder_level=80),
    _supply(
        "COFFEECUP", ("咖啡杯", "咖啡杯", "Coffee cups"), Unit.PIECE, SupplyUse.COFFEE, is_reused=True, reorder_level=40
    ),
)
