"""Certificates of courses passed."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from rooms.text import NamedInThreeLanguages
from staff.models.skills import Skill
from staff.models.training import Enrolment


def new_token() -> str:
    return secrets.token_urlsafe(16)


class Certificate(NamedInThreeLanguages):
    """What it says stays as it was issued; the names are the course's."""

    class PdfState(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        MAKING = "making", _("Being made")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Failed")

    number = models.CharField(_("number"), max_length=40, unique=True)
    # Of the address its QR code leads to, for whoever holds the paper.
    token = models.CharField(max_length=40, unique=True, default=new_token)
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="certificates")
    holder = models.CharField(_("name"), max_length=60)
    skill = models.ForeignKey(Skill, models.PROTECT, null=True, related_name="+")
    language = models.CharField(max_length=10, choices=settings.LANGUAGES)
    issued_on = models.DateField(_("issued on"))
    valid_until = models.DateField(_("valid until"), null=True)
    issued_by = models.ForeignKey("staff.User", models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey("staff.User", models.PROTECT, null=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    pdf_state = models.CharField(max_length=10, choices=PdfState, default=PdfState.WAITING)
    file = models.FileField(upload_to="certificates/", blank=True)

    class Meta:
        ordering = ("-issued_at", "-pk")
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        constraints = [
            models.UniqueConstraint(fields=("enrolment",), condition=Q(revoked_at=None), name="certificate_one_valid"),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("issued_on")), name="certificate_order"
            ),
        ]

    def __str__(self) -> str:
        return self.number
