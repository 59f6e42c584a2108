"""What notices of training say, and what they say of a course."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from rooms.text import SUFFIXES
from staff.notice_texts import register

register(
    {
        "training_enrolled": (
            _("You take part in: %(course)s"),
            _("It begins on %(at)s. Its days, homework and examinations are on its page."),
        ),
        "training_to_give": (_("You are the trainer of: %(course)s"), _("It begins on %(at)s.")),
        "examination_set": (_("Written examination: %(course)s"), _("Open from %(at)s.")),
        "examination_marked": (_("Your written examination: %(percent)s %%"), _("%(course)s.")),
        "retake_allowed": (_("You may take the examination again: %(course)s"), _("Begin when you are ready.")),
        "practical_scored": (_("Your practical examination: %(percent)s %%"), _("%(course)s.")),
        "homework_set": (_("Homework: %(title)s"), _("%(course)s. Due on %(due)s.")),
        "homework_handed_in": (_("%(name)s has handed in: %(title)s"), _("%(course)s.")),
        "homework_passed": (_("Your homework has passed: %(title)s"), _("%(course)s.")),
        "homework_again": (
            _("Your homework is to be done again: %(title)s"),
            _("%(course)s. The trainer's remark is on its page."),
        ),
    }
)


def course_params(course: Any) -> dict[str, Any]:
    return {"course": {suffix: getattr(course, f"name_{suffix}") for suffix in SUFFIXES}}
