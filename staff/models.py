"""People: accounts, roles, shifts, notices and their deliveries, API tokens."""

import uuid
from functools import cached_property
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import AbstractUser, UserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rooms.models import Site
from rooms.ranges import PointRange
from staff.roles import FLOOR_ROLES, Role


class User(AbstractUser):
    first_name = None
    last_name = None
    display_name = models.CharField(_("name"), max_length=60)
    latin_name = models.CharField(_("name in Latin letters"), max_length=60, blank=True)
    department = models.CharField(_("department"), max_length=80, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, blank=True)
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="people", verbose_name=_("site"))

    objects: ClassVar[UserManager["User"]] = UserManager()

    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name"]

    class Meta:
        ordering = ("username",)
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.get_full_name()

    def get_full_name(self) -> str:
        return self.display_name or self.username

    def get_short_name(self) -> str:
        return self.get_full_name()

    @cached_property
    def roles(self) -> frozenset[str]:
        """Names of the person's roles; read once per object."""
        # Through `all()`, so that a prefetched list of people needs no query for each.
        names = {group.name for group in self.groups.all()}
        return frozenset(names | ({Role.ADMINISTRATOR.value} if self.is_superuser else set()))

    def has_role(self, *wanted: str) -> bool:
        return self.is_active and not self.roles.isdisjoint(wanted)

    @property
    def role_labels(self) -> list[str]:
        return [str(role.label) for role in Role if role.value in self.roles]

    @property
    def zone(self) -> ZoneInfo:
        """The zone times are shown to this person in."""
        return self.site.zone if self.site else ZoneInfo(settings.TIME_ZONE)

    @property
    def is_floor_staff(self) -> bool:
        return self.has_role(*FLOOR_ROLES)


class Shift(models.Model):
    """Working time of one person; two on a day are normal, overlapping ones impossible."""

    user = models.ForeignKey(User, models.CASCADE, related_name="shifts", verbose_name=_("person"))
    site = models.ForeignKey(Site, models.CASCADE, related_name="shifts")
    during = DateTimeRangeField()

    class Meta:
        ordering = ("during", "user")
        verbose_name = _("shift")
        verbose_name_plural = _("shifts")
        constraints = [
            models.CheckConstraint(
                condition=Q(during__isempty=False, during__lower_inf=False, during__upper_inf=False),
                name="shift_during_bounded",
            ),
            ExclusionConstraint(
                name="shift_no_overlap",
                index_type="gist",
                expressions=[(PointRange("user_id"), "&&"), ("during", "&&")],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.during.lower:%Y-%m-%d %H:%M}"


class Notice(models.Model):
    """One message for one person in the app, rendered in the reader's language from its code and parameters."""

    recipient = models.ForeignKey(User, models.CASCADE, related_name="notices")
    code = models.CharField(max_length=60)
    params = models.JSONField(default=dict)
    url = models.CharField(max_length=200, blank=True)
    key = models.CharField(max_length=120, unique=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-created_at", "-pk")
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        indexes = [
            models.Index(fields=("recipient", "-created_at"), name="notice_by_recipient"),
            # The unread count in the head of every page.
            models.Index(fields=("recipient",), condition=Q(read_at=None), name="notice_unread"),
        ]

    def __str__(self) -> str:
        return f"{self.code} to {self.recipient_id}"


class Delivery(models.Model):
    """The outbox: one notice over one outside channel, sent at least once under a stable message id."""

    class Channel(models.TextChoices):
        MAIL = "mail", _("Mail")

    class State(models.TextChoices):
        PENDING = "pending", _("Waiting")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=20, choices=Channel)
    message_id = models.UUIDField(default=uuid.uuid4, unique=True)
    state = models.CharField(max_length=20, choices=State, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("pk",)
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [models.UniqueConstraint(fields=("notice", "channel"), name="delivery_once")]
        indexes = [
            # The outbox pulse: what is due and unsent.
            models.Index(fields=("next_at",), condition=Q(state__in=("pending", "sending")), name="delivery_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.state}"


class ApiToken(models.Model):
    """A bearer token of one person; only its digest is stored."""

    user = models.ForeignKey(User, models.CASCADE, related_name="api_tokens")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-created_at",)
        verbose_name = _("token")
        verbose_name_plural = _("tokens")

    def __str__(self) -> str:
        return f"{self.user} {self.created_at:%Y-%m-%d}"


class StaffLog(models.Model):
    """Append-only: who changed a person's account or shifts."""

    person = models.ForeignKey(User, models.CASCADE, related_name="log")
    at = models.DateTimeField()
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    verb = models.CharField(max_length=40)
    changes = models.JSONField(default=dict)

    class Meta:
        ordering = ("-at", "-pk")
        verbose_name = _("log entry of people")
        verbose_name_plural = _("log of people")

    def __str__(self) -> str:
        return f"{self.verb} {self.at:%Y-%m-%d %H:%M}"
