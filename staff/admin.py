"""People, shifts, notices and the outbox in the administration."""

from django.contrib import admin
from django.contrib.auth.models import Group

from rooms.readonly import ReadOnlyAdmin, ReadOnlyRows
from staff.models import ApiToken, Delivery, Notice, SharedTablet, Shift, StaffLog, User

# Roles are fixed by the product; a group made by hand would mean nothing to it.
admin.site.unregister(Group)


class DeliveryRows(ReadOnlyRows):
    model = Delivery


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    list_display = ("username", "display_name", "department", "site", "is_active")
    list_filter = ("site", "groups", "is_active")
    search_fields = ("username", "display_name", "latin_name", "department")
    # Files are shown by pages that ask who may see them.
    exclude = ("password", "photo")


@admin.register(Shift)
class ShiftAdmin(ReadOnlyAdmin):
    list_display = ("user", "site", "during")
    list_filter = ("site",)
    list_select_related = ("user", "site")


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "recipient", "code", "read_at")
    list_filter = ("code",)
    list_select_related = ("recipient",)
    inlines = (DeliveryRows,)


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    list_display = ("notice", "channel", "state", "attempts", "next_at", "sent_at", "last_error")
    list_filter = ("state", "channel")
    list_select_related = ("notice",)


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin):
    list_display = ("user", "created_at", "last_used_at", "revoked_at")
    list_select_related = ("user",)
    exclude = ("digest",)


@admin.register(StaffLog)
class StaffLogAdmin(ReadOnlyAdmin):
    list_display = ("at", "person", "verb", "actor")
    list_filter = ("verb",)
    list_select_related = ("person", "actor")
    date_hierarchy = "at"


@admin.register(SharedTablet)
class SharedTabletAdmin(ReadOnlyAdmin):
    list_display = ("name", "place", "site", "enrolled_at", "enrolled_by", "last_seen_at", "revoked_at")
    list_filter = ("site",)
    list_select_related = ("site", "enrolled_by")
    exclude = ("digest",)
