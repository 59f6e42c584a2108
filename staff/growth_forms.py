"""Input of the pages of growth: plans, praise, conduct."""

from typing import Any
from uuid import UUID

from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from rooms.dates import WITHIN_CALENDAR
from staff.conduct import CONDUCT, TEXTS
from staff.forms import DateInput, bare_helper
from staff.models import ConductCheck, Course, Praise, User
from staff.selectors.skills import people_who_serve
from staff.selectors.training import courses_visible_to
from staff.training_forms import pair


class PlanForm(forms.Form):
    course = forms.ModelChoiceField(label=_("Course"), queryset=Course.objects.none())
    due_on = forms.DateField(label=_("Due on"), widget=DateInput(), validators=WITHIN_CALENDAR)
    note = forms.CharField(label=_("Note"), max_length=120, required=False)

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["course"].queryset = courses_visible_to(actor).filter(is_active=True)
        self.helper = bare_helper(Layout("course", pair("due_on", "note")))


class PraiseForm(forms.Form):
    op = forms.UUIDField(widget=forms.HiddenInput)
    text = forms.CharField(label=_("Praise"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = bare_helper()


class ThanksForm(forms.Form):
    op = forms.UUIDField(widget=forms.HiddenInput)
    person = forms.ModelChoiceField(label=_("Whom do you thank?"), queryset=User.objects.none())
    reason = forms.ChoiceField(
        label=pgettext_lazy("thanks", "What for?"), choices=Praise.Reason, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people_who_serve(actor.site).exclude(pk=actor.pk)
        self.fields["person"].widget.attrs["class"] = "form-select"


# What is seen before anybody speaks or telephones.
SEEN = tuple(group for group in CONDUCT if group.code != "telephone")


class PersonRow:
    def __init__(self, form: "ConductForm", person: User) -> None:
        self.person = person
        self.lapses, self.note = form[f"lapses_{person.pk}"], form[f"note_{person.pk}"]

    @property
    def groups(self) -> list[tuple[Any, list[tuple[str, Any, bool]]]]:
        """What may be ticked, by group, and whether it is."""
        chosen = {str(code) for code in self.lapses.value() or []}
        return [(group.title, [(rule.code, rule.text, rule.code in chosen) for rule in group.rules]) for group in SEEN]

    @property
    def is_fine(self) -> bool:
        return not (self.lapses.value() or self.note.value())


class ConductForm(forms.Form):
    op = forms.UUIDField(widget=forms.HiddenInput)
    occasion = forms.ChoiceField(label=_("When"), choices=ConductCheck.Occasion, widget=forms.RadioSelect)

    def __init__(self, *args: Any, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = people
        for person in people:
            self.fields[f"lapses_{person.pk}"] = forms.MultipleChoiceField(choices=list(TEXTS.items()), required=False)
            self.fields[f"note_{person.pk}"] = forms.CharField(
                label=_("Note"), max_length=200, required=False, widget=forms.TextInput(attrs={"class": "form-control"})
            )
            self.fields[f"away_{person.pk}"] = forms.BooleanField(label=_("Not here"), required=False)

    @property
    def rows(self) -> list[PersonRow]:
        return [PersonRow(self, person) for person in self.people]

    @property
    def checked(self) -> list[User]:
        return [person for person in self.people if not self.cleaned_data[f"away_{person.pk}"]]

    @property
    def lapses(self) -> dict[int, list[str]]:
        return {person.pk: self.cleaned_data[f"lapses_{person.pk}"] for person in self.people}

    @property
    def notes(self) -> dict[int, str]:
        return {person.pk: self.cleaned_data[f"note_{person.pk}"] for person in self.people}

    @property
    def sent_op(self) -> UUID | None:
        return self.cleaned_data.get("op") if self.is_bound and hasattr(self, "cleaned_data") else None
