"""Input of the pages of rosters, usual shifts, rules of working time and leave."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext as _now, gettext_lazy as _, pgettext_lazy

from rooms.dates import WITHIN_CALENDAR
from rooms.models import Site
from rooms.selectors import at_wall, midnight
from staff.forms import DateInput, PersonChoice, ShiftForm, TimeInput, bare_helper
from staff.models import Leave, ShiftPattern, WorkingTimeRules
from staff.pattern_times import MOST_SPANS, are_apart, stored_walls, walls_of
from staff.working_time import Rule

DAY = timedelta(days=1)
LONGEST_LEAVE_DAYS = 366
NAME_LABELS = {
    "name_zh_hans": _("Name in Simplified Chinese"),
    "name_zh_hant": _("Name in Traditional Chinese"),
    "name_en": _("Name in English"),
}


class CellForm(ShiftForm):
    """A shift by its times, for a person and a day that are given."""

    is_on_call = forms.BooleanField(label=_("on call"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("person", "on"):
            self.fields[name].widget = forms.HiddenInput()
        times = Div(Field("begins", wrapper_class="col-6"), Field("ends", wrapper_class="col-6"), css_class="row")
        self.helper = bare_helper(Layout("person", "on", times, "is_on_call"))


class PlaceForm(PersonChoice):
    """Where a usual shift is put."""

    on = forms.DateField(validators=WITHIN_CALENDAR)
    pattern = forms.ModelChoiceField(queryset=ShiftPattern.objects.none())

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, site=site, **kwargs)
        self.fields["pattern"].queryset = ShiftPattern.objects.filter(site=site).select_related("site")


class MoveForm(PersonChoice):
    on = forms.DateField(validators=WITHIN_CALENDAR)
    copy = forms.BooleanField(required=False)


class WeekCopyForm(forms.Form):
    source = forms.DateField(label=_("From the week of"), widget=DateInput(), validators=WITHIN_CALENDAR)
    target = forms.DateField(label=_("Into the week of"), widget=DateInput(), validators=WITHIN_CALENDAR)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        weeks = Div(
            Field("source", wrapper_class="col-sm-6"), Field("target", wrapper_class="col-sm-6"), css_class="row"
        )
        self.helper = bare_helper(Layout(weeks))
        # Asked for by address, where a token does not belong.
        self.helper.disable_csrf = True

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        source, target = data.get("source"), data.get("target")
        if source and target and source - timedelta(source.weekday()) == target - timedelta(target.weekday()):
            self.add_error("target", _("Choose another week than the one that is copied."))
        return data


class PatternForm(forms.ModelForm):
    """Names and up to three spans; the rows of times are fields of their own."""

    class Meta:
        model = ShiftPattern
        fields = ("code", "name_zh_hans", "name_zh_hant", "name_en", "is_on_call", "is_active")
        labels = NAME_LABELS
        help_texts = {
            "code": _("Short, in letters; its first free letter is the key on the board."),
            "is_on_call": _("Reachable but not at work: no step is given to who is only on call."),
            "is_active": _("Switch this off instead of removing it; shifts made by it stay."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stored = walls_of(self.instance.spans) if self.instance.pk else []
        rows = []
        for number in range(MOST_SPANS):
            begins, ends = stored[number] if number < len(stored) else (None, None)
            for name, label, value in (("begins", _("From"), begins), ("ends", _("Until"), ends)):
                self.fields[f"{name}_{number}"] = forms.TimeField(
                    label=label, required=number == 0, initial=value, widget=TimeInput(step=300)
                )
            fields = (Field(f"{name}_{number}", wrapper_class="col-6") for name in ("begins", "ends"))
            rows.append(Div(*fields, css_class="row pattern-span"))
        self.helper = bare_helper(Layout("code", *NAME_LABELS, *rows, "is_on_call", "is_active"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        walls = []
        for number in range(MOST_SPANS):
            begins, ends = data.get(f"begins_{number}"), data.get(f"ends_{number}")
            if begins is not None and ends is not None:
                walls.append((begins, ends))
            elif (begins is None) != (ends is None) and not {f"begins_{number}", f"ends_{number}"} & set(self.errors):
                self.add_error(
                    f"ends_{number}" if ends is None else f"begins_{number}", _("Give both times, or neither.")
                )
        if not are_apart(walls):
            self.add_error("begins_1", _("These times overlap."))
        self.instance.spans = stored_walls(walls)
        return data

    @property
    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields} | {"spans": self.instance.spans}


RULE_FIELDS = {
    Rule.DAY: _("Hours a day, at most"),
    Rule.WEEK: _("Hours a week, at most"),
    Rule.REST: _("Hours of rest between two working days, at least"),
    Rule.ROW: _("Working days in a row, at most"),
    Rule.BREAK: _("Hours without a break, at most"),
}


class WorkingTimeForm(forms.ModelForm):
    """Each limit with what happens when it is broken; an empty limit is none."""

    class Meta:
        model = WorkingTimeRules
        fields = (*(rule.value for rule in Rule), "break_minutes", "checks_breaks", "swaps_need_approval")
        labels = {rule.value: label for rule, label in RULE_FIELDS.items()} | {
            "break_minutes": _("Minutes of a break, at least"),
            "checks_breaks": _("Look for breaks in the roster"),
            "swaps_need_approval": _("A swap needs a manager's word"),
        }
        help_texts = {
            "hours_a_day": _("All shifts that begin on one day. Who is on call is not at work."),
            "checks_breaks": _("Leave this off where the break lies inside a shift."),
            "swaps_need_approval": _("Without it a swap holds as soon as a colleague accepts."),
        }

    # What the table can hold, said before it refuses.
    MOST = {"hours_a_day": 24, "hours_a_week": 168, "rest_hours": 48, "break_after_hours": 24}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, most in self.MOST.items():
            self.fields[name].validators += [MinValueValidator(Decimal("0.25")), MaxValueValidator(most)]
        self.fields["break_minutes"].validators += [MinValueValidator(5), MaxValueValidator(240)]
        choices = [("warn", _("Warn")), ("bar", _("Refuse"))]
        rows = []
        for rule in Rule:
            initial = "bar" if rule.value in self.instance.bars else "warn"
            self.fields[f"act_{rule.value}"] = forms.ChoiceField(
                label=_("When broken"), choices=choices, initial=initial, required=False
            )
            fields = (Field(rule.value, wrapper_class="col-sm-8"), Field(f"act_{rule.value}", wrapper_class="col-sm-4"))
            rows.append(Div(*fields, css_class="row"))
        self.helper = bare_helper(Layout(*rows, "break_minutes", "checks_breaks", "swaps_need_approval"))

    @property
    def facts(self) -> dict[str, Any]:
        bars = [rule.value for rule in Rule if self.cleaned_data[f"act_{rule.value}"] == "bar"]
        return {name: self.cleaned_data[name] for name in self.Meta.fields} | {"bars": bars}


class LeaveForm(forms.Form):
    """Whole days, or hours of one day."""

    kind = forms.ChoiceField(label=_("Kind"), choices=[])
    first = forms.DateField(label=_("First day"), widget=DateInput(), validators=WITHIN_CALENDAR)
    last = forms.DateField(label=pgettext_lazy("leave", "Last day"), widget=DateInput(), validators=WITHIN_CALENDAR)
    begins = forms.TimeField(label=_("From"), required=False, widget=TimeInput(step=300))
    ends = forms.TimeField(
        label=_("Until"),
        required=False,
        widget=TimeInput(step=300),
        help_text=_("Leave both times empty for whole days."),
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=200,
        required=False,
        help_text=_("Read by the managers of your site and by nobody else."),
    )
    kinds = (Leave.Kind.LEAVE, Leave.Kind.TRAINING, Leave.Kind.OTHER)

    def __init__(self, *args: Any, site: Site, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.site, self.today = site, today
        days, times = (
            Div(*(Field(name, wrapper_class="col-6") for name in names), css_class="row")
            for names in (("first", "last"), ("begins", "ends"))
        )
        rest: list[Any] = [days, times, "note"]
        if "kind" in self.fields:
            self.fields["kind"].choices = [(kind.value, kind.label) for kind in self.kinds]
            rest = ["kind", *rest]
        self.helper = bare_helper(Layout(*rest))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if first and last:
            self.check_days(first, last)
        begins, ends = data.get("begins"), data.get("ends")
        if "begins" not in self.errors and "ends" not in self.errors and (begins is None) != (ends is None):
            self.add_error("ends" if ends is None else "begins", _("Give both times, or neither."))
        elif first and first == last and begins and ends and begins >= ends:
            self.add_error("ends", _("The end must come after the beginning."))
        return data

    def check_days(self, first: date, last: date) -> None:
        if last < first:
            self.add_error("last", _("The last day must not come before the first."))
        elif (last - first).days >= LONGEST_LEAVE_DAYS:
            self.add_error("last", _("At most a year at a time."))
        elif last < self.earliest:
            self.add_error("first", self.too_early)

    @property
    def earliest(self) -> date:
        return self.today

    @property
    def too_early(self) -> str:
        return _now("This time is over already.")

    @property
    def span(self) -> tuple[datetime, datetime]:
        first, last = self.cleaned_data["first"], self.cleaned_data["last"]
        begins: time | None = self.cleaned_data["begins"]
        if begins is None:
            return midnight(self.site, first), midnight(self.site, last + DAY)
        return at_wall(self.site, first, begins), at_wall(self.site, last, self.cleaned_data["ends"])


class SicknessForm(LeaveForm):
    """For somebody who cannot ask; it may be heard of days later."""

    kind = None
    field_order = ("person", "first", "last", "begins", "ends", "note")

    def __init__(self, *args: Any, site: Site, today: date, **kwargs: Any) -> None:
        super().__init__(*args, site=site, today=today, **kwargs)
        self.fields["person"] = PersonChoice(site=site).fields["person"]
        self.fields["note"].help_text = _("Read by this person and the managers of the site and by nobody else.")
        self.helper.layout.insert(0, "person")

    @property
    def earliest(self) -> date:
        return self.today - timedelta(days=31)

    @property
    def too_early(self) -> str:
        return _now("That is more than a month ago.")
