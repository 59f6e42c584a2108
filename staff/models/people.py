"""People: accounts, roles, API tokens."""

from collections.abc import Sequence
from functools import cached_property
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import AbstractUser, UserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rooms.models import Site
from staff.roles import FLOOR_ROLES, Role


def all_scopes() -> list[str]:
    """A token made before there was a choice may do what its person may do."""
    return list(Scope.values)


class User(AbstractUser):
    first_name = None
    last_name = None
    display_name = models.CharField(_("name"), max_length=60)
    latin_name = models.CharField(_("name in Latin letters"), max_length=60, blank=True)
    department = models.CharField(_("department"), max_length=80, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, blank=True)
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="people", verbose_name=_("site"))
    photo = models.ImageField(_("photo"), upload_to="people/", blank=True)

    objects: ClassVar[UserManager["User"]] = UserManager()
    # Of a session's person, who is read with them.
    role_names: Sequence[str] | None = None

    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name"]

    class Meta:
        ordering = ("username",)
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = (
            # Of those who have left no picture is kept.
            models.CheckConstraint(condition=Q(is_active=True) | Q(photo=""), name="person_photo_while_active"),
        )

    def __str__(self) -> str:
        return self.get_full_name()

    def get_full_name(self) -> str:
        return self.display_name or self.username

    def get_short_name(self) -> str:
        return self.get_full_name()

    @cached_property
    def roles(self) -> frozenset[str]:
        """Names of the person's roles; read once per object."""
        # Through `all()`, so that a prefetched list of people needs no query for each; a session's person brings them.
        brought = self.role_names
        names = {group.name for group in self.groups.all()} if brought is None else set(brought)
        return frozenset(names | ({Role.ADMINISTRATOR.value} if self.is_superuser else set()))

    def has_role(self, *wanted: str) -> bool:
        return self.is_active and not self.roles.isdisjoint(wanted)

    @property
    def role_labels(self) -> list[str]:
        return [str(role.label) for role in Role if role.value in self.roles]

    @property
    def zone(self) -> ZoneInfo:
        """The zone times are shown to this person in."""
        return self.site.zone if self.site else ZoneInfo(settings.TIME_ZONE)

    @property
    def is_floor_staff(self) -> bool:
        return self.has_role(*FLOOR_ROLES)


class Scope(models.TextChoices):
    """What a token may be used for; never more than its person may do."""

    READ = "read", _("Read")
    BOOKINGS = "bookings", _("Ask for rooms and change bookings")
    DECIDE = "decide", _("Decide on requests")
    STEPS = "steps", _("Tick steps and run meetings")


class ApiToken(models.Model):
    """A bearer token of one person; only its digest is stored."""

    user = models.ForeignKey(User, models.CASCADE, related_name="api_tokens")
    name = models.CharField(_("name"), max_length=60, blank=True)
    scopes = ArrayField(models.CharField(max_length=20, choices=Scope), default=all_scopes)
    expires_at = models.DateTimeField(_("valid until"), null=True)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-created_at",)
        verbose_name = _("token")
        verbose_name_plural = _("tokens")

    def __str__(self) -> str:
        return f"{self.user} {self.created_at:%Y-%m-%d}"

    @property
    def scope_labels(self) -> list[str]:
        return [str(each.label) for each in Scope if each.value in self.scopes]


class StaffLog(models.Model):
    """Append-only: who changed a person's account or shifts."""

    person = models.ForeignKey(User, models.CASCADE, related_name="log")
    at = models.DateTimeField()
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    verb = models.CharField(max_length=40)
    changes = models.JSONField(default=dict)

    class Meta:
        ordering = ("-at", "-pk")
        verbose_name = _("log entry of people")
        verbose_name_plural = _("log of people")

    def __str__(self) -> str:
        return f"{self.verb} {self.at:%Y-%m-%d %H:%M}"
