"""Input of the pages of skills."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rooms.dates import WITHIN_CALENDAR
from rooms.models import Room
from rooms.text import NAMES
from staff.forms import DateInput, bare_helper
from staff.models import PersonSkill, Skill, User
from staff.selectors.skills import skills_in_use
from staff.services.skills import Wanted

NAME_LABELS = {
    "name_zh_hans": _("Name in Simplified Chinese"),
    "name_zh_hant": _("Name in Traditional Chinese"),
    "name_en": _("Name in English"),
}


class SkillForm(forms.ModelForm):
    class Meta:
        model = Skill
        fields = ("code", *NAMES, "place", "is_active")
        labels = NAME_LABELS | {"place": _("Place in lists")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = bare_helper()


class SkillRow:
    """The fields of one skill, side by side."""

    def __init__(self, form: "PersonSkillsForm", skill: Skill) -> None:
        self.skill = skill
        self.held, self.since, self.until, self.note = (
            form[f"{name}_{skill.pk}"] for name in ("held", "from", "until", "note")
        )

    @property
    def errors(self) -> list[str]:
        return [str(error) for field in (self.since, self.until, self.note) for error in field.errors]


class PersonSkillsForm(forms.Form):
    rooms = forms.ModelMultipleChoiceField(
        label=_("Rooms known"), queryset=Room.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, person: User, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        held = {row.skill_id: row for row in PersonSkill.objects.filter(user=person).select_related("skill")}
        gone = [row.skill for row in held.values() if not row.skill.is_active]
        self.skills = [*skills_in_use(), *gone]
        for skill in self.skills:
            self.add_fields(skill, held.get(skill.pk))
        self.fields["rooms"].queryset = Room.objects.filter(site=person.site_id, is_active=True)
        self.fields["rooms"].initial = list(person.known_rooms.values_list("room_id", flat=True))

    def add_fields(self, skill: Skill, row: PersonSkill | None) -> None:
        date_field = {"required": False, "validators": WITHIN_CALENDAR}
        control = {"class": "form-control form-control-sm"}
        self.fields[f"held_{skill.pk}"] = forms.BooleanField(
            label=skill.name, required=False, initial=row is not None, widget=forms.CheckboxInput()
        )
        for name, label, value in (
            ("from", _("Valid from"), row.valid_from if row else self.today),
            ("until", _("Valid until"), row.valid_until if row else None),
        ):
            self.fields[f"{name}_{skill.pk}"] = forms.DateField(
                label=label, initial=value, widget=DateInput(**control), **date_field
            )
        self.fields[f"note_{skill.pk}"] = forms.CharField(
            label=_("Note"),
            required=False,
            max_length=120,
            initial=row.note if row else "",
            widget=forms.TextInput(attrs=control),
        )

    @property
    def rows(self) -> list[SkillRow]:
        return [SkillRow(self, skill) for skill in self.skills]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for skill in self.skills:
            begins, ends = data.get(f"from_{skill.pk}") or self.today, data.get(f"until_{skill.pk}")
            if data.get(f"held_{skill.pk}") and ends and ends < begins:
                self.add_error(f"until_{skill.pk}", _("The last day must not be before the first."))
        return data

    @property
    def wanted(self) -> list[Wanted]:
        data = self.cleaned_data
        return [
            Wanted(
                skill.pk,
                data[f"from_{skill.pk}"] or self.today,
                data[f"until_{skill.pk}"],
                data[f"note_{skill.pk}"],
            )
            for skill in self.skills
            if data[f"held_{skill.pk}"]
        ]
