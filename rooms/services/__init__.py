"""All writes of the rooms app: rooms with their fittings, sites with their hours and days."""

from rooms.services.rooms import LayoutRow, change_room, create_room
from rooms.services.sites import add_exception, change_site, create_site, remove_exception

__all__ = [
    "LayoutRow",
    "add_exception",
    "change_room",
    "change_site",
    "create_room",
    "create_site",
    "remove_exception",
]
