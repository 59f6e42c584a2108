"""The common form controls as text: Django's templates include one another for every option and every attribute."""

from collections.abc import Callable, Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.utils.formats import localize
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

WIDGETS = "django/forms/widgets/"
OPTION = f"{WIDGETS}select_option.html"
INPUTS = (
    "checkbox", "color", "date", "datetime", "email", "hidden", "input", "number", "password", "search", "tel", "text",
    "time", "url",
)  # fmt: skip

Widget = Mapping[str, Any]


class TextRenderer(DjangoTemplates):
    """Whatever is not drawn here is drawn by Django's own template."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> SafeString:
        draw = DRAWN.get(template_name)
        if draw is None or (draw is select and not is_plain(context["widget"])):
            return super().render(template_name, context, request)
        return mark_safe(draw(context["widget"]))  # noqa: S308 - escaped below


def attributes(widget: Widget) -> str:
    return "".join(
        [
            f" {conditional_escape(name)}" if value is True else f' {conditional_escape(name)}="{text(value)}"'
            for name, value in widget["attrs"].items()
            if value is not False
        ]
    )


def text(value: Any) -> str:
    return conditional_escape(value if isinstance(value, SafeString) else str(value))


def field(widget: Widget) -> str:
    value = "" if widget["value"] is None else f' value="{text(widget["value"])}"'
    return f'<input type="{text(widget["type"])}" name="{text(widget["name"])}"{value}{attributes(widget)}>'


def textarea(widget: Widget) -> str:
    value = conditional_escape(localize(widget["value"])) if widget["value"] else ""
    return f'<textarea name="{text(widget["name"])}"{attributes(widget)}>\n{value}</textarea>'


def is_plain(widget: Widget) -> bool:
    return all(each["template_name"] == OPTION for _name, options, _index in widget["optgroups"] for each in options)


def select(widget: Widget) -> str:
    groups = "".join([group(name, options) for name, options, _index in widget["optgroups"]])
    return f'<select name="{text(widget["name"])}"{attributes(widget)}>{groups}\n</select>'


def group(name: str | None, options: list[Widget]) -> str:
    drawn = "".join([f"\n  {option(each)}" for each in options])
    return f'\n  <optgroup label="{conditional_escape(localize(name))}">{drawn}\n  </optgroup>' if name else drawn


def option(widget: Widget) -> str:
    label = conditional_escape(localize(widget["label"]))
    return f'<option value="{text(widget["value"])}"{attributes(widget)}>{label}</option>'


DRAWN: Mapping[str, Callable[[Widget], str]] = {
    f"{WIDGETS}select.html": select,
    f"{WIDGETS}textarea.html": textarea,
    **{f"{WIDGETS}{name}.html": field for name in INPUTS},
}
