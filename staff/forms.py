"""Input of the staff pages: cleaned and converted; the services save."""

from datetime import datetime, timedelta
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Fieldset, Layout
from django import forms
from django.contrib.auth import password_validation
from django.contrib.auth.forms import PasswordChangeForm
from django.utils.translation import gettext_lazy as _

from rooms.dates import WITHIN_CALENDAR
from rooms.models import Site
from rooms.selectors import at_wall, sites_visible_to
from staff.languages import language_choices
from staff.models import Shift, User
from staff.permissions import grantable_roles
from staff.roles import DUTY_ROLES, Role


def bare_helper(layout: Layout | None = None) -> FormHelper:
    """The fields only: each template has its own form tag and buttons."""
    helper = FormHelper()
    helper.form_tag = False
    helper.layout = layout
    return helper


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **attrs: Any) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self, **attrs: Any) -> None:
        super().__init__(attrs=attrs, format="%H:%M")


class ProfileForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ("display_name", "latin_name", "phone", "email", "language")
        labels = {"email": _("Mail address")}
        help_texts = {"email": _("Reminders and decisions are also sent here.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = [("", _("As the browser")), *language_choices()]
        self.fields["phone"].widget.input_type = "tel"
        self.fields["phone"].widget.attrs["autocomplete"] = "tel"
        self.fields["email"].widget.attrs["autocomplete"] = "email"
        names = Div(Field("display_name", wrapper_class="col-sm-6"), Field("latin_name", wrapper_class="col-sm-6"))
        reach = Div(Field("phone", wrapper_class="col-sm-6"), Field("email", wrapper_class="col-sm-6"))
        names.css_class = reach.css_class = "row"
        self.helper = bare_helper(Layout(names, reach, "language"))


class NewPasswordForm(PasswordChangeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The page has other fields to begin with.
        self.fields["old_password"].widget.attrs.pop("autofocus", None)
        self.helper = bare_helper()


class PersonForm(forms.ModelForm):
    roles = forms.MultipleChoiceField(label=_("Roles"), widget=forms.CheckboxSelectMultiple)
    new_password = forms.CharField(
        label=_("Password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    class Meta:
        model = User
        fields = (
            "username",
            "display_name",
            "latin_name",
            "department",
            "phone",
            "email",
            "language",
            "site",
            "is_active",
        )
        labels = {"username": _("User name"), "email": _("Mail address"), "is_active": _("May sign in")}
        help_texts = {
            "username": _("Letters, digits and @ . + - _ only."),
            "is_active": _("Switch this off when someone leaves; what they did stays on record."),
        }

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sites = sites_visible_to(actor)
        self.fields["site"].queryset = Site.objects.filter(pk__in=[site.pk for site in self.sites])
        self.fields["site"].required = not actor.has_role(Role.ADMINISTRATOR)
        self.fields["site"].initial = actor.site_id
        self.fields["roles"].choices = [(role.value, role.label) for role in grantable_roles(actor)]
        self.fields["language"].choices = [("", _("As the browser")), *language_choices()]
        self.fields["new_password"].required = not self.instance.pk
        self.fields["new_password"].help_text = (
            _("Leave empty to keep the present one.") if self.instance.pk else _("For the first sign-in.")
        )
        if self.instance.pk:
            self.fields["roles"].initial = sorted(self.instance.roles)
        self.helper = bare_helper(self._layout())

    def _layout(self) -> Layout:
        def pair(*names: str) -> Div:
            return Div(*(Field(name, wrapper_class="col-sm-6") for name in names), css_class="row")

        return Layout(
            Fieldset(str(_("Person")), pair("display_name", "latin_name"), pair("department", "site")),
            Fieldset(str(_("Reached at")), pair("phone", "email"), "language"),
            Fieldset(str(_("Roles")), Field("roles", css_class="role-choice")),
            Fieldset(str(_("Account")), pair("username", "new_password"), "is_active"),
        )

    def clean_new_password(self) -> str:
        password = self.cleaned_data["new_password"]
        if password:
            password_validation.validate_password(password, self.instance)
        return password

    @property
    def person_fields(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class PersonChoice(forms.Form):
    """Someone of the site who works in a duty role."""

    person = forms.ModelChoiceField(label=_("Person"), queryset=User.objects.none())

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(site=site, is_active=True, groups__name__in=[*DUTY_ROLES])
        self.fields["person"].queryset = people.distinct()


class ShiftForm(PersonChoice):
    on = forms.DateField(label=_("Date"), widget=DateInput(), validators=WITHIN_CALENDAR)
    begins = forms.TimeField(label=_("From"), widget=TimeInput(step=300))
    ends = forms.TimeField(
        label=_("Until"),
        widget=TimeInput(step=300),
        help_text=_("Earlier than the beginning: until that time of the next day."),
    )

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, site=site, **kwargs)
        self.site = site
        times = Div(Field("begins", wrapper_class="col-6"), Field("ends", wrapper_class="col-6"), css_class="row")
        self.helper = bare_helper(Layout("person", "on", times))

    @property
    def span(self) -> tuple[datetime, datetime]:
        """The shift's instants; one that ends at or before its beginning ends on the next day."""
        on, begins, ends = (self.cleaned_data[name] for name in ("on", "begins", "ends"))
        last_on = on if ends > begins else on + timedelta(days=1)
        return at_wall(self.site, on, begins), at_wall(self.site, last_on, ends)


class ShiftChangeForm(ShiftForm):
    """The same for a shift that has its person."""

    def __init__(self, *args: Any, shift: Shift, **kwargs: Any) -> None:
        start, end = (each.astimezone(shift.site.zone) for each in (shift.during.lower, shift.during.upper))
        kwargs["initial"] = {"on": start.date(), "begins": start.time(), "ends": end.time()}
        super().__init__(*args, site=shift.site, **kwargs)
        del self.fields["person"]
        self.helper.layout.pop(0)
