from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChecklistsConfig(AppConfig):
    name = "checklists"
    verbose_name = _("Checklists")

    def ready(self) -> None:
        import_module("checklists.notice_texts")
        import_module("checklists.notice_kinds")
        # Says on a notice of a late step that it can be taken over there.
        import_module("checklists.notice_offers")
        import_module("checklists.day_texts")
        import_module("checklists.receivers")
        import_module("checklists.feeds")
        # Says of a meeting nobody checked in to that somebody serves it.
        import_module("checklists.selectors.signs")
        # Gives the board its marks.
        import_module("checklists.selectors.readiness")
