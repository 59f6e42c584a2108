"""What is remembered of the sheets that come in."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RememberedColumns(models.Model):
    """Which heading of a site's files means which field, from the last time; whose `site` it is says each kind."""

    fields = models.JSONField(default=dict)

    class Meta:
        abstract = True
        verbose_name = _("remembered columns")
        verbose_name_plural = _("remembered columns")

    def __str__(self) -> str:
        return f"{self.pk}"
