"""A published, numbered version of the rule book, and its items."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rooms.models import Site
from rooms.text import localized
from staff.models import User
from staff.roles import Role


class StepRole(models.TextChoices):
    """Who a step may fall to: the duty roles, and the department that holds the meeting."""

    SERVICE_STAFF = Role.SERVICE_STAFF.value, _("Service staff")
    SECRETARY = Role.SECRETARY.value, _("Secretary")
    MANAGER = Role.MANAGER.value, _("Service manager")
    CLEANER = Role.CLEANER.value, _("Cleaner")
    TECHNICIAN = Role.TECHNICIAN.value, _("Technician")
    HOST = "host", _("Host department")


class ServiceStandard(models.Model):
    """Immutable once published: plans made from it stay as they were."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")

    # Without a site: the standard for every site that has none of its own.
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="standards")
    # Given when it is published; a draft has none.
    number = models.PositiveIntegerField(_("number"), null=True)
    state = models.CharField(max_length=20, choices=State, default=State.DRAFT)
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    based_on = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    edited_at = models.DateTimeField(null=True)
    edited_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    # What changed and why, in the words of whoever published it.
    note = models.CharField(_("remark"), max_length=300, blank=True)
    # The rule book as validated on load; the planner reads this.
    document = models.JSONField()

    class Meta:
        ordering = ("-number",)
        constraints = [
            models.UniqueConstraint(fields=("site", "number"), nulls_distinct=False, name="standard_number_once"),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(published_at__isnull=False, number__isnull=False),
                name="standard_published_at",
            ),
            models.UniqueConstraint(
                fields=("site",), condition=Q(state="draft"), nulls_distinct=False, name="standard_one_draft"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}"


class StandardItem(models.Model):
    """One rule of a standard, with its wording per language; its timing stands in `rule` as validated."""

    class Phase(models.TextChoices):
        DAILY = "daily", _("Every working day")
        BEFORE = "before", _("Before the meeting")
        DURING = "during", _("During the meeting")
        AFTER = "after", _("After the meeting")

    standard = models.ForeignKey(ServiceStandard, models.CASCADE, related_name="items")
    code = models.CharField(max_length=20)
    position = models.PositiveSmallIntegerField()
    phase = models.CharField(max_length=20, choices=Phase)
    roles = ArrayField(models.CharField(max_length=20, choices=StepRole))
    group = models.CharField(max_length=40, blank=True)
    title_zh_hans = models.CharField(max_length=80)
    title_zh_hant = models.CharField(max_length=80)
    title_en = models.CharField(max_length=120)
    text_zh_hans = models.CharField(max_length=300)
    text_zh_hant = models.CharField(max_length=300)
    text_en = models.CharField(max_length=500)
    rule = models.JSONField()

    class Meta:
        ordering = ("standard", "position")
        constraints = [models.UniqueConstraint(fields=("standard", "code"), name="standard_item_once")]

    def __str__(self) -> str:
        return self.code

    @property
    def title(self) -> str:
        return localized(self, "title")

    @property
    def text(self) -> str:
        return localized(self, "text")
