"""What the pages of proposals and needs send, cleaned."""

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from bookings.models import Booking
from checklists.models import AssignmentRules, StaffingNeed
from checklists.models.needs import MAY_BE_COMMON
from checklists.selectors.needs import item_titles
from rooms.dates import WITHIN_CALENDAR
from rooms.forms.moments import InstantField
from rooms.models import Site
from staff.models import Skill
from staff.roles import DUTY_ROLES
from staff.selectors.skills import skills_in_use

DAY, WEEK = "1", "7"
Ground = StaffingNeed.Ground
LONGEST_ABSENCE, LONGEST_OPEN = timedelta(days=90), timedelta(hours=4)


class ProposalForm(forms.Form):
    date = forms.DateField(label=_("Date"), validators=WITHIN_CALENDAR)
    days = forms.ChoiceField(label=_("Days"), choices=[(DAY, _("One day")), (WEEK, _("A week"))], required=False)

    def clean_days(self) -> int:
        return int(self.cleaned_data["days"] or DAY)


class LineForm(forms.Form):
    """A person, nobody, or free again for the next search."""

    act = forms.ChoiceField(choices=[("give", ""), ("open", ""), ("release", "")])
    user = forms.IntegerField(min_value=1, max_value=2**31 - 1, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("act") == "give" and not data.get("user"):
            raise forms.ValidationError(_("Please choose somebody."))
        return data


class NeedForm(forms.Form):
    """`ground` says both what kind of thing it is and which one: `fact:tea`."""

    role = forms.ChoiceField(label=_("Who"), choices=[(role.value, role.label) for role in DUTY_ROLES])
    ground = forms.ChoiceField(label=_("For meetings with"))
    skill = forms.ModelChoiceField(label=_("Needs the skill"), queryset=Skill.objects.none())

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["skill"].queryset = skills_in_use()
        self.fields["ground"].choices = grounds_of(site)

    @property
    def facts(self) -> dict[str, Any]:
        ground, _colon, value = self.cleaned_data["ground"].partition(":")
        return {
            "role": self.cleaned_data["role"],
            "skill_id": self.cleaned_data["skill"].pk,
            "ground": ground,
            "value": value,
        }


def grounds_of(site: Site) -> list[Any]:
    facts = [(f"{Ground.FACT}:{value}", label) for value, label in StaffingNeed.Fact.choices]
    kinds = [(f"{Ground.KIND}:{value}", label) for value, label in Booking.Kind.choices]
    items = [(f"{Ground.ITEM}:{code}", f"{code} {title}") for code, title in item_titles(site).items()]
    groups = [(Ground.FACT.label, facts), (Ground.KIND.label, kinds), (Ground.ITEM.label, items)]
    return [("", "---------"), *(group for group in groups if group[1])]


class RulesForm(forms.ModelForm):
    common_roles = forms.MultipleChoiceField(
        label=capfirst(_("roles that nobody is assigned in")),
        choices=[(role.value, role.label) for role in MAY_BE_COMMON],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Their steps stay with everyone of the role on shift, and no proposal is made for them."),
    )

    class Meta:
        model = AssignmentRules
        fields = ("room_minutes", "floor_minutes", "building_minutes", "step_minutes", "shared_heads", "common_roles")
        help_texts = {
            "building_minutes": _(
                "Door to door, stairs and lifts included; which room is in which stands with the room."
            ),
            "step_minutes": _("How long one step takes, when several fall due at once."),
            "shared_heads": _(
                "Two meetings on one floor with no more people than this together may have one server, who does their "
                "rounds in turn. Empty: never."
            ),
        }


class AbsenceForm(forms.Form):
    """Until which day somebody is away; `start`, `end` and `digest` are of the page that was looked at."""

    until = forms.DateField(label=_("Until, that day included"), required=False)
    start = InstantField(required=False)
    end = InstantField(required=False)
    digest = forms.CharField(max_length=32, required=False)

    def __init__(self, *args: Any, today: date, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.now = today, now

    def clean_start(self) -> datetime | None:
        """A page that lay open over night knows nothing of today."""
        start: datetime | None = self.cleaned_data["start"]
        if start and not timedelta() <= self.now - start <= LONGEST_OPEN:
            raise forms.ValidationError(_("This page is too old. Please look again."))
        return start

    def clean_until(self) -> date:
        until = self.cleaned_data["until"] or self.today
        if not self.today <= until <= self.today + LONGEST_ABSENCE:
            raise forms.ValidationError(_("Please choose a day from today on, within three months."))
        return until
