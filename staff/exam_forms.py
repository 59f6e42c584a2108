"""Input of the pages of examinations."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from crispy_forms.layout import Field, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from rooms.dates import WITHIN_CALENDAR
from rooms.models import Site
from rooms.selectors import at_wall, sites_visible_to
from rooms.text import SUFFIXES
from staff.forms import DateInput, TimeInput, bare_helper
from staff.models import Examination, Question, User
from staff.practical import SCORE_WORDS, Item, Line, codes_of, grouped
from staff.roles import Role
from staff.training_forms import pair

MOST_OPTIONS = 6
LANGUAGE_NAMES = {"zh_hans": _("Simplified Chinese"), "zh_hant": _("Traditional Chinese"), "en": _("English")}


class QuestionForm(forms.ModelForm):
    """A question with its options, each in up to three languages, and which of them are right."""

    is_true = forms.TypedChoiceField(
        label=_("The sentence is"),
        choices=[("true", _("true")), ("false", _("false"))],
        coerce=lambda text: text == "true",
        required=False,
        empty_value=True,
    )

    class Meta:
        model = Question
        fields = ("topic", "kind", "points", "site", "text_zh_hans", "text_zh_hant", "text_en", "is_active")
        labels = {f"text_{suffix}": label for suffix, label in LANGUAGE_NAMES.items()}

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_administrator = actor.has_role(Role.ADMINISTRATOR)
        self.fields["site"].queryset = Site.objects.filter(pk__in=[site.pk for site in sites_visible_to(actor)])
        self.fields["site"].required = not is_administrator
        self.fields["site"].empty_label = _("The whole organisation") if is_administrator else None
        if not self.instance.pk:
            self.fields["site"].initial = actor.site_id
            self.fields["is_active"].initial = True
        for suffix in SUFFIXES:
            self.fields[f"text_{suffix}"].widget = forms.Textarea(attrs={"rows": 2})
        if self.instance.kind == Question.Kind.TRUE_FALSE:
            self.fields["is_true"].initial = "true" if self.instance.key is True else "false"
        for number in range(MOST_OPTIONS):
            self.add_option(number)
        texts = (f"text_{suffix}" for suffix in SUFFIXES)
        self.helper = bare_helper(
            Layout(pair("topic", "kind"), pair("points", "site"), *texts, Field("is_true"), "is_active")
        )

    def add_option(self, number: int) -> None:
        texts = self.instance.options[number] if number < len(self.instance.options) else {}
        key = self.instance.key if isinstance(self.instance.key, list) else []
        self.fields[f"right_{number}"] = forms.BooleanField(
            label=_("right"), required=False, initial=number in key, widget=forms.CheckboxInput()
        )
        for suffix in SUFFIXES:
            self.fields[f"option_{number}_{suffix}"] = forms.CharField(
                label=LANGUAGE_NAMES[suffix],
                required=False,
                max_length=300,
                initial=texts.get(suffix, ""),
                widget=forms.TextInput(attrs={"class": "form-control form-control-sm"}),
            )

    @property
    def option_rows(self) -> list[tuple[int, Any, list[Any]]]:
        return [
            (number + 1, self[f"right_{number}"], [self[f"option_{number}_{suffix}"] for suffix in SUFFIXES])
            for number in range(MOST_OPTIONS)
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not any(data.get(f"text_{suffix}") for suffix in SUFFIXES):
            self.add_error("text_zh_hans", _("Write the question in at least one language."))
        kind = data.get("kind")
        data["options"], data["key"] = [], []
        if kind == Question.Kind.TRUE_FALSE:
            data["key"] = data.get("is_true", True)
        elif kind in {Question.Kind.SINGLE, Question.Kind.MULTIPLE}:
            self.clean_options(data, kind)
        return data

    def clean_options(self, data: dict[str, Any], kind: str) -> None:
        for number in range(MOST_OPTIONS):
            texts = {suffix: data.get(f"option_{number}_{suffix}") or "" for suffix in SUFFIXES}
            if any(texts.values()):
                if data.get(f"right_{number}"):
                    data["key"].append(len(data["options"]))
                data["options"].append(texts)
        if len(data["options"]) < 2:
            self.add_error("kind", _("Give at least two answers to choose from."))
        elif kind == Question.Kind.SINGLE and len(data["key"]) != 1:
            self.add_error("kind", _("Mark one answer as right."))
        elif not data["key"]:
            self.add_error("kind", _("Mark at least one answer as right."))


class ExaminationForm(forms.ModelForm):
    topics = forms.MultipleChoiceField(
        label=_("Topics"),
        choices=Question.Topic,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all of them."),
    )
    opens_on = forms.DateField(label=_("Open on"), widget=DateInput(), validators=WITHIN_CALENDAR)
    opens = forms.TimeField(label=_("From"), widget=TimeInput(step=300))
    closes_on = forms.DateField(label=_("Closed on"), widget=DateInput(), validators=WITHIN_CALENDAR)
    closes = forms.TimeField(label=_("Until"), widget=TimeInput(step=300))

    class Meta:
        model = Examination
        fields = ("topics", "question_count", "minutes")

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.site = site
        self.helper = bare_helper(
            Layout(
                Field("topics", css_class="role-choice"),
                pair("question_count", "minutes"),
                pair("opens_on", "opens"),
                pair("closes_on", "closes"),
            )
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        names = ("opens_on", "opens", "closes_on", "closes")
        if all(data.get(name) is not None for name in names) and self.moment("closes") <= self.moment("opens"):
            self.add_error("closes_on", _("It must close after it opens."))
        return data

    def moment(self, name: str) -> datetime:
        return at_wall(self.site, self.cleaned_data[f"{name}_on"], self.cleaned_data[name])

    @property
    def fields_of_examination(self) -> dict[str, Any]:
        facts = {name: self.cleaned_data[name] for name in ("topics", "question_count", "minutes")}
        return facts | {"opens_at": self.moment("opens"), "closes_at": self.moment("closes")}


class HandMarkForm(forms.Form):
    """Points for each answer in words; an empty field leaves it unmarked."""

    def __init__(self, *args: Any, rows: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for row in rows:
            if row.content["kind"] == "text":
                self.fields[f"points_{row.place}"] = forms.IntegerField(
                    label=_("Points"),
                    min_value=0,
                    max_value=row.content["points"],
                    required=False,
                    initial=row.given,
                    widget=forms.NumberInput(attrs={"class": "form-control"}),
                )

    @property
    def points(self) -> dict[int, int]:
        marked = ((name, value) for name, value in self.cleaned_data.items() if value is not None)
        return {int(name.removeprefix("points_")): value for name, value in marked}


class PracticalForm(forms.Form):
    op = forms.UUIDField(widget=forms.HiddenInput)
    remark = forms.CharField(
        label=_("Remark"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
    )

    def __init__(self, *args: Any, lines: Sequence[Line], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        for code in codes_of(lines):
            self.fields[f"score_{code}"] = forms.TypedChoiceField(
                choices=[(str(score), word) for score, word in SCORE_WORDS],
                coerce=int,
                widget=forms.RadioSelect,
                error_messages={"required": _("Please score every item.")},
            )

    @property
    def groups(self) -> list[tuple[str, list[tuple[Item, Any]]]]:
        return [(title, [(item, self[f"score_{item.code}"]) for item in items]) for title, items in grouped(self.lines)]

    @property
    def scores(self) -> dict[str, int]:
        return {code: self.cleaned_data[f"score_{code}"] for code in codes_of(self.lines)}
