"""Input of the pages of courses, runs and homework."""

import uuid
from datetime import datetime
from pathlib import PurePath
from typing import Any

from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from rooms.dates import WITHIN_CALENDAR, format_weekday
from rooms.models import Room, Site
from rooms.selectors import at_wall, sites_visible_to
from rooms.text import NAMES, SUFFIXES
from staff.forms import DateInput, TimeInput, bare_helper
from staff.models import Attendance, Course, CourseRun, HandedIn, SessionKind, User
from staff.models.training import CONDITIONS
from staff.permissions import leads_at
from staff.roles import Role
from staff.selectors.practicals import lists_for
from staff.selectors.skills import people_who_serve, skills_in_use
from staff.selectors.training import possible_trainers
from staff.services.runs import Times
from staff.skill_forms import NAME_LABELS

MOST_SESSIONS = 60
SHIPPED_LIST = _("The checklist that comes with the product")
# What a trainer can open anywhere; nothing that a browser would run.
FILE_KINDS = ("pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "txt", "jpg", "jpeg", "png", "zip")
LARGEST_FILE = 20 * 1024 * 1024


def pair(*names: str) -> Div:
    return Div(*(Field(name, wrapper_class="col-sm-6") for name in names), css_class="row")


CONDITION_ROWS = (
    pair("attendance_percent", "needs_homework"),
    pair("needs_written", "written_pass"),
    pair("needs_practical", "practical_pass"),
    pair("practical_list", "skill"),
    pair("valid_months"),
)


class CourseForm(forms.ModelForm):
    weekdays = forms.TypedMultipleChoiceField(
        label=pgettext_lazy("course", "Days of the week"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: every working day."),
    )

    class Meta:
        model = Course
        fields = (*NAMES, "site", "weekdays", *CONDITIONS, "is_active")
        labels = NAME_LABELS
        help_texts = {"valid_months": _("Empty: what it gives does not lapse.")}

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_administrator = actor.has_role(Role.ADMINISTRATOR)
        self.fields["site"].queryset = Site.objects.filter(pk__in=[site.pk for site in sites_visible_to(actor)])
        self.fields["site"].required = not is_administrator
        self.fields["site"].empty_label = _("The whole organisation") if is_administrator else None
        self.fields["skill"].queryset = skills_in_use()
        self.fields["practical_list"].queryset = lists_for(
            sites_visible_to(actor), kept=self.instance.practical_list_id
        )
        self.fields["practical_list"].empty_label = SHIPPED_LIST
        self.fields["weekdays"].choices = [(number, format_weekday(number)) for number in range(7)]
        self.fields["is_active"].initial = True
        if not self.instance.pk:
            self.fields["site"].initial = actor.site_id
        names = Div(*(Field(name, wrapper_class="col-md-4") for name in NAMES), css_class="row")
        self.helper = bare_helper(
            Layout(names, "site", Field("weekdays", css_class="role-choice"), *CONDITION_ROWS, "is_active")
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        practical_list = data.get("practical_list")
        if practical_list and practical_list.site_id and practical_list.site != data.get("site"):
            self.add_error("practical_list", _("This checklist is another site's."))
        return data


class CourseSessionForm(forms.Form):
    name_zh_hans = forms.CharField(label=NAME_LABELS["name_zh_hans"], max_length=120, required=False)
    name_zh_hant = forms.CharField(label=NAME_LABELS["name_zh_hant"], max_length=120, required=False)
    name_en = forms.CharField(label=NAME_LABELS["name_en"], max_length=120, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=SessionKind, initial=SessionKind.THEORY)
    about_zh_hans = forms.CharField(label=_("Content"), max_length=1000, required=False)
    about_zh_hant = forms.CharField(label=_("Content"), max_length=1000, required=False)
    about_en = forms.CharField(label=_("Content"), max_length=1000, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs["class"] = "form-select" if name == "kind" else "form-control form-control-sm"

    def clean(self) -> dict[str, Any]:
        """A line without any text is none."""
        data = super().clean() or {}
        texts = [data.get(f"{field}_{suffix}") for field in ("name", "about") for suffix in SUFFIXES]
        if any(texts) and not data.get("name_zh_hans") and "name_zh_hans" not in self.errors:
            self.add_error("name_zh_hans", _("A session needs a name."))
        return data

    @property
    def pairs(self) -> list[tuple[Any, Any]]:
        """Name and content of each language."""
        return [(self[f"name_{suffix}"], self[f"about_{suffix}"]) for suffix in SUFFIXES]


SessionFormSet = forms.formset_factory(
    CourseSessionForm,
    extra=1,
    can_delete=True,
    can_order=True,
    max_num=MOST_SESSIONS,
    absolute_max=MOST_SESSIONS,
    validate_max=True,
)


class CopyForm(forms.Form):
    """A programme copied for a site, or by an administrator for all."""

    programme = forms.CharField(max_length=30)
    site = forms.ModelChoiceField(queryset=Site.objects.none(), required=False)

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        self.fields["site"].queryset = Site.objects.filter(pk__in=[site.pk for site in sites_visible_to(actor)])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "site" not in self.errors and data.get("site") is None and not self.actor.has_role(Role.ADMINISTRATOR):
            data["site"] = self.actor.site
        return data


class RunForm(forms.Form):
    trainer = forms.ModelChoiceField(label=_("Trainer"), queryset=User.objects.none())
    first = forms.DateField(label=_("First day"), widget=DateInput(), validators=WITHIN_CALENDAR)
    begins = forms.TimeField(label=_("From"), widget=TimeInput(step=300))
    ends = forms.TimeField(label=_("Until"), widget=TimeInput(step=300))
    room = forms.ModelChoiceField(
        label=_("Room"),
        queryset=Room.objects.none(),
        required=False,
        help_text=_("A note only: the room is booked as any other."),
    )
    people = forms.ModelMultipleChoiceField(
        label=_("Participants"),
        queryset=User.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["trainer"].queryset = possible_trainers(site)
        self.fields["room"].queryset = Room.objects.filter(site=site, is_active=True)
        self.fields["people"].queryset = people_who_serve(site)
        times = Div(Field("begins", wrapper_class="col-6"), Field("ends", wrapper_class="col-6"), css_class="row")
        self.helper = bare_helper(Layout(pair("trainer", "first"), times, "room"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("begins") and data.get("ends") and data["begins"] >= data["ends"]:
            self.add_error("ends", _("A session must end after it begins."))
        return data

    @property
    def times(self) -> Times:
        return Times(*(self.cleaned_data[name] for name in ("first", "begins", "ends", "room")))


class RunChangeForm(forms.ModelForm):
    class Meta:
        model = CourseRun
        fields = ("trainer", "note", *CONDITIONS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["trainer"].queryset = possible_trainers(self.instance.site)
        self.fields["skill"].queryset = skills_in_use()
        self.fields["practical_list"].queryset = lists_for([self.instance.site], kept=self.instance.practical_list_id)
        self.fields["practical_list"].empty_label = SHIPPED_LIST
        self.helper = bare_helper(Layout(pair("trainer", "note"), *CONDITION_ROWS))


class ParticipantsForm(forms.Form):
    people = forms.ModelMultipleChoiceField(
        label=_("Participants"), queryset=User.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, run: CourseRun, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        inside = run.enrolments.filter(left_at=None).values("user")
        self.fields["people"].queryset = people_who_serve(run.site).exclude(pk__in=inside)


class SessionForm(forms.Form):
    on = forms.DateField(label=_("Date"), widget=DateInput(), validators=WITHIN_CALENDAR)
    begins = forms.TimeField(label=_("From"), widget=TimeInput(step=300))
    ends = forms.TimeField(label=_("Until"), widget=TimeInput(step=300))
    room = forms.ModelChoiceField(label=_("Room"), queryset=Room.objects.none(), required=False)

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.site = site
        self.fields["room"].queryset = Room.objects.filter(site=site)
        self.helper = bare_helper(Layout(pair("on", "room"), pair("begins", "ends")))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("begins") and data.get("ends") and data["begins"] >= data["ends"]:
            self.add_error("ends", _("A session must end after it begins."))
        return data

    @property
    def span(self) -> tuple[datetime, datetime]:
        on, begins, ends = (self.cleaned_data[name] for name in ("on", "begins", "ends"))
        return at_wall(self.site, on, begins), at_wall(self.site, on, ends)


class AttendanceForm(forms.Form):
    """One choice for each person; nothing chosen is no mark."""

    def __init__(self, *args: Any, enrolments: Any, marks: dict[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.enrolments = list(enrolments)
        for row in self.enrolments:
            self.fields[f"state_{row.pk}"] = forms.ChoiceField(
                label=str(row.user),
                choices=[("", _("not marked")), *Attendance.State.choices],
                required=False,
                initial=marks.get(row.pk, ""),
                widget=forms.RadioSelect,
            )

    @property
    def rows(self) -> list[tuple[Any, list[tuple[str, str, bool]], Any]]:
        """With the choices of each; a widget would draw every one of them by a template of its own."""
        words = [("", str(_("not marked"))), *((value, str(word)) for value, word in Attendance.State.choices)]
        return [(row, self.choices_of(row, words), self.errors.get(f"state_{row.pk}")) for row in self.enrolments]

    def choices_of(self, row: Any, words: list[tuple[str, str]]) -> list[tuple[str, str, bool]]:
        name = f"state_{row.pk}"
        chosen = self.data.get(name, "") if self.is_bound else self.fields[name].initial
        return [(value, word, value == chosen) for value, word in words]

    @property
    def states(self) -> dict[int, str]:
        """With the button for it, whoever is not marked otherwise is present."""
        rest = Attendance.State.PRESENT.value if self.data.get("rest") == Attendance.State.PRESENT else ""
        return {row.pk: self.cleaned_data[f"state_{row.pk}"] or rest for row in self.enrolments}


class HomeworkForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=120)
    text = forms.CharField(
        label=pgettext_lazy("homework", "What to do"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    due_on = forms.DateField(label=_("Due on"), widget=DateInput(), validators=WITHIN_CALENDAR)
    due = forms.TimeField(label=_("Until"), widget=TimeInput(step=300))

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.site = site
        self.helper = bare_helper(Layout("title", "text", pair("due_on", "due")))

    @property
    def fields_of_homework(self) -> dict[str, Any]:
        data = self.cleaned_data
        due_at = at_wall(self.site, data["due_on"], data["due"])
        return {"title": data["title"], "text": data["text"], "due_at": due_at}


def checked_file(upload: UploadedFile | None) -> UploadedFile | None:
    """Kept under a name of our own, so that no name of theirs becomes a path."""
    if upload is None:
        return None
    kind = PurePath(upload.name or "").suffix.lower().lstrip(".")
    if kind not in FILE_KINDS:
        raise forms.ValidationError(_("Please use one of: %(kinds)s.") % {"kinds": ", ".join(FILE_KINDS)})
    if (upload.size or 0) > LARGEST_FILE:
        raise forms.ValidationError(_("The file is larger than 20 MB."))
    upload.name = f"{uuid.uuid4().hex}.{kind}"
    return upload


class HandInForm(forms.Form):
    text = forms.CharField(
        label=pgettext_lazy("examination", "Answer"),
        max_length=8000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    file = forms.FileField(label=_("File"), required=False)
    file_name = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = bare_helper()

    def clean_file(self) -> UploadedFile | None:
        upload = self.cleaned_data["file"]
        if upload:
            self.file_name = PurePath(upload.name or "").name[-120:]
        return checked_file(upload)


class MarkForm(forms.Form):
    verdict = forms.ChoiceField(label=_("Result"), choices=HandedIn.Verdict, widget=forms.RadioSelect)
    remark = forms.CharField(
        label=_("Remark"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}),
    )
    seen = forms.DateTimeField(widget=forms.HiddenInput)


def may_use(actor: User, site: Site | None) -> bool:
    """Whether a course may be made this site's, or the organisation's."""
    return actor.has_role(Role.ADMINISTRATOR) if site is None else leads_at(actor, site.pk)
