"""Input of the rooms pages: cleaned and converted; the services save."""

from rooms.forms.house import (
    EquipmentForm,
    ExceptionForm,
    LayoutFormSet,
    RoomForm,
    RoomSearchForm,
    SiteForm,
    layout_initial,
)
from rooms.forms.stock import MovementForm, PoolForm, SupplyForm

__all__ = [
    "EquipmentForm",
    "ExceptionForm",
    "LayoutFormSet",
    "MovementForm",
    "PoolForm",
    "RoomForm",
    "RoomSearchForm",
    "SiteForm",
    "SupplyForm",
    "layout_initial",
]
