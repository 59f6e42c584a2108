"""What a meeting asks of whoever serves it, by its kind, its facts or a standard item; and how far rooms are apart."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rooms.models import Site
from staff.models import Skill
from staff.roles import DUTY_ROLES, Role

WALK_LONGEST, STEP_LONGEST, SHARED_MOST = 60, 60, 200
# Serving always has its person; the steps of these may stay with everyone of the role.
MAY_BE_COMMON = tuple(role for role in DUTY_ROLES if role != Role.SERVICE_STAFF)


class StaffingNeed(models.Model):
    """One skill that a role must have for some meetings of a site."""

    class Ground(models.TextChoices):
        KIND = "kind", _("Kind of meeting")
        FACT = "fact", _("Something asked for")
        ITEM = "item", _("Standard item")

    class Fact(models.TextChoices):
        FOREIGN_GUESTS = "foreign_guests", _("Foreign guests")
        IMPORTANT_GUESTS = "important_guests", _("Important guests")
        TEA = "tea", _("Tea")
        COFFEE = "coffee", _("Coffee")
        SOUND = "sound", _("Sound system")
        VIDEO_CONFERENCE = "video_conference", _("Video conference")

    site = models.ForeignKey(Site, models.CASCADE, related_name="staffing_needs")
    role = models.CharField(_("role"), max_length=20, choices=[(role.value, role.label) for role in DUTY_ROLES])
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="+", verbose_name=_("skill"))
    ground = models.CharField(max_length=10, choices=Ground)
    # A kind of booking, a fact, or the id of a standard's item.
    value = models.CharField(max_length=30)

    class Meta:
        ordering = ("role", "ground", "value", "skill")
        verbose_name = _("need of skills")
        verbose_name_plural = _("needs of skills")
        constraints = [
            models.UniqueConstraint(fields=("site", "role", "skill", "ground", "value"), name="staffing_need_once"),
            models.CheckConstraint(condition=~Q(value=""), name="staffing_need_names_something"),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.ground}:{self.value} {self.skill_id}"


class AssignmentRules(models.Model):
    """How far rooms are apart, how long a step takes, and which rounds one person may do in turn."""

    site = models.OneToOneField(Site, models.CASCADE, related_name="assignment_rules")
    room_minutes = models.PositiveSmallIntegerField(
        _("minutes from room to room"), default=1, validators=[MaxValueValidator(WALK_LONGEST)]
    )
    floor_minutes = models.PositiveSmallIntegerField(
        _("minutes from floor to floor"), default=2, validators=[MaxValueValidator(WALK_LONGEST)]
    )
    building_minutes = models.PositiveSmallIntegerField(
        _("minutes from building to building"), default=5, validators=[MaxValueValidator(WALK_LONGEST)]
    )
    step_minutes = models.PositiveSmallIntegerField(
        _("minutes of a step"), default=5, validators=[MaxValueValidator(STEP_LONGEST)]
    )
    # Empty: the standard's rounds are done by one person for each room.
    shared_heads = models.PositiveSmallIntegerField(
        _("people in two neighbouring rooms that one person may serve"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(SHARED_MOST)],
    )
    common_roles = ArrayField(
        models.CharField(max_length=20, choices=[(role.value, role.label) for role in MAY_BE_COMMON]),
        verbose_name=_("roles that nobody is assigned in"),
        default=list,
        blank=True,
    )

    class Meta:
        verbose_name = _("assignment rules")
        verbose_name_plural = _("assignment rules")
        constraints = [
            models.CheckConstraint(
                condition=Q(room_minutes__lte=WALK_LONGEST, floor_minutes__lte=WALK_LONGEST)
                & Q(building_minutes__lte=WALK_LONGEST)
                & Q(step_minutes__lte=STEP_LONGEST)
                & (Q(shared_heads=None) | Q(shared_heads__lte=SHARED_MOST)),
                name="assignment_rules_in_bounds",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.site_id}"
