"""Checklists of practical examinations: a house's own, each under its versions."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from rooms.models import Site
from rooms.text import NamedInThreeLanguages


class PracticalList(NamedInThreeLanguages):
    """A checklist of the organisation (no site) or of one site."""

    site = models.ForeignKey(
        Site, models.CASCADE, null=True, blank=True, related_name="practical_lists", verbose_name=_("site")
    )
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ("name_zh_hans", "pk")
        verbose_name = _("practical checklist")
        verbose_name_plural = _("practical checklists")


class PracticalVersion(models.Model):
    """A checklist as it once stood; what is changed is the next version, and this one stays."""

    of = models.ForeignKey(PracticalList, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    # {"code", "kind", and a text for each language}, in their order.
    lines = models.JSONField()
    made_by = models.ForeignKey("staff.User", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("of", "-number")
        constraints = [models.UniqueConstraint(fields=("of", "number"), name="practical_version_once")]

    def __str__(self) -> str:
        return f"{self.of_id} version {self.number}"
