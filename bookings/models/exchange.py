"""What goes to other systems and comes from them: calendar feeds, webhooks with their outbox, imports."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rooms.models import RememberedColumns, Room, Site
from staff.models import User
from staff.roles import DUTY_ROLES


class CalendarFeed(models.Model):
    """A calendar under a secret address; it shows what its owner may see, as long as they may."""

    class Kind(models.TextChoices):
        PERSON = "person", _("My bookings")
        SERVICE = "service", _("Meetings I serve")
        ROOM = "room", _("A room")
        DUTY = "duty", _("A duty")

    user = models.ForeignKey(User, models.CASCADE, related_name="calendar_feeds")
    kind = models.CharField(max_length=20, choices=Kind)
    room = models.ForeignKey(Room, models.CASCADE, null=True, related_name="calendar_feeds")
    site = models.ForeignKey(Site, models.CASCADE, null=True, related_name="+")
    role = models.CharField(max_length=20, choices=[(role.value, role.label) for role in DUTY_ROLES], blank=True)
    digest = models.CharField(max_length=64, unique=True)
    # Its owner may copy the address again; the table alone does not give it away.
    sealed = models.BinaryField()
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("created_at", "pk")
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")
        constraints = [
            models.UniqueConstraint(
                fields=("user", "kind"),
                condition=Q(kind__in=("person", "service"), revoked_at=None),
                name="feed_of_person_once",
            ),
            models.UniqueConstraint(
                fields=("user", "room"), condition=Q(kind="room", revoked_at=None), name="feed_of_room_once"
            ),
            models.UniqueConstraint(
                fields=("user", "site", "role"), condition=Q(kind="duty", revoked_at=None), name="feed_of_duty_once"
            ),
            models.CheckConstraint(
                condition=Q(kind="room", room__isnull=False, site=None, role="")
                | Q(kind="duty", room=None, site__isnull=False) & ~Q(role="")
                | Q(kind__in=("person", "service"), room=None, site=None, role=""),
                name="feed_says_of_what",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.user_id}"


class Webhook(models.Model):
    """An address of another system that is told of decisions and changes at a site."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="webhooks")
    name = models.CharField(_("name"), max_length=60)
    # The address may contain a key: only its host is shown again.
    sealed_url = models.BinaryField()
    sealed_secret = models.BinaryField()
    host = models.CharField(max_length=260)
    events = ArrayField(models.CharField(max_length=40))
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("site", "name", "pk")
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")

    def __str__(self) -> str:
        return self.name


class WebhookDelivery(models.Model):
    """One event for one webhook: sent at least once, under an id that stays the same."""

    class State(models.TextChoices):
        PENDING = "pending", _("Waiting")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries")
    event = models.CharField(max_length=40)
    payload = models.JSONField()
    message_id = models.UUIDField(default=uuid.uuid4, unique=True)
    state = models.CharField(max_length=20, choices=State, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    next_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    # What the other side answered with; of its words nothing is kept.
    answered = models.PositiveSmallIntegerField(null=True)
    error_class = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        indexes = [
            # The pulse: what is due and unsent.
            models.Index(fields=("next_at",), condition=Q(state__in=("pending", "sending")), name="webhook_waiting"),
            # The page: the last of each webhook.
            models.Index(fields=("webhook", "-id"), name="webhook_last"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.state}"


class BookingImport(models.Model):
    """One file of requests: read, its columns named, tried, and brought in."""

    class State(models.TextChoices):
        READ = "read", _("Columns to be named")
        CHECKING = "checking", _("Being checked")
        CHECKED = "checked", _("Checked")
        IMPORTING = "importing", _("Being imported")
        DONE = "done", _("Imported")

    AT_WORK = (State.CHECKING, State.IMPORTING)

    site = models.ForeignKey(Site, models.CASCADE, related_name="imports")
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    name = models.CharField(max_length=120)
    heads = models.JSONField(default=list)
    # The cells as texts; gone once they are imported, for they hold topics and telephone numbers.
    rows = models.JSONField(default=list)
    # The field of each column by its number; "" leaves it out.
    mapping = models.JSONField(default=list)
    is_all_or_nothing = models.BooleanField(default=True)
    state = models.CharField(max_length=20, choices=State, default=State.READ)
    # A worker takes a run that waits; another one finds it taken.
    taken_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    # By row: its verdict, the faults by field, the reference.
    outcome = models.JSONField(default=list)

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("import")
        verbose_name_plural = _("imports")

    def __str__(self) -> str:
        return self.name


class ImportMapping(RememberedColumns):
    site = models.OneToOneField(Site, models.CASCADE, related_name="import_mapping")
