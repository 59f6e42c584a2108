"""What comes up while a meeting runs: wishes, notes passed in, incidents. Each is a step with more to tell."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from bookings.models import Booking
from checklists.models.plan import Step
from rooms.models import Room, Site
from staff.models import User


class Wish(models.Model):
    """A wish during the meeting (U5): met when its step is done, refused with a reason when it is skipped."""

    class Kind(models.TextChoices):
        MORE_TEA = "more_tea", _("More tea")
        WATER = "water", _("Plain water")
        STRONGER_TEA = "stronger_tea", _("Stronger tea")
        TOO_WARM = "too_warm", _("Too warm")
        TOO_COLD = "too_cold", _("Too cold")
        SOUND = "sound", _("Sound or picture")
        OBJECT = "object", _("Pass something in")
        OTHER = "other", pgettext_lazy("wish", "Something else")

    class Source(models.TextChoices):
        STAFF = "staff", _("Heard in the room")
        CARD = "card", _("Called from the room")

    step = models.OneToOneField(Step, models.CASCADE, related_name="wish")
    kind = models.CharField(max_length=20, choices=Kind)
    text = models.CharField(max_length=300, blank=True)
    source = models.CharField(max_length=20, choices=Source)
    raised_at = models.DateTimeField()
    # Nobody is signed in at the card on the table.
    raised_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("raised_at", "pk")
        verbose_name = _("wish")
        verbose_name_plural = _("wishes")
        constraints = [
            models.CheckConstraint(
                condition=~Q(source="staff") | Q(raised_by__isnull=False), name="wish_of_staff_by_someone"
            ),
        ]
        # The figures: the wishes of a span.
        indexes = [models.Index(fields=("raised_at",), name="wish_by_moment")]

    def __str__(self) -> str:
        return f"{self.kind} {self.raised_at:%H:%M}"


class PassedNote(models.Model):
    """A written note for someone inside (U6), and the answer that both sides are told of."""

    step = models.OneToOneField(Step, models.CASCADE, related_name="passed_note")
    sender = models.CharField(pgettext_lazy("note", "from"), max_length=80)
    recipient = models.CharField(_("for"), max_length=80)
    # What a note says is its sender's business; only a remark of how it is to be passed stands here.
    remark = models.CharField(_("remark"), max_length=200, blank=True)
    raised_at = models.DateTimeField()
    raised_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    passed_at = models.DateTimeField(null=True)
    passed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answer = models.CharField(_("answer"), max_length=300, blank=True)
    # The answer reached the sender outside, and the person inside knows that it did.
    sender_told_at = models.DateTimeField(null=True)
    recipient_told_at = models.DateTimeField(null=True)
    told_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("raised_at", "pk")
        verbose_name = _("note passed in")
        verbose_name_plural = _("notes passed in")
        constraints = [
            models.CheckConstraint(
                condition=Q(passed_at=None) | Q(passed_by__isnull=False, passed_at__gte=F("raised_at")),
                name="note_passed_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(sender_told_at=None, recipient_told_at=None)
                | Q(passed_at__isnull=False, told_by__isnull=False),
                name="note_answered_after_passing",
            ),
        ]

    def __str__(self) -> str:
        return f"note {self.raised_at:%H:%M}"


class Incident(models.Model):
    """What went wrong (U7): kind, gravity, who was told, what was done, when it was over."""

    class Kind(models.TextChoices):
        FIRE = "fire", _("Fire or smoke")
        POWER = "power", _("Power failure")
        ILLNESS = "illness", _("Illness or injury")
        SOUND = "sound", _("Sound or picture failed")
        LEAK = "leak", _("Water leak")
        UNINVITED = "uninvited", _("Uninvited person")
        ROOM = "room", _("Fault of the room")
        DEVICE = "device", _("Fault of a device")
        OTHER = "other", pgettext_lazy("incident", "Something else")

    class Gravity(models.IntegerChoices):
        MINOR = 1, _("Minor")
        SERIOUS = 2, _("Serious")
        GRAVE = 3, _("Grave")

    site = models.ForeignKey(Site, models.PROTECT, related_name="incidents")
    room = models.ForeignKey(Room, models.PROTECT, null=True, blank=True, related_name="incidents")
    booking = models.ForeignKey(Booking, models.PROTECT, null=True, blank=True, related_name="incidents")
    # The step under U7 of the meeting it happened at; the check that found the fault.
    step = models.OneToOneField(Step, models.SET_NULL, null=True, related_name="incident")
    found_by_step = models.ForeignKey(Step, models.SET_NULL, null=True, related_name="faults_found")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    gravity = models.PositiveSmallIntegerField(_("gravity"), choices=Gravity)
    device = models.CharField(_("device"), max_length=80, blank=True)
    text = models.CharField(_("what happened"), max_length=500)
    raised_at = models.DateTimeField()
    raised_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    told = models.CharField(_("who was told"), max_length=300, blank=True)
    done = models.CharField(_("what was done"), max_length=1000, blank=True)
    over_at = models.DateTimeField(_("over at"), null=True, blank=True)
    over_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("-raised_at", "-pk")
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        constraints = [
            models.CheckConstraint(condition=Q(gravity__range=(1, 3)), name="incident_gravity"),
            models.CheckConstraint(
                condition=Q(over_at=None) | Q(over_by__isnull=False, over_at__gte=F("raised_at")),
                name="incident_over_by_someone",
            ),
            # One failed check opens one incident while it lasts, however often it is said.
            models.UniqueConstraint(
                fields=("found_by_step",), condition=Q(over_at=None), name="incident_once_for_a_check"
            ),
        ]
        indexes = [
            models.Index(fields=("site", "-raised_at"), name="incident_by_site"),
            models.Index(fields=("room",), condition=Q(over_at=None), name="incident_open_in_room"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.raised_at:%Y-%m-%d %H:%M}"


class IncidentEntry(models.Model):
    """Append-only: what was added to an incident, when and by whom."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="entries")
    at = models.DateTimeField()
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    verb = models.CharField(max_length=40)
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.verb} {self.incident_id}"
