"""Input of the pages of practical checklists."""

import re
from collections.abc import Sequence
from typing import Any

from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from rooms.models import Site
from rooms.selectors import sites_visible_to
from rooms.text import NAMES, SUFFIXES
from staff.forms import bare_helper
from staff.models import PracticalList, User
from staff.permissions import can_keep_practical_lists
from staff.practical import ITEM, KINDS, Line
from staff.roles import Role
from staff.skill_forms import NAME_LABELS

MOST_LINES = 120
CODE = re.compile(r"[a-z0-9_]{1,30}")


class PracticalListForm(forms.ModelForm):
    # The number of the version that is changed.
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=30_000)

    class Meta:
        model = PracticalList
        fields = (*NAMES, "site", "is_active")
        labels = NAME_LABELS

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        is_administrator = actor.has_role(Role.ADMINISTRATOR)
        self.fields["site"].queryset = Site.objects.filter(pk__in=[site.pk for site in sites_visible_to(actor)])
        self.fields["site"].required = not is_administrator
        self.fields["site"].empty_label = _("The whole organisation") if is_administrator else None
        self.fields["is_active"].initial = True
        if not self.instance.pk:
            self.fields["site"].initial = actor.site_id
        names = Div(*(Field(name, wrapper_class="col-md-4") for name in NAMES), css_class="row")
        self.helper = bare_helper(Layout("seen", names, "site", "is_active"))

    def clean_site(self) -> Site | None:
        site = self.cleaned_data["site"]
        if not can_keep_practical_lists(self.actor, site.pk if site else None):
            raise forms.ValidationError(_("You may not keep checklists there."))
        return site


class LineForm(forms.Form):
    code = forms.CharField(max_length=30, required=False, widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("Kind"), choices=KINDS, initial=ITEM)
    zh_hans = forms.CharField(label=_("Simplified Chinese"), max_length=200, required=False)
    zh_hant = forms.CharField(label=_("Traditional Chinese"), max_length=200, required=False)
    en = forms.CharField(label=_("English"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].widget.attrs["class"] = "form-select"
        for suffix in SUFFIXES:
            self.fields[suffix].widget.attrs["class"] = "form-control"

    def clean_code(self) -> str:
        """Made by us: anything else is no code, and the line gets one."""
        code = self.cleaned_data["code"]
        return code if CODE.fullmatch(code) else ""

    @property
    def has_text(self) -> bool:
        return any(self.cleaned_data.get(suffix) for suffix in SUFFIXES)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not any(data.get(suffix) for suffix in SUFFIXES) and self.has_changed() and self.initial.get("code"):
            self.add_error("zh_hans", _("Write it in at least one language, or take it out."))
        return data

    @property
    def texts(self) -> list[Any]:
        return [self[suffix] for suffix in SUFFIXES]


class BaseLines(forms.BaseFormSet):
    def lines(self) -> list[dict[str, Any]]:
        """In the order of the numbers; a line without any text is none."""
        return [form.cleaned_data for form in self.ordered_forms if form.has_text]


LineFormSet = forms.formset_factory(
    LineForm,
    formset=BaseLines,
    extra=1,
    can_delete=True,
    can_order=True,
    max_num=MOST_LINES,
    absolute_max=MOST_LINES,
    validate_max=True,
)


def initial_lines(lines: Sequence[Line]) -> list[dict[str, Any]]:
    return [dict(line) for line in lines]
