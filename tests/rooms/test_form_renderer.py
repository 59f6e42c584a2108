"""What is drawn as text is what Django's own templates draw."""

import re
from datetime import date

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy, override

from rooms.form_renderer import DRAWN, INPUTS, WIDGETS, TextRenderer

SCRIPT = "\"><script>alert('x')</script>"
GROUPS = [("", "–"), (1, SCRIPT), ("Floor <1>", [("a&b", "A & B"), ("c", mark_safe("<i>C</i>"))]), ("d", 7)]
CASES = [
    (forms.TextInput(), "Meeting"),
    (forms.TextInput(attrs={"required": True, "disabled": False, "data-x": SCRIPT, "maxlength": 120}), SCRIPT),
    (forms.TextInput(), None),
    (forms.TextInput(), mark_safe("a &amp; b")),
    (forms.NumberInput(attrs={"min": 1, "max": 30000, "step": 0.5}), 12000),
    (forms.DateInput(attrs={"type": "date"}), date(2026, 11, 23)),
    (forms.TimeInput(), "09:00"),
    (forms.EmailInput(), "a@b.example"),
    (forms.URLInput(), "https://a.example/?b=c&d=e"),
    (forms.PasswordInput(), "secret"),
    (forms.HiddenInput(), SCRIPT),
    (forms.CheckboxInput(attrs={"class": "form-check-input"}), True),
    (forms.CheckboxInput(), False),
    (forms.Textarea(attrs={"rows": 3}), f"{SCRIPT}\n\n line"),
    (forms.Textarea(), ""),
    (forms.Select(choices=GROUPS), "1"),
    (forms.Select(choices=GROUPS, attrs={"id": "id_room"}), SCRIPT),
    (forms.SelectMultiple(choices=GROUPS), ["c", "1"]),
    (forms.NullBooleanSelect(), True),
    (forms.Select(choices=[("x", gettext_lazy("Date"))]), "x"),
    (forms.RadioSelect(choices=GROUPS), "1"),
    (forms.CheckboxSelectMultiple(choices=GROUPS), ["c"]),
    (forms.SplitDateTimeWidget(), None),
]


def drawn(widget, value, renderer):
    html = widget.render("field<>", value, renderer=renderer)
    return re.sub(r">\s+<", "><", html).replace("&#39;", "&#x27;")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(("widget", "value"), CASES)
def test_control_is_drawn_as_by_djangos_template(widget, value, language):
    with override(language):
        assert drawn(widget, value, TextRenderer()) == drawn(widget, value, DjangoTemplates())


def test_what_was_typed_cannot_leave_its_control():
    for widget, value in CASES:
        if value == SCRIPT:
            assert "<script>" not in drawn(widget, value, TextRenderer())


def test_every_control_drawn_here_is_one_that_django_has():
    loader = DjangoTemplates()

    assert len(DRAWN) == len(INPUTS) + 2
    for name in DRAWN:
        assert name.startswith(WIDGETS)
        assert loader.get_template(name)


def test_options_of_another_template_are_left_to_it():
    class Own(forms.Select):
        option_template_name = "django/forms/widgets/radio_option.html"

    widget = Own(choices=[("a", "A")])

    assert drawn(widget, "a", TextRenderer()) == drawn(widget, "a", DjangoTemplates())
