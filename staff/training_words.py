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
        "practical_failed": (
            _("Your practical examination is not passed"),
            _("%(course)s. Something that must never fail was not shown."),
        ),
        "certificate_issued": (
            _("Your certificate %(number)s is issued"),
            _("%(course)s. It can be opened on its page."),
        ),
        "certificate_revoked": (_("Your certificate %(number)s is revoked"), _("%(reason)s")),
        "training_planned": (_("Training planned for you: %(course)s"), _("By %(due)s.")),
        "training_due": (_("Training due soon: %(course)s"), _("By %(due)s.")),
        "praised": (_("%(name)s has praised you"), _("What was said stands in your record.")),
        "thanked": (_("%(name)s thanks you"), _("What for stands in your record.")),
        "conduct_noted": (
            _("Noted at the check of appearance and conduct"),
            _("%(at)s. What it is stands in your record."),
        ),
        "skill_lapses": (_("Your skill lapses: %(skill)s"), _("It is valid until %(on)s.")),
        "skill_of_lapses": (_("A skill of %(name)s lapses: %(skill)s"), _("It is valid until %(on)s.")),
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
