"""Input of the staff pages: cleaned and converted; the services save."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Fieldset, Layout
from django import forms
from django.contrib.auth import password_validation
from django.contrib.auth.forms import PasswordChangeForm
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from rooms.dates import WITHIN_CALENDAR
from rooms.models import Site
from rooms.selectors import at_wall, sites_visible_to
from staff.channels.addresses import LONGEST, AddressError, ChatAddress, read_address
from staff.channels.chat import service_of
from staff.channels.push import Browser, is_browser_key, is_endpoint
from staff.languages import language_choices
from staff.messages import ADDRESS_MESSAGES
from staff.models import Channel, NoticePreferences, PushSubscription, Shift, User
from staff.notice_kinds import MAILED, NoticeKind
from staff.outside_texts import group_kinds
from staff.permissions import grantable_roles
from staff.reach import PERSONAL_WAYS, ways_of
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


class AddressForm(forms.Form):
    """The address of a chat robot, as it is copied from the robot's page."""

    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=60, required=False)
    address = forms.CharField(
        label=_("Address of the robot"),
        max_length=LONGEST,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    secret = forms.CharField(
        label=_("Signing secret"),
        max_length=100,
        required=False,
        help_text=_("For DingTalk, where the robot signs its messages."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    chat_address: ChatAddress | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = bare_helper()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("address"):
            try:
                self.chat_address = usable(data["address"], data.get("secret", ""))
            except AddressError as exc:
                self.add_error("address", ADDRESS_MESSAGES[exc.code])
        return data


def usable(text: str, secret: str) -> ChatAddress:
    """An address that is allowed and that its service understands."""
    address = read_address(text, secret)
    if service_of(address.url) is None:
        raise AddressError("bad_address")
    return address


class SiteChannelForm(AddressForm):
    kinds = forms.MultipleChoiceField(label=_("Told of"), widget=forms.CheckboxSelectMultiple)
    language = forms.ChoiceField(label=_("Language"))

    field_order = ("name", "kinds", "language", "address", "secret")

    def __init__(self, *args: Any, channel: Channel | None = None, **kwargs: Any) -> None:
        if channel is not None:
            kwargs["initial"] = {"name": channel.name, "kinds": channel.kinds, "language": channel.language}
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True
        self.fields["kinds"].choices = [(kind.value, kind.label) for kind in group_kinds()]
        self.fields["language"].choices = language_choices()
        if channel is not None:
            self.fields["address"].required = False
            self.fields["address"].help_text = _("Leave empty to keep the present one.")

    @property
    def fields_of_room(self) -> dict[str, Any]:
        names = ("name", "kinds", "language")
        return {name: self.cleaned_data[name] for name in names} | {"address": self.chat_address}


@dataclass(frozen=True)
class WayBox:
    """One box of the table: does this kind go this way?"""

    name: str
    way: str
    label: str
    is_ticked: bool


@dataclass(frozen=True)
class KindRow:
    label: str
    boxes: Sequence[WayBox]
    is_usual: bool


class PreferencesForm(forms.Form):
    """Quiet hours, and which kind of notice goes which way; a row left as it is shown stays as usual."""

    quiet_from = forms.TimeField(
        label=_("From"), required=False, widget=TimeInput(step=300, **{"class": "form-control"})
    )
    quiet_until = forms.TimeField(
        label=_("Until"), required=False, widget=TimeInput(step=300, **{"class": "form-control"})
    )

    def __init__(self, *args: Any, preferences: NoticePreferences, **kwargs: Any) -> None:
        self.chosen = preferences.choices
        self.shown = {kind: ways_shown(preferences, kind) for kind in NoticeKind}
        kwargs["initial"] = {"quiet_from": preferences.quiet_from, "quiet_until": preferences.quiet_until}
        kwargs["initial"] |= {f"ways_{kind}": ways for kind, ways in self.shown.items()}
        super().__init__(*args, **kwargs)
        for kind in NoticeKind:
            choices = [(way.value, way.label) for way in PERSONAL_WAYS]
            self.fields[f"ways_{kind}"] = forms.MultipleChoiceField(label=kind.label, choices=choices, required=False)

    @property
    def rows(self) -> list[KindRow]:
        return [self.row_of(kind) for kind in NoticeKind]

    def row_of(self, kind: NoticeKind) -> KindRow:
        field = self[f"ways_{kind}"]
        ticked = field.value() or []
        boxes = [WayBox(field.html_name, way.value, str(way.label), way.value in ticked) for way in PERSONAL_WAYS]
        return KindRow(str(kind.label), boxes, kind not in self.chosen)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        begins, ends = data.get("quiet_from"), data.get("quiet_until")
        if "quiet_from" in self.errors or "quiet_until" in self.errors:
            return data
        if (begins is None) != (ends is None):
            self.add_error("quiet_until" if ends is None else "quiet_from", _("Give both times, or neither."))
        elif begins is not None and begins == ends:
            self.add_error("quiet_until", _("The end must differ from the beginning."))
        return data

    @property
    def choices(self) -> dict[str, list[str]]:
        wanted = {kind: sorted(self.cleaned_data[f"ways_{kind}"]) for kind in NoticeKind}
        return {
            kind.value: ways for kind, ways in wanted.items() if kind in self.chosen or ways != sorted(self.shown[kind])
        }


def ways_shown(preferences: NoticePreferences, kind: NoticeKind) -> list[str]:
    return sorted(ways_of(preferences, kind, mail=kind in MAILED))


class BrowserForm(forms.ModelForm):
    """What a browser says of itself when it is registered."""

    class Meta:
        model = PushSubscription
        fields = ("endpoint", "p256dh", "auth", "label")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        if not (is_endpoint(data["endpoint"]) and is_browser_key(data["p256dh"], data["auth"])):
            raise forms.ValidationError(_("This browser gave no address that notices can be sent to."))
        return data

    def validate_unique(self) -> None:
        """A browser registered before moves to whoever is signed in now."""

    @property
    def browser(self) -> Browser:
        return Browser(*(self.cleaned_data[name] for name in ("endpoint", "p256dh", "auth")))


class BrowserNameForm(forms.Form):
    label = forms.CharField(max_length=60)
