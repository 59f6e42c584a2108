"""Pictures that prove a step: a photo from the tablet, a signature drawn on its glass."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from checklists.models.plan import Step
from staff.models import User


class StepFile(models.Model):
    """Kept under a name that nobody can guess and served to those who may see the step."""

    class Kind(models.TextChoices):
        PHOTO = "photo", _("Photo")
        SIGNATURE = "signature", _("Signature")

    # Made by the device like a tick's `op`: the same one again is the same file.
    op = models.UUIDField(unique=True)
    step = models.ForeignKey(Step, models.CASCADE, related_name="files")
    kind = models.CharField(max_length=20, choices=Kind)
    file = models.FileField(upload_to="evidence/%Y/%m/")
    signed_name = models.CharField(max_length=80, blank=True)
    taken_at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("taken_at", "pk")

    def __str__(self) -> str:
        return f"{self.kind} of {self.step_id}"
