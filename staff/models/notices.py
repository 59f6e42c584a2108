"""Notices in the app, and the outbox of what leaves it."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from staff.models.channels import PushSubscription
from staff.models.people import User
from staff.notice_kinds import NoticeKind, Urgency, kind_of


class Notice(models.Model):
    """One message for one person in the app, rendered in the reader's language from its code and parameters."""

    recipient = models.ForeignKey(User, models.CASCADE, related_name="notices")
    code = models.CharField(max_length=60)
    params = models.JSONField(default=dict)
    url = models.CharField(max_length=200, blank=True)
    key = models.CharField(max_length=120, unique=True)
    urgency = models.CharField(max_length=10, choices=Urgency, default=Urgency.NORMAL)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    # Its reader's word that it was seen: neither its arrival nor its being shown says that.
    acknowledged_at = models.DateTimeField(null=True)
    # What it asked for is settled, so that nobody's word is waited for any more.
    over_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-created_at", "-pk")
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [
            models.CheckConstraint(
                condition=Q(acknowledged_at=None) | Q(read_at__isnull=False), name="notice_acknowledged_is_read"
            ),
        ]
        indexes = [
            models.Index(fields=("recipient", "-created_at"), name="notice_by_recipient"),
            # The unread count in the head of every page.
            models.Index(fields=("recipient",), condition=Q(read_at=None), name="notice_unread"),
            # What stands on top until its reader says a word.
            models.Index(
                fields=("recipient",),
                condition=Q(urgency=Urgency.URGENT, acknowledged_at=None, over_at=None),
                name="notice_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} to {self.recipient_id}"

    @property
    def kind(self) -> NoticeKind:
        return kind_of(self.code)

    @property
    def is_waiting(self) -> bool:
        """Urgent, and its reader has not yet said that it was seen."""
        return self.urgency == Urgency.URGENT and self.acknowledged_at is None and self.over_at is None


class Delivery(models.Model):
    """The outbox: one message over one outside channel, sent at least once under a stable message id.

    It carries a notice of one person, or, for a group's room, the event itself: one row however many were told.
    """

    class Channel(models.TextChoices):
        MAIL = "mail", _("Mail")
        PUSH = "push", _("Browser")
        CHAT = "chat", _("Own chat")
        GROUP = "group", _("Group chat")

    class State(models.TextChoices):
        # Waits for the end of its reader's quiet hours, and goes out with what else came meanwhile.
        HELD = "held", _("Held until the quiet hours end")
        PENDING = "pending", _("Waiting")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        FOLDED = "folded", _("Sent with others")
        FAILED = "failed", _("Failed")

    class ErrorClass(models.TextChoices):
        NO_ADDRESS = "no_address", _("no address")
        NO_ANSWER = "no_answer", _("no answer")
        REFUSED = "refused", _("refused")
        NOT_ALLOWED = "not_allowed", _("address not allowed")
        GONE = "gone", _("browser no longer registered")
        UNREADABLE = "unreadable", _("stored address cannot be read")
        ABANDONED = "abandoned", _("sender stopped midway")
        OTHER = "other", _("other error")

    notice = models.ForeignKey(Notice, models.CASCADE, null=True, related_name="deliveries")
    channel = models.CharField(max_length=20, choices=Channel)
    # Where to, beyond a mail address.
    target = models.ForeignKey("staff.Channel", models.CASCADE, null=True, related_name="deliveries")
    subscription = models.ForeignKey(PushSubscription, models.SET_NULL, null=True, related_name="deliveries")
    # What a group is told; without names of people and topics of meetings.
    event = models.CharField(max_length=160, blank=True)
    code = models.CharField(max_length=60, blank=True)
    params = models.JSONField(default=dict)
    url = models.CharField(max_length=200, blank=True)
    message_id = models.UUIDField(default=uuid.uuid4, unique=True)
    state = models.CharField(max_length=20, choices=State, default=State.PENDING)
    folded_into = models.ForeignKey("self", models.CASCADE, null=True, related_name="folded")
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    error_class = models.CharField(max_length=20, choices=ErrorClass, blank=True)
    last_error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("pk",)
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.UniqueConstraint(fields=("notice",), condition=Q(channel="mail"), name="delivery_mail_once"),
            models.UniqueConstraint(
                fields=("notice", "target"), condition=Q(channel="chat"), name="delivery_chat_once"
            ),
            models.UniqueConstraint(
                fields=("notice", "subscription"), condition=Q(channel="push"), name="delivery_push_once"
            ),
            models.UniqueConstraint(
                fields=("target", "event"), condition=Q(channel="group"), name="delivery_group_once"
            ),
            models.CheckConstraint(
                condition=Q(channel="group", notice=None, target__isnull=False) & ~Q(event="")
                | ~Q(channel="group") & Q(notice__isnull=False, event=""),
                name="delivery_of_notice_or_event",
            ),
            models.CheckConstraint(
                condition=~Q(channel="chat") | Q(target__isnull=False), name="delivery_chat_has_target"
            ),
            models.CheckConstraint(
                condition=Q(state="folded", folded_into__isnull=False) | ~Q(state="folded") & Q(folded_into=None),
                name="delivery_folded_into_one",
            ),
        ]
        indexes = [
            # The outbox pulse: what is due and unsent.
            models.Index(
                fields=("next_at",), condition=Q(state__in=("held", "pending", "sending")), name="delivery_waiting"
            ),
            # The operator's page: what needs a hand.
            models.Index(fields=("-id",), condition=Q(state="failed"), name="delivery_failed"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.state}"

    @property
    def reader(self) -> User | None:
        """Whom it is for; nobody for a group, and nobody once they have left the house."""
        recipient = self.notice.recipient if self.notice else None
        return recipient if recipient and recipient.is_active else None
