"""Written examinations: questions, papers drawn for each person; and practical ones by checklist."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from rooms.models import Site
from rooms.text import localized
from staff.models.practicals import PracticalVersion
from staff.models.training import CourseRun, Enrolment


class Question(models.Model):
    """One question of the bank; in as many languages as its writer knows."""

    class Kind(models.TextChoices):
        SINGLE = "single", _("one right answer")
        MULTIPLE = "multiple", _("several right answers")
        TRUE_FALSE = "true_false", _("true or false")
        TEXT = "text", _("in words, marked by hand")

    class Topic(models.TextChoices):
        PLANNING = "planning", _("Planning")
        VENUE = "venue", _("Venue layout")
        MEETING = "meeting", _("Meeting management")
        RECEPTION = "reception", _("Reception")
        SAFETY = "safety", _("Safety and emergencies")
        LOGISTICS = "logistics", _("Logistics and workflow")

    # None is the whole organisation's.
    site = models.ForeignKey(
        Site, models.CASCADE, null=True, blank=True, related_name="questions", verbose_name=_("site")
    )
    # Of a question that came with the product.
    code = models.CharField(max_length=30, null=True, blank=True, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.SINGLE)
    topic = models.CharField(pgettext_lazy("examination", "Topic"), max_length=12, choices=Topic)
    text_zh_hans = models.TextField(max_length=1000, blank=True)
    text_zh_hant = models.TextField(max_length=1000, blank=True)
    text_en = models.TextField(max_length=1000, blank=True)
    # Texts by language in a fixed order; `key` are the places of the right ones, or whether the sentence is true.
    options = models.JSONField(default=list, blank=True)
    key = models.JSONField(default=list, blank=True)
    points = models.PositiveSmallIntegerField(
        _("points"), default=1, validators=[MinValueValidator(1), MaxValueValidator(50)]
    )
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ("topic", "pk")
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        constraints = [
            models.CheckConstraint(
                condition=~Q(text_zh_hans="", text_zh_hant="", text_en=""), name="question_has_text"
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        return localized(self, "text")


class Examination(models.Model):
    """The written examination of a run: how much is asked, how long it lasts and when it may be taken."""

    run = models.OneToOneField(CourseRun, models.CASCADE, related_name="examination")
    topics = models.JSONField(_("topics"), default=list, blank=True)
    question_count = models.PositiveSmallIntegerField(
        _("questions"), default=10, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), default=30, validators=[MinValueValidator(1), MaxValueValidator(300)]
    )
    opens_at = models.DateTimeField(_("from"))
    closes_at = models.DateTimeField(_("until"))
    set_by = models.ForeignKey("staff.User", models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        verbose_name = _("written examination")
        verbose_name_plural = _("written examinations")
        constraints = [models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="examination_order")]

    def __str__(self) -> str:
        return f"examination of {self.run_id}"


class Paper(models.Model):
    """One person's paper, drawn when they begin; a retake is another."""

    examination = models.ForeignKey(Examination, models.CASCADE, related_name="papers")
    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="papers")
    number = models.PositiveSmallIntegerField()
    # Empty until its person begins: a retake that was allowed.
    begun_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    handed_at = models.DateTimeField(null=True)
    marked_at = models.DateTimeField(null=True)
    percent = models.PositiveSmallIntegerField(null=True)
    allowed_by = models.ForeignKey("staff.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("examination", "enrolment", "number")
        constraints = [
            models.UniqueConstraint(fields=("examination", "enrolment", "number"), name="paper_once"),
            models.UniqueConstraint(
                fields=("examination", "enrolment"), condition=Q(handed_at=None), name="paper_one_open"
            ),
            models.CheckConstraint(condition=Q(percent=None) | Q(percent__lte=100), name="paper_percent"),
        ]

    def __str__(self) -> str:
        return f"paper {self.number} of {self.enrolment_id}"


class PaperQuestion(models.Model):
    """A question as it stood when the paper was drawn, its options in this paper's order."""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="questions")
    place = models.PositiveSmallIntegerField()
    question = models.ForeignKey(Question, models.SET_NULL, null=True, related_name="+")
    # {"kind", "text", "options", "key", "points"}: the key never leaves the server.
    content = models.JSONField()
    answer = models.JSONField(null=True)
    answered_at = models.DateTimeField(null=True)
    given = models.PositiveSmallIntegerField(null=True)
    marked_by = models.ForeignKey("staff.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("paper", "place")
        constraints = [models.UniqueConstraint(fields=("paper", "place"), name="paper_place_once")]

    def __str__(self) -> str:
        return f"{self.paper_id}.{self.place}"


class Practical(models.Model):
    """A practical examination: every item scored by the examiner; another try is another row."""

    op = models.UUIDField(unique=True)
    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="practicals")
    examiner = models.ForeignKey("staff.User", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    # The list it was held with; None is the one that comes with the product.
    version = models.ForeignKey(PracticalVersion, models.PROTECT, null=True, related_name="+")
    # Item code to points from 0 to 2.
    scores = models.JSONField(default=dict)
    percent = models.PositiveSmallIntegerField()
    # Something that must never fail was not shown: not passed, whatever the points.
    has_failed = models.BooleanField(default=False)
    remark = models.TextField(_("remark"), max_length=1000, blank=True)

    class Meta:
        ordering = ("-at", "-pk")
        verbose_name = _("practical examination")
        verbose_name_plural = _("practical examinations")
        constraints = [models.CheckConstraint(condition=Q(percent__lte=100), name="practical_percent")]

    def __str__(self) -> str:
        return f"practical of {self.enrolment_id}"
