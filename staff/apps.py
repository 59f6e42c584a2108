from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class StaffConfig(AppConfig):
    name = "staff"
    verbose_name = _("Staff")

    def ready(self) -> None:
        import_module("staff.checks")
        import_module("staff.duty_notice_texts")
        import_module("staff.receivers")
        import_module("staff.pin_words")
        import_module("staff.training_words")
        # A flush empties the groups as well, and says post_migrate afterwards.
        post_migrate.connect(import_module("staff.services.roles").ensure_roles, sender=self)
