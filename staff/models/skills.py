"""What people can do, and until when that is known."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rooms.models import Room
from rooms.text import NamedInThreeLanguages


class Skill(NamedInThreeLanguages):
    """One thing to be good at, for the whole organisation: the tea ceremony, French, the sound desk."""

    code = models.SlugField(_("code"), max_length=30, unique=True)
    place = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ("place", "code")
        verbose_name = _("skill")
        verbose_name_plural = _("skills")


class PersonSkill(models.Model):
    """A skill of a person; one that lapses is held through its last day."""

    user = models.ForeignKey("staff.User", models.CASCADE, related_name="skills")
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="people")
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=120, blank=True)
    granted_by = models.ForeignKey("staff.User", models.PROTECT, null=True, related_name="+")
    granted_at = models.DateTimeField()

    class Meta:
        ordering = ("skill", "user")
        verbose_name = _("skill of a person")
        verbose_name_plural = _("skills of people")
        constraints = [
            models.UniqueConstraint(fields=("user", "skill"), name="person_skill_once"),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=models.F("valid_from")), name="person_skill_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.skill}"


class KnownRoom(models.Model):
    """A room somebody knows their way about; who knows none in particular may be sent to any."""

    user = models.ForeignKey("staff.User", models.CASCADE, related_name="known_rooms")
    room = models.ForeignKey(Room, models.CASCADE, related_name="known_by")

    class Meta:
        ordering = ("room", "user")
        constraints = [models.UniqueConstraint(fields=("user", "room"), name="known_room_once")]

    def __str__(self) -> str:
        return f"{self.user} {self.room}"
