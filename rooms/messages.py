"""What refusals and log entries of the rooms services say to their reader."""

from django.utils.translation import gettext_lazy as _

ROOMS_MESSAGES = {
    "code_taken": _("This code is taken."),
    "standing_layout_missing": _("Give the standing layout a capacity, or choose another one."),
    "photo_too_large": _("The picture is too large. Up to 8 MB and 50 megapixels are taken."),
    "photo_not_a_picture": _("This is not a JPEG, PNG or WebP picture."),
    "photo_heic": _("HEIC pictures are not taken. Take the photo from this page, or save it as JPEG first."),
    "part_elsewhere": _("A hall divides into other rooms of the same site."),
    "part_around": _("A room cannot be divided into the hall it is a part of."),
    "spaces_in_use": _("The division cannot change while bookings or closures lie ahead in this room."),
    "hours_overlap": _("The times of this day overlap or run backwards."),
    "code_is_kind": _("This word stands for a room's own equipment. Choose another code."),
    "stock_unchanged": _("Give a quantity of at least 1."),
    "stock_too_large": _("That is more than can be kept."),
    "exception_exists": _("This day has an exception already."),
}

LOG_TEXTS = {
    "room_created": _("room made"),
    "room_changed": _("room changed"),
    "closed": _("taken out of use"),
    "reopened": _("put back in use"),
    "site_created": _("site made"),
    "site_changed": _("site changed"),
    "exception_added": _("calendar day added"),
    "exception_removed": _("calendar day removed"),
    "approver_added": _("approver named"),
    "approver_removed": _("approver removed"),
    "approval_rule_added": _("approval rule added"),
    "approval_rule_removed": _("approval rule removed"),
    "booking_policy_set": _("bounds of requests set"),
    "booking_policy_removed": _("bounds of requests removed"),
    "decline_reason_added": _("common reason added"),
    "decline_reason_removed": _("common reason removed"),
    "door_added": _("screen added"),
    "door_revoked": _("screen shut out"),
    "tablet_enrolled": _("shared tablet enrolled"),
    "tablet_revoked": _("shared tablet shut out"),
    "channel_added": _("chat room added"),
    "channel_changed": _("chat room changed"),
    "channel_removed": _("chat room removed"),
    "webhook_added": _("webhook added"),
    "webhook_changed": _("webhook changed"),
    "webhook_secret_renewed": _("webhook given a new secret"),
    "webhook_removed": _("webhook removed"),
    "pool_added": _("shared equipment added"),
    "pool_changed": _("shared equipment changed"),
    "supply_added": _("supply added"),
    "supply_changed": _("supply changed"),
}

# Why a file is not taken as a table.
SHEET_MESSAGES = {
    "import_unreadable": _("This file cannot be read. Save it as CSV or XLSX and try again."),
    "import_empty": _("The file has no rows below its headings."),
    "import_too_large": _("The file is larger than %(megabytes)s MB."),
    "import_too_many": _("At most %(rows)s rows and %(columns)s columns come in at once."),
}
