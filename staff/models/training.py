"""Courses, their runs with dated sessions, who takes part, attendance and homework."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from rooms.models import Room, Site
from rooms.text import NamedInThreeLanguages
from staff.models.practicals import PracticalList
from staff.models.skills import Skill

PERCENT = (MaxValueValidator(100),)


class SessionKind(models.TextChoices):
    THEORY = "theory", _("Theory")
    PRACTICE = "practice", _("Practice")
    VISIT = "visit", _("Visit")
    CASES = "cases", _("Cases")
    EXAMINATION = "examination", _("Examination")


class Conditions(models.Model):
    """What a certificate asks for and gives; a run keeps those its course had when it began."""

    attendance_percent = models.PositiveSmallIntegerField(_("attendance needed, %"), default=80, validators=PERCENT)
    needs_homework = models.BooleanField(_("homework needed"), default=True)
    needs_written = models.BooleanField(_("written examination needed"), default=True)
    written_pass = models.PositiveSmallIntegerField(_("pass mark, written, %"), default=60, validators=PERCENT)
    needs_practical = models.BooleanField(_("practical examination needed"), default=True)
    practical_pass = models.PositiveSmallIntegerField(_("pass mark, practical, %"), default=70, validators=PERCENT)
    # None is the list that comes with the product.
    practical_list = models.ForeignKey(
        PracticalList, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("practical checklist")
    )
    skill = models.ForeignKey(
        Skill, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("skill it gives")
    )
    valid_months = models.PositiveSmallIntegerField(
        _("valid for, months"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(120)]
    )

    class Meta:
        abstract = True


CONDITIONS = (
    "attendance_percent",
    "needs_homework",
    "needs_written",
    "written_pass",
    "needs_practical",
    "practical_pass",
    "practical_list",
    "skill",
    "valid_months",
)


def percents(name: str) -> models.CheckConstraint:
    fields = ("attendance_percent", "written_pass", "practical_pass")
    return models.CheckConstraint(condition=Q(*[(f"{field}__lte", 100) for field in fields]), name=name)


class Course(NamedInThreeLanguages, Conditions):
    """A course of the organisation (no site) or of one site; begun as a copy of a shipped programme or empty."""

    site = models.ForeignKey(
        Site, models.CASCADE, null=True, blank=True, related_name="courses", verbose_name=_("site")
    )
    # The programme it was copied from.
    programme = models.CharField(max_length=30, blank=True)
    # On which days of the week a run meets, Monday being 0; none stands for every working day.
    weekdays = models.JSONField(_("days of the week"), default=list, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ("name_zh_hans", "pk")
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        constraints = [percents("course_percents")]

    def __str__(self) -> str:
        return self.name


class CourseSession(NamedInThreeLanguages):
    course = models.ForeignKey(Course, models.CASCADE, related_name="sessions")
    place = models.PositiveSmallIntegerField()
    kind = models.CharField(_("kind"), max_length=20, choices=SessionKind, default=SessionKind.THEORY)
    about_zh_hans = models.TextField(max_length=1000, blank=True)
    about_zh_hant = models.TextField(max_length=1000, blank=True)
    about_en = models.TextField(max_length=1000, blank=True)

    class Meta:
        ordering = ("course", "place", "pk")


class CourseRun(Conditions):
    """A course held once, at one site."""

    course = models.ForeignKey(Course, models.PROTECT, related_name="runs")
    site = models.ForeignKey(Site, models.PROTECT, related_name="course_runs")
    trainer = models.ForeignKey("staff.User", models.PROTECT, related_name="runs_trained", verbose_name=_("trainer"))
    note = models.CharField(_("note"), max_length=200, blank=True)
    made_by = models.ForeignKey("staff.User", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-made_at", "-pk")
        verbose_name = _("run of a course")
        verbose_name_plural = _("runs of courses")
        constraints = [percents("course_run_percents")]

    def __str__(self) -> str:
        return f"{self.course} {self.pk}"


class RunSession(NamedInThreeLanguages):
    """One meeting of a run, with what the course said of it then."""

    run = models.ForeignKey(CourseRun, models.CASCADE, related_name="sessions")
    kind = models.CharField(_("kind"), max_length=20, choices=SessionKind, default=SessionKind.THEORY)
    about_zh_hans = models.TextField(max_length=1000, blank=True)
    about_zh_hant = models.TextField(max_length=1000, blank=True)
    about_en = models.TextField(max_length=1000, blank=True)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    room = models.ForeignKey(Room, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("room"))

    class Meta:
        ordering = ("starts_at", "pk")
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="run_session_order"),
        ]


class Enrolment(models.Model):
    """Somebody who takes part in a run; who left it stays on record."""

    run = models.ForeignKey(CourseRun, models.CASCADE, related_name="enrolments")
    user = models.ForeignKey("staff.User", models.PROTECT, related_name="enrolments")
    added_by = models.ForeignKey("staff.User", models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("user__display_name", "pk")
        constraints = [models.UniqueConstraint(fields=("run", "user"), name="enrolment_once")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.run_id}"


class Attendance(models.Model):
    class State(models.TextChoices):
        PRESENT = "present", _("present")
        LATE = "late", pgettext_lazy("attendance", "late")
        EXCUSED = "excused", _("excused")
        ABSENT = "absent", _("absent")

    session = models.ForeignKey(RunSession, models.CASCADE, related_name="attendance")
    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="attendance")
    state = models.CharField(max_length=10, choices=State)
    marked_by = models.ForeignKey("staff.User", models.PROTECT, related_name="+")
    marked_at = models.DateTimeField()

    class Meta:
        ordering = ("session", "pk")
        constraints = [models.UniqueConstraint(fields=("session", "enrolment"), name="attendance_once")]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.state}"


class Homework(models.Model):
    """Set by the trainer, in the trainer's language."""

    run = models.ForeignKey(CourseRun, models.CASCADE, related_name="homework")
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(_("what to do"), max_length=4000, blank=True)
    due_at = models.DateTimeField(_("due"))
    set_by = models.ForeignKey("staff.User", models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        ordering = ("due_at", "pk")
        verbose_name = _("homework")
        verbose_name_plural = _("homework")

    def __str__(self) -> str:
        return self.title


class HandedIn(models.Model):
    """One person's homework; handed in again until it is marked."""

    class Verdict(models.TextChoices):
        PASSED = "passed", _("passed")
        AGAIN = "again", _("to be done again")

    homework = models.ForeignKey(Homework, models.CASCADE, related_name="answers")
    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="homework")
    text = models.TextField(_("answer"), max_length=8000, blank=True)
    file = models.FileField(upload_to="homework/", blank=True)
    # As its owner called it; on the disk it has a name of our own.
    file_name = models.CharField(max_length=120, blank=True)
    handed_at = models.DateTimeField()
    verdict = models.CharField(max_length=10, choices=Verdict, blank=True)
    remark = models.TextField(_("remark"), max_length=1000, blank=True)
    marked_by = models.ForeignKey("staff.User", models.PROTECT, null=True, related_name="+")
    marked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("handed_at", "pk")
        constraints = [
            models.UniqueConstraint(fields=("homework", "enrolment"), name="handed_in_once"),
            models.CheckConstraint(condition=Q(verdict="") | Q(marked_at__isnull=False), name="handed_in_marked"),
        ]

    def __str__(self) -> str:
        return f"{self.homework_id} by {self.enrolment_id}"
