"""What is remembered of the sheets that come in."""

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class RememberedColumns(models.Model):
    """Which heading of a site's files means which field, from the last time."""

    site: Any
    fields = models.JSONField(default=dict)

    class Meta:
        abstract = True
        verbose_name = _("remembered columns")
        verbose_name_plural = _("remembered columns")

    def __str__(self) -> str:
        return str(self.site_id)  # type: ignore[attr-defined] # the key to its site is the model's own

    def remember(self, heads: Sequence[str], mapping: Sequence[str]) -> None:
        self.fields |= dict(zip(heads, mapping, strict=True))
        self.save(update_fields=["fields"])
