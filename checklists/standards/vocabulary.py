"""The words a standard may use: what a rule can be tied to, ask for, depend on and count."""

PHASES = ("daily", "before", "during", "after")
ROLES = ("service_staff", "secretary", "manager", "cleaner", "technician", "host")
SCOPES = ("booking", "site_day", "room_day")

ANCHORS = {
    "booking": (
        "start",
        "end",
        "actual_end",
        "open",
        "close",
        "midday",
        "clock",
        "item",
        "agenda_end",
        "previous_working_day_close",
        "next_open",
        "random_during",
        "on_demand",
        "overdue",
    ),
    "site_day": ("open", "close", "midday", "clock", "between_meetings", "on_demand"),
    "room_day": ("open", "close", "midday", "clock"),
}
# The part after the colon: clock:07:45, item:P13, random_during:10 (minutes kept free at both ends).
ANCHORS_WITH_ARGUMENT = ("clock", "item", "random_during")
# Rules that people or lateness set off; they never stand in a plan by themselves.
UNPLANNED_ANCHORS = ("on_demand", "overdue")

EVIDENCE_KINDS = ("tick", "ok", "number", "count", "photo", "signature")
UNITS = ("celsius", "points", "pieces", "minutes", "percent")

# One step for each of these instead of one for the meeting.
SUBJECTS = ("smoking_guest", "important_guest")

# What a step carries along for whoever reads it on a tablet.
DETAILS = (
    "layout",
    "previous_layout",
    "standing_layout",
    "headcount",
    "drinks",
    "equipment",
    "microphones",
    "flags",
    "foreign_countries",
    "curtains",
    "temperature",
    "guests",
    "secrecy",
    "layouts",
)

YES_NO, NUMBER, CODE, CODES = "yes_no", "number", "code", "codes"

BOOKING_FACTS = {
    "tea": YES_NO,
    "coffee": YES_NO,
    "tea_or_coffee": YES_NO,
    "water": YES_NO,
    "any_drink": YES_NO,
    "fruit": YES_NO,
    "flowers": YES_NO,
    "stationery": YES_NO,
    "materials": YES_NO,
    "sign_in": YES_NO,
    "sound": YES_NO,
    "agenda": YES_NO,
    "important_guests": YES_NO,
    "foreign_guests": YES_NO,
    "smoking_guests": YES_NO,
    "room_allows_smoking": YES_NO,
    "tables_movable": YES_NO,
    "tables_must_move": YES_NO,
    "papers_given_out": YES_NO,
    "non_working_day": YES_NO,
    "ended_after_close": YES_NO,
    "incident": YES_NO,
    "complaint": YES_NO,
    "headcount": NUMBER,
    "guest_count": NUMBER,
    "microphones": NUMBER,
    "name_plates": NUMBER,
    "duration_minutes": NUMBER,
    "kind": CODE,
    "secrecy": CODE,
    "room": CODE,
    "layout": CODE,
    "flags": CODES,
    "equipment": CODES,
    "foreign_countries": CODES,
    # Important guests by name, for what one of them is known to want.
    "guests": CODES,
}
DAY_FACTS = {"meetings": NUMBER, "rooms_in_use": NUMBER}
ROOM_DAY_FACTS = {"room": CODE, "layouts": CODES}
FACTS = {"booking": BOOKING_FACTS, "site_day": DAY_FACTS, "room_day": ROOM_DAY_FACTS}

COMPARISONS = {
    YES_NO: ("is",),
    NUMBER: ("is", "at_least", "at_most", "above", "below"),
    CODE: ("is", "in"),
    CODES: ("includes",),
}

FORMULA_NAMES = ("headcount", "guests", "flags", "foreign_countries", "microphones", "name_plates", "minutes")

LANGUAGES = ("en", "zh_hans", "zh_hant")
