"""What calendar a person asks for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bookings.feeds import may_have
from bookings.models import CalendarFeed
from rooms.models import Room, Site
from rooms.selectors import rooms_visible_to, sites_visible_to
from staff.models import User
from staff.roles import DUTY_ROLES, Role

Kind = CalendarFeed.Kind
NOT_YOURS = _("There is no such calendar for you.")


def duties_of(user: User) -> list[tuple[Site, Role]]:
    """What the person may follow, site by site."""
    pairs = [(site, role) for site in sites_visible_to(user) for role in DUTY_ROLES]
    return [pair for pair in pairs if may_have(user, CalendarFeed(kind=Kind.DUTY, site=pair[0], role=pair[1].value))]


class FeedForm(forms.Form):
    kind = forms.ChoiceField(choices=Kind, error_messages={"invalid_choice": NOT_YOURS, "required": NOT_YOURS})
    room = forms.ModelChoiceField(Room.objects.none(), required=False, error_messages={"invalid_choice": NOT_YOURS})
    duty = forms.ChoiceField(required=False, label=_("A duty"), error_messages={"invalid_choice": NOT_YOURS})

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["room"].queryset = rooms_visible_to(user)
        self.duties = {f"{site.pk}:{role.value}": (site, role) for site, role in duties_of(user)}
        self.fields["duty"].choices = [("", ""), *((key, self.label_of(*pair)) for key, pair in self.duties.items())]

    @staticmethod
    def label_of(site: Site, role: Role) -> str:
        return f"{site} · {role.label}"

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        feed = CalendarFeed(user=self.user, **self.what)
        is_named = (feed.kind != Kind.ROOM or feed.room) and (feed.kind != Kind.DUTY or feed.site)
        if not is_named or not may_have(self.user, feed):
            raise forms.ValidationError(NOT_YOURS)
        return data

    @property
    def what(self) -> dict[str, Any]:
        """The fields of the feed, and of other kinds none."""
        data, kind = self.cleaned_data, self.cleaned_data["kind"]
        if kind == Kind.ROOM:
            return {"kind": kind, "room": data["room"]}
        if kind == Kind.DUTY and data["duty"]:
            site, role = self.duties[data["duty"]]
            return {"kind": kind, "site": site, "role": role.value}
        return {"kind": kind}
