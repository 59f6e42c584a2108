"""Sites, rooms and their log in the administration."""

from django.contrib import admin

from rooms.models import (
    CalendarException,
    EquipmentPool,
    Room,
    RoomEquipment,
    RoomLayout,
    RoomLog,
    Site,
    Supply,
    SupplyMovement,
    WorkingPeriod,
)
from rooms.readonly import ReadOnlyAdmin, ReadOnlyRows


class WorkingPeriodRows(ReadOnlyRows):
    model = WorkingPeriod


class CalendarExceptionRows(ReadOnlyRows):
    model = CalendarException


class LayoutRows(ReadOnlyRows):
    model = RoomLayout


class EquipmentRows(ReadOnlyRows):
    model = RoomEquipment


@admin.register(Site)
class SiteAdmin(ReadOnlyAdmin):
    list_display = ("code", "name", "time_zone", "holiday_calendar")
    inlines = (WorkingPeriodRows, CalendarExceptionRows)


@admin.register(Room)
class RoomAdmin(ReadOnlyAdmin):
    list_display = ("code", "name", "site", "building", "floor", "standing_layout", "is_active")
    list_filter = ("site", "is_active")
    search_fields = ("code", "name_zh_hans", "name_zh_hant", "name_en")
    inlines = (LayoutRows, EquipmentRows)


@admin.register(EquipmentPool)
class EquipmentPoolAdmin(ReadOnlyAdmin):
    list_display = ("code", "name", "site", "kind", "quantity", "is_active")
    list_filter = ("site", "is_active")


@admin.register(Supply)
class SupplyAdmin(ReadOnlyAdmin):
    list_display = ("code", "name", "site", "use", "per_head", "is_reused", "reorder_level", "is_active")
    list_filter = ("site", "is_active")


@admin.register(SupplyMovement)
class SupplyMovementAdmin(ReadOnlyAdmin):
    list_display = ("at", "supply", "kind", "change", "cause", "actor", "note")
    list_filter = ("supply__site", "kind")
    list_select_related = ("supply", "actor")
    date_hierarchy = "at"


@admin.register(RoomLog)
class RoomLogAdmin(ReadOnlyAdmin):
    list_display = ("at", "site", "room", "verb", "actor")
    list_filter = ("site", "verb")
    list_select_related = ("site", "room", "actor")
    date_hierarchy = "at"
