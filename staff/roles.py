"""The roles of the product: Django groups by these names, scoped by the person's site."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    APPLICANT = "applicant", _("Applicant")
    SECRETARY = "secretary", _("Secretary")
    SERVICE_STAFF = "service_staff", _("Service staff")
    CLEANER = "cleaner", _("Cleaner")
    TECHNICIAN = "technician", _("Technician")
    MANAGER = "manager", _("Service manager")
    ADMINISTRATOR = "administrator", _("Administrator")


# People who walk the floor and work from the tablet.
FLOOR_ROLES = (Role.SERVICE_STAFF, Role.CLEANER, Role.TECHNICIAN)
# Roles a standard's step may ask for and a shift may be worked in.
DUTY_ROLES = (*FLOOR_ROLES, Role.SECRETARY, Role.MANAGER)
