"""Signs of life: when each repeating job last ran, and by which engine."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Pulse(models.Model):
    class Engine(models.TextChoices):
        BEAT = "beat", _("Celery")
        SPARE = "spare", _("Spare that needs no Redis")

    name = models.CharField(max_length=20)
    engine = models.CharField(max_length=10, choices=Engine, blank=True)
    last_at = models.DateTimeField()
    last_report = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("name", "engine")
        verbose_name = _("pulse")
        verbose_name_plural = _("pulses")
        constraints = [models.UniqueConstraint(fields=("name", "engine"), name="pulse_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.engine}"
