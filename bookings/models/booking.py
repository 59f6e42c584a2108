"""A booking: one request for one room and time, with everything the meeting needs."""

from datetime import datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from rooms.models import EquipmentKind, LayoutKind, Room, Site
from staff.models import User
from staff.roles import Role

# No meeting is longer, so that those of a day are found by their start.
LONGEST = timedelta(hours=24)


class BookingQuerySet(models.QuerySet["Booking"]):
    def visible_to(self, user: User) -> "BookingQuerySet":
        """Bookings whose page the person may open: their own, or those of the site they work for."""
        if user.has_role(Role.ADMINISTRATOR):
            return self
        own = Q(applicant=user)
        office = user.has_role(Role.SECRETARY, Role.MANAGER)
        floor = user.is_floor_staff
        if user.site_id and office:
            own |= Q(site_id=user.site_id) & ~Q(status=Booking.Status.DRAFT)
        elif user.site_id and floor:
            own |= Q(site_id=user.site_id, status__in=Booking.PLANNED)
        return self.filter(own)

    def named(self, ref: str) -> "BookingQuerySet":
        """The booking of this reference; a text that the database cannot hold names none."""
        return self.none() if "\x00" in ref else self.filter(ref=ref)

    def on_day(self, day_from: datetime, day_until: datetime) -> "BookingQuerySet":
        return self.overlapping(day_from, day_until)

    def waiting(self) -> "BookingQuerySet":
        return self.filter(status=Booking.Status.REQUESTED)

    def planned(self) -> "BookingQuerySet":
        return self.filter(status__in=Booking.PLANNED)

    def overlapping(self, start: datetime, end: datetime) -> "BookingQuerySet":
        # The lower bound of the start says nothing new; it keeps the index from reading all the past.
        return self.filter(start_at__lt=end, end_at__gt=start, start_at__gt=start - LONGEST)

    def with_everything(self) -> "BookingQuerySet":
        return self.select_related("room", "site", "applicant").prefetch_related("guests", "agenda")


class Booking(models.Model):
    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        REQUESTED = "requested", _("Waiting for a decision")
        QUESTIONED = "questioned", _("Question to the applicant")
        APPROVED = "approved", _("Approved")
        RUNNING = "running", _("Running")
        ENDED = "ended", _("Ended")
        CLOSED = "closed", _("Closed")
        DECLINED = "declined", _("Declined")
        CANCELLED = "cancelled", _("Cancelled")

    # States with a service plan, and states that hold the room.
    PLANNED = (Status.APPROVED, Status.RUNNING, Status.ENDED, Status.CLOSED)
    HOLDING = (Status.APPROVED, Status.RUNNING)
    PENDING = (Status.REQUESTED, Status.QUESTIONED)
    # Stored in place of a reason by the rule that gives back rooms nobody came to.
    NO_SHOW = "no_show"
    OVER = (Status.CLOSED, Status.DECLINED, Status.CANCELLED)

    class Kind(models.TextChoices):
        DECISION = "decision", _("Decision")
        EXCHANGE = "exchange", _("Exchange")
        NEGOTIATION = "negotiation", _("Negotiation")
        TRAINING = "training", _("Training")
        CEREMONY = "ceremony", _("Ceremony")

    class Secrecy(models.TextChoices):
        PUBLIC = "public", _("Public")
        INTERNAL = "internal", _("Internal")
        CONFIDENTIAL = "confidential", _("Confidential")

    class Curtains(models.TextChoices):
        ANY = "", _("No preference")
        OPEN = "open", pgettext_lazy("curtains", "Open")
        SHUT = "shut", pgettext_lazy("curtains", "Shut")

    ref = models.CharField(_("reference"), max_length=20, unique=True)
    site = models.ForeignKey(Site, models.PROTECT, related_name="bookings")
    room = models.ForeignKey(Room, models.PROTECT, related_name="bookings", verbose_name=_("room"))
    applicant = models.ForeignKey(User, models.PROTECT, related_name="bookings", verbose_name=_("applicant"))
    # The request it was made with, when that was for several rooms; most are for one.
    group = models.ForeignKey("BookingGroup", models.SET_NULL, null=True, related_name="bookings", db_index=False)
    status = models.CharField(_("state"), max_length=20, choices=Status, default=Status.DRAFT)

    title = models.CharField(_("topic"), max_length=120)
    purpose = models.CharField(_("purpose"), max_length=500, blank=True)
    kind = models.CharField(_("kind of meeting"), max_length=20, choices=Kind, default=Kind.EXCHANGE)
    host_department = models.CharField(_("host department"), max_length=80)
    contact_name = models.CharField(_("contact person"), max_length=60)
    contact_phone = models.CharField(_("contact phone"), max_length=30, blank=True)
    is_private = models.BooleanField(_("hide the topic from others"), default=False)
    secrecy = models.CharField(_("secrecy class"), max_length=20, choices=Secrecy, default=Secrecy.INTERNAL)

    start_at = models.DateTimeField(_("start"))
    end_at = models.DateTimeField(_("end"))
    headcount = models.PositiveSmallIntegerField(_("head count"), validators=[MinValueValidator(1)])
    layout = models.CharField(_("layout"), max_length=20, choices=LayoutKind)
    # Frozen when requested: a room's later change of defaults never rewrites bookings made.
    setup_minutes = models.PositiveSmallIntegerField(_("set-up minutes"), default=0)
    teardown_minutes = models.PositiveSmallIntegerField(_("tear-down minutes"), default=0)

    tea = models.BooleanField(_("tea"), default=False)
    coffee = models.BooleanField(_("coffee"), default=False)
    water = models.BooleanField(_("bottled water"), default=False)
    fruit = models.BooleanField(_("fruit"), default=False)
    flowers = models.BooleanField(_("flowers"), default=False)
    flags = ArrayField(models.CharField(max_length=60), verbose_name=_("flags"), default=list, blank=True)
    name_plates = models.PositiveSmallIntegerField(_("name plates"), default=0)
    stationery = models.BooleanField(_("paper and pens"), default=False)
    materials = models.BooleanField(_("documents and materials"), default=False)
    sign_in = models.BooleanField(_("sign-in desk"), default=False)
    equipment = ArrayField(
        models.CharField(max_length=20, choices=EquipmentKind), verbose_name=_("equipment"), default=list, blank=True
    )
    microphones = models.PositiveSmallIntegerField(_("number of microphones"), default=0)
    foreign_countries = ArrayField(
        models.CharField(max_length=60), verbose_name=_("foreign guests from"), default=list, blank=True
    )
    curtains = models.CharField(_("curtains"), max_length=10, choices=Curtains, default=Curtains.ANY, blank=True)
    temperature = models.PositiveSmallIntegerField(
        _("temperature in °C"), null=True, blank=True, validators=[MinValueValidator(18), MaxValueValidator(28)]
    )
    wishes = models.TextField(_("further wishes"), max_length=1000, blank=True)

    # Beyond the policy of its room: in which respects, and why it is asked for all the same.
    exceptions = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    exception_reason = models.CharField(_("reason for the exception"), max_length=500, blank=True)

    requested_at = models.DateTimeField(null=True)
    # When one of those who decide first had it open since it was sent, or sent anew.
    read_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decline_reason = models.CharField(_("reason"), max_length=500, blank=True)
    cancel_reason = models.CharField(_("reason"), max_length=500, blank=True)
    actual_start_at = models.DateTimeField(null=True)
    actual_end_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=0)
    # The name another system knows this booking by; an import repeated under it makes no double.
    external_id = models.CharField(max_length=80, blank=True)
    series = models.ForeignKey("bookings.Series", models.PROTECT, null=True, related_name="bookings")
    # When the series' rule meant it to begin; it stays where the meeting is moved (RECURRENCE-ID of RFC 5545).
    recurrence_at = models.DateTimeField(null=True)

    objects = BookingQuerySet.as_manager()

    class Meta:
        ordering = ("start_at", "pk")
        constraints = [
            models.CheckConstraint(condition=Q(start_at__lt=F("end_at")), name="booking_start_before_end"),
            models.CheckConstraint(condition=Q(headcount__gte=1), name="booking_headcount"),
            models.UniqueConstraint(
                fields=("site", "external_id"), condition=~Q(external_id=""), name="booking_external_id_once"
            ),
            models.CheckConstraint(
                condition=Q(series=None, recurrence_at=None) | Q(series__isnull=False, recurrence_at__isnull=False),
                name="booking_series_and_recurrence",
            ),
            models.UniqueConstraint(fields=("series", "recurrence_at"), name="booking_recurrence_once"),
            models.CheckConstraint(
                condition=Q(actual_end_at=None)
                | Q(actual_start_at__isnull=False, actual_end_at__gte=F("actual_start_at")),
                name="booking_actual_order",
            ),
        ]
        indexes = [
            # The rundown and the manager's day: a site's bookings of a day. The board's month reads nothing else.
            models.Index(fields=("site", "start_at"), include=("end_at", "status", "room"), name="booking_by_site_day"),
            models.Index(fields=("room", "start_at"), name="booking_by_room_day"),
            # The inbox: oldest waiting first.
            models.Index(fields=("site", "requested_at"), condition=Q(status="requested"), name="booking_waiting"),
            # What competes for a room, on the board and in the inbox: the few that wait among all there ever were.
            models.Index(
                fields=("room", "start_at"), condition=Q(status__in=("requested", "questioned")), name="booking_pending"
            ),
            # The sweep: meetings whose plan may still change.
            models.Index(
                fields=("end_at",), condition=Q(status__in=("approved", "running", "ended")), name="booking_live"
            ),
            models.Index(fields=("applicant", "-start_at"), name="booking_by_applicant"),
            # The rooms asked for in one request.
            models.Index(fields=("group",), condition=Q(group__isnull=False), name="booking_together"),
            # How often a department has met, told beside its request.
            models.Index(
                fields=("site", "host_department"), condition=Q(status__in=("ended", "closed")), name="booking_held"
            ),
        ]
        verbose_name = _("booking")
        verbose_name_plural = _("bookings")

    def __str__(self) -> str:
        return self.ref

    def get_absolute_url(self) -> str:
        return reverse("bookings:detail", args=[self.ref])

    @property
    def occupied_from(self) -> datetime:
        return self.start_at - timedelta(minutes=self.setup_minutes)

    @property
    def occupied_until(self) -> datetime:
        return self.end_at + timedelta(minutes=self.teardown_minutes)

    @property
    def has_foreign_guests(self) -> bool:
        return bool(self.foreign_countries) or any(guest.country for guest in self.guests.all())


class Guest(models.Model):
    """An important guest, with habits to respect."""

    class AshTray(models.TextChoices):
        NONE = "", _("No ash tray")
        LEFT = "left", _("Left hand")
        RIGHT = "right", _("Right hand")

    class Tea(models.TextChoices):
        ANY = "", _("As served")
        WEAK = "weak", _("Weak")
        STRONG = "strong", _("Strong")
        NONE = "none", _("No tea")

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="guests")
    position = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(_("name"), max_length=80)
    ash_tray = models.CharField(_("ash tray"), max_length=10, choices=AshTray, blank=True)
    tea = models.CharField(_("tea"), max_length=60, blank=True)
    drink = models.CharField(_("other drink"), max_length=60, blank=True)
    diet = models.CharField(_("diet"), max_length=120, blank=True)
    seat = models.CharField(_("seat"), max_length=60, blank=True)
    country = models.CharField(_("country, for a foreign guest"), max_length=60, blank=True)

    class Meta:
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return self.name


class AgendaItem(models.Model):
    booking = models.ForeignKey(Booking, models.CASCADE, related_name="agenda")
    title = models.CharField(_("agenda item"), max_length=120)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))

    class Meta:
        ordering = ("starts_at", "pk")
        constraints = [models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="agenda_item_order")]

    def __str__(self) -> str:
        return self.title


class RefCounter(models.Model):
    """The last running number given out for a day; its row lock makes references unique."""

    on = models.DateField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.on} {self.last}"
