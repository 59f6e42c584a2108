"""How a person or a site is reached outside the app, and when a person is not to be disturbed."""

from hashlib import sha256

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from rooms.models import Site
from staff.models.people import User
from staff.notice_kinds import NoticeKind


class Channel(models.Model):
    """A chat address: one's own, or the group room of a site. The address itself is kept sealed and shown no more."""

    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="channels")
    site = models.ForeignKey(Site, models.CASCADE, null=True, related_name="channels")
    name = models.CharField(_("name"), max_length=60)
    service = models.CharField(max_length=20)
    sealed = models.BinaryField()
    # What may still be shown of the address, so that two of one service can be told apart.
    hint = models.CharField(max_length=120)
    # What a group is told; a person's own choice stands in their preferences.
    kinds = ArrayField(models.CharField(max_length=20, choices=NoticeKind), default=list)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    tested_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ("name", "pk")
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        constraints = [
            models.CheckConstraint(
                condition=Q(user=None, site__isnull=False) | Q(user__isnull=False, site=None), name="channel_one_owner"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PushSubscription(models.Model):
    """One browser that shows notices while no page of ours is open; it belongs to whoever is signed in there."""

    user = models.ForeignKey(User, models.CASCADE, related_name="push_subscriptions")
    endpoint = models.CharField(max_length=1000, unique=True)
    p256dh = models.CharField(max_length=120)
    auth = models.CharField(max_length=60)
    label = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField()
    tested_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("pk",)
        verbose_name = _("registered browser")
        verbose_name_plural = _("registered browsers")

    def __str__(self) -> str:
        return f"{self.user_id} {self.label}"

    @property
    def digest(self) -> str:
        """What a page may carry of the endpoint: its browser knows itself by it, and nobody can send to it."""
        return sha256(self.endpoint.encode()).hexdigest()


class NoticePreferences(models.Model):
    """A person's choice: which kinds of notices go where, and the hours in which only urgent ones leave the app."""

    user = models.OneToOneField(User, models.CASCADE, related_name="notice_preferences")
    # Wall clock of the person's site; an end before the beginning is on the next day.
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    # The outside channels of each kind; a kind that is missing goes as it always did.
    choices = models.JSONField(default=dict)
    mail_tested_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("choice of channels")
        verbose_name_plural = _("choices of channels")
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_until=None)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False) & ~Q(quiet_from=F("quiet_until")),
                name="quiet_hours_have_both_ends",
            ),
        ]

    def __str__(self) -> str:
        return str(self.user_id)
