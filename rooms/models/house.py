"""Sites, their working calendar, rooms, layouts and equipment, fixed and shared."""

from datetime import time
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from rooms.text import NamedInThreeLanguages, room_label
from rooms.workcal import WorkingCalendar

code_format = RegexValidator(r"^[A-Za-z0-9][A-Za-z0-9-]*$", _("Use letters, digits and hyphens."))


def known_zone(value: str) -> None:
    if value not in available_timezones():
        raise ValidationError(_("“%(value)s” is not a known time zone."), params={"value": value})


class LayoutKind(models.TextChoices):
    BOARD_ROOM = "board_room", _("Board room")
    U_SHAPE = "u_shape", _("U shape")
    CLASS_ROOM = "class_room", _("Class room")
    THEATRE = "theatre", _("Theatre")
    BANQUET = "banquet", _("Banquet")
    FACE_TO_FACE = "face_to_face", _("Face to face")


class EquipmentKind(models.TextChoices):
    PROJECTOR = "projector", _("Projector")
    SCREEN = "screen", _("Screen")
    MICROPHONE = "microphone", _("Microphones")
    SOUND = "sound", _("Sound system")
    VIDEO_CONFERENCE = "video_conference", _("Video conference")
    RECORDING = "recording", _("Recording")


class AccessKind(models.TextChoices):
    """What helps people who walk, see or hear differently; said of a room only where it is so."""

    STEP_FREE = "step_free", _("Step-free way")
    WIDE_DOOR = "wide_door", _("Wide door")
    HEARING_LOOP = "hearing_loop", _("Hearing loop")
    ACCESSIBLE_TOILET = "accessible_toilet", _("Accessible toilet nearby")
    ADJUSTABLE_TABLE = "adjustable_table", _("Height-adjustable table")


class Way(models.TextChoices):
    """Which way to go from the lobby, drawn as an arrow."""

    NONE = "", _("No arrow")
    AHEAD = "ahead", _("Straight ahead")
    LEFT = "left", _("To the left")
    RIGHT = "right", _("To the right")
    UP = "up", pgettext_lazy("way", "Up")
    DOWN = "down", pgettext_lazy("way", "Down")


# Less would catch people who are only late; more would free a room that nobody can use any more.
NO_SHOW_BOUNDS = (10, 120)
# Less would lock a tablet while its user pours the tea; more would leave it open to whoever passes.
TABLET_IDLE_BOUNDS = (1, 60)


class DoorActs(models.TextChoices):
    """What a screen at a door lets people do who are not signed in there."""

    NOTHING = "", _("nothing; people sign in by the QR code")
    CHECK_IN = "check_in", _("check in")
    ALL = "all", _("check in, extend and end")


class Site(NamedInThreeLanguages):
    class HolidayCalendar(models.TextChoices):
        MAINLAND = "CN", _("Mainland China")
        HONG_KONG = "HK", _("Hong Kong")
        MACAU = "MO", _("Macau")
        TAIWAN = "TW", _("Taiwan")
        NONE = "", _("No public holidays")

    code = models.CharField(_("code"), max_length=20, unique=True, validators=[code_format])
    time_zone = models.CharField(_("time zone"), max_length=50, default="Asia/Shanghai", validators=[known_zone])
    holiday_calendar = models.CharField(
        _("public holidays"),
        max_length=2,
        choices=HolidayCalendar,
        default=HolidayCalendar.MAINLAND,
        blank=True,
    )
    on_post_at = models.TimeField(_("staff on post from"), default=time(7, 45))
    allows_self_approval = models.BooleanField(_("secretaries may approve their own requests"), default=False)
    door_acts = models.CharField(_("at the door, without signing in"), max_length=20, choices=DoorActs, blank=True)
    no_show_minutes = models.PositiveSmallIntegerField(
        _("minutes until an unused room is given back"),
        null=True,
        blank=True,
        validators=[MinValueValidator(NO_SHOW_BOUNDS[0]), MaxValueValidator(NO_SHOW_BOUNDS[1])],
    )
    tablet_idle_minutes = models.PositiveSmallIntegerField(
        _("minutes until a shared tablet locks"),
        default=5,
        validators=[MinValueValidator(TABLET_IDLE_BOUNDS[0]), MaxValueValidator(TABLET_IDLE_BOUNDS[1])],
    )

    class Meta:
        ordering = ("code",)
        constraints = [
            models.CheckConstraint(
                condition=Q(no_show_minutes=None) | Q(no_show_minutes__range=NO_SHOW_BOUNDS),
                name="site_no_show_minutes",
            ),
            models.CheckConstraint(
                condition=Q(tablet_idle_minutes__range=TABLET_IDLE_BOUNDS), name="site_tablet_idle_minutes"
            ),
        ]
        verbose_name = _("site")
        verbose_name_plural = _("sites")

    # Of instances for which it was read already.
    known_calendar: WorkingCalendar | None = None

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


class WorkingPeriod(models.Model):
    """One stretch of working time on a weekday; a lunch break is the gap between two."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="working_periods")
    weekday = models.PositiveSmallIntegerField(_("weekday"))
    starts_at = models.TimeField(_("from"))
    ends_at = models.TimeField(_("until"))

    class Meta:
        ordering = ("weekday", "starts_at")
        constraints = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="working_period_weekday"),
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="working_period_order"),
            models.UniqueConstraint(fields=("site", "weekday", "starts_at"), name="working_period_once"),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.starts_at:%H:%M}-{self.ends_at:%H:%M}"


class CalendarException(NamedInThreeLanguages):
    """A site's own day off or extra working day; it overrides the public calendar."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="calendar_exceptions")
    on = models.DateField(_("date"))
    is_working = models.BooleanField(_("working day"), default=False)

    class Meta:
        ordering = ("on",)
        constraints = [models.UniqueConstraint(fields=("site", "on"), name="calendar_exception_once")]


class Space(models.Model):
    """An indivisible piece of floor; rooms that share one can never be taken at the same time."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="spaces")
    code = models.CharField(_("code"), max_length=20, validators=[code_format])

    class Meta:
        ordering = ("code",)
        constraints = [models.UniqueConstraint(fields=("site", "code"), name="space_code_once")]

    def __str__(self) -> str:
        return self.code


class RoomQuerySet(models.QuerySet["Room"]):
    def active(self) -> "RoomQuerySet":
        return self.filter(is_active=True)

    def with_fittings(self) -> "RoomQuerySet":
        return self.select_related("site").prefetch_related("layouts", "equipment", "spaces")


class Room(NamedInThreeLanguages):
    site = models.ForeignKey(Site, models.PROTECT, related_name="rooms")
    code = models.CharField(_("code"), max_length=20, validators=[code_format])
    # Of a site with several; people need longer from one to another.
    building = models.CharField(_("building or wing"), max_length=30, blank=True)
    floor = models.CharField(_("floor"), max_length=20, blank=True)
    spaces = models.ManyToManyField(Space, related_name="rooms", verbose_name=_("spaces"))
    standing_layout = models.CharField(_("standing layout"), max_length=20, choices=LayoutKind)
    has_movable_tables = models.BooleanField(_("tables can be moved"), default=False)
    allows_smoking = models.BooleanField(_("smoking allowed"), default=False)
    photo = models.ImageField(_("photo"), upload_to="rooms/", blank=True)
    floor_plan = models.ImageField(_("floor plan"), upload_to="plans/", blank=True)
    notes = models.CharField(_("notes"), max_length=500, blank=True)
    access = ArrayField(
        models.CharField(max_length=20, choices=AccessKind), verbose_name=_("accessibility"), default=list, blank=True
    )
    access_notes = models.CharField(_("more on accessibility"), max_length=300, blank=True)
    way = models.CharField(_("way from the lobby"), max_length=10, choices=Way, default=Way.NONE, blank=True)
    way_notes = models.CharField(_("way in words"), max_length=80, blank=True)
    is_active = models.BooleanField(_("can be booked"), default=True)
    position = models.PositiveSmallIntegerField(_("position on the board"), default=0)

    objects = RoomQuerySet.as_manager()

    class Meta:
        ordering = ("position", "code")
        constraints = [models.UniqueConstraint(fields=("site", "code"), name="room_code_once")]
        verbose_name = _("room")
        verbose_name_plural = _("rooms")

    @property
    def label(self) -> str:
        return room_label(self.code, self.name)

    def get_absolute_url(self) -> str:
        return reverse("rooms:detail", args=[self.pk])

    @property
    def minutes_by_layout(self) -> dict[str, tuple[int, int]]:
        """Set-up and clearing of each layout; read from the layouts that were prefetched."""
        return {each.layout: (each.setup_minutes, each.teardown_minutes) for each in self.layouts.all()}

    @property
    def access_labels(self) -> list[str]:
        return [str(kind.label) for kind in AccessKind if kind.value in self.access]


class RoomLayout(models.Model):
    """What a room can be set up as: how many it then seats, and the minutes to set up and clear."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="layouts")
    layout = models.CharField(_("layout"), max_length=20, choices=LayoutKind)
    capacity = models.PositiveSmallIntegerField(_("capacity"), validators=[MinValueValidator(1)])
    setup_minutes = models.PositiveSmallIntegerField(_("set-up minutes"), default=0)
    teardown_minutes = models.PositiveSmallIntegerField(_("tear-down minutes"), default=0)

    class Meta:
        ordering = ("room", "layout")
        constraints = [
            models.UniqueConstraint(fields=("room", "layout"), name="room_layout_once"),
            models.CheckConstraint(condition=Q(capacity__gte=1), name="room_layout_capacity"),
            models.CheckConstraint(
                condition=Q(setup_minutes__lte=1440, teardown_minutes__lte=1440), name="room_layout_minutes"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_layout_display()} {self.capacity}"


class RoomEquipment(models.Model):
    room = models.ForeignKey(Room, models.CASCADE, related_name="equipment")
    kind = models.CharField(_("equipment"), max_length=20, choices=EquipmentKind)
    quantity = models.PositiveSmallIntegerField(_("quantity"), default=1, validators=[MinValueValidator(1)])

    class Meta:
        ordering = ("room", "kind")
        constraints = [
            models.UniqueConstraint(fields=("room", "kind"), name="room_equipment_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="room_equipment_quantity"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} x {self.quantity}"


class EquipmentPool(NamedInThreeLanguages):
    """Movable equipment that a site's rooms share: so many alike, each brought to one meeting at a time."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="pools")
    # Stands in bookings and other systems, so it never changes.
    code = models.CharField(_("code"), max_length=20, validators=[code_format])
    kind = models.CharField(_("stands in for"), max_length=20, choices=EquipmentKind, blank=True)
    quantity = models.PositiveSmallIntegerField(_("quantity"), default=1, validators=[MaxValueValidator(999)])
    is_active = models.BooleanField(_("can be asked for"), default=True)

    class Meta:
        ordering = ("code",)
        constraints = [
            models.UniqueConstraint(fields=("site", "code"), name="equipment_pool_code_once"),
            # Both stand in the same list of a booking.
            models.CheckConstraint(condition=~Q(code__in=EquipmentKind.values), name="equipment_pool_code_no_kind"),
        ]
        verbose_name = _("shared equipment")
        verbose_name_plural = _("shared equipment")


class RoomLog(models.Model):
    """Append-only: who changed what of a room or site."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="log")
    room = models.ForeignKey(Room, models.CASCADE, related_name="log", null=True)
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    verb = models.CharField(max_length=40)
    changes = models.JSONField(default=dict)

    class Meta:
        ordering = ("-at", "-pk")
        verbose_name = _("log entry of rooms")
        verbose_name_plural = _("log of rooms")

    def __str__(self) -> str:
        return f"{self.verb} {self.at:%Y-%m-%d %H:%M}"
