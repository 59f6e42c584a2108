"""Several small forms of one kind in one page: added, removed and read without a script."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Generic, TypeVar

from django import forms
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils.translation import gettext as _

RowForm = TypeVar("RowForm", bound="Row")
PRESS, ADD, REMOVE = "press", "add-", "remove-"
# A choice on which other choices depend; without a script a button asks for the same.
REDRAWS = {"hx-post": "", "hx-vals": '{"press": "refresh"}'}


class Redrawable(forms.Form):
    """Where only a line was added or a choice made, nothing is found fault with yet."""

    @property
    def errors(self) -> ErrorDict:
        return ErrorDict() if PRESS in self.data else super().errors


class Row(Redrawable):
    """One line. A line in which nothing was entered counts as not there."""

    # The field without which the others say nothing.
    key = ""

    @property
    def is_empty(self) -> bool:
        return not str(self.data.get(self.add_prefix(self.key), "")).strip() if self.is_bound else False

    def fault(self, name: str, text: str) -> None:
        self.add_error(name if name in self.fields else None, text)


class Rows(Generic[RowForm]):
    """`prefix-count` says how many lines were sent; `first` are the lines of a form nobody sent yet."""

    def __init__(
        self,
        make: Callable[..., RowForm],
        prefix: str,
        *,
        data: QueryDict | None,
        first: Sequence[Mapping[str, Any]] = (),
        most: int,
    ) -> None:
        self.prefix, self.most, self.errors = prefix, most, list[str]()
        count = count_in(data, prefix, most) if data is not None else len(first)
        shown = range(count)
        self.forms = [
            make(data, prefix=f"{prefix}-{number}")
            if data is not None
            else make(initial=first[number], prefix=f"{prefix}-{number}")
            for number in shown
        ]

    def __iter__(self) -> Iterator[RowForm]:
        return iter(self.forms)

    @property
    def count(self) -> int:
        return len(self.forms)

    @property
    def count_name(self) -> str:
        return f"{self.prefix}-count"

    @property
    def has_room(self) -> bool:
        return self.count < self.most

    @property
    def given(self) -> list[RowForm]:
        return [form for form in self.forms if not form.is_empty]

    def is_valid(self) -> bool:
        """Every line is asked, so that all its faults are told."""
        faulty = [form for form in self.given if not form.is_valid()]
        return not faulty

    def has_faults(self) -> bool:
        return bool(self.errors) or any(form.errors for form in self.given)


def count_in(data: QueryDict, prefix: str, most: int) -> int:
    text = data.get(f"{prefix}-count", "")
    # Longer texts are no counts, and Python would refuse to read some of them.
    return min(int(text), most) if text.isascii() and text.isdigit() and len(text) < 5 else 0


def with_line_changed(data: QueryDict, prefixes: Mapping[str, int]) -> QueryDict | None:
    """What was sent with a line added or taken out; None where no button for such things was pressed."""
    if PRESS not in data:
        return None
    pressed, changed = data[PRESS], data.copy()
    if pressed.startswith(ADD) and (prefix := pressed.removeprefix(ADD)) in prefixes:
        changed[f"{prefix}-count"] = str(min(count_in(data, prefix, prefixes[prefix]) + 1, prefixes[prefix]))
        return changed
    prefix, _mark, number = pressed.removeprefix(REMOVE).rpartition("-")
    if pressed.startswith(REMOVE) and prefix in prefixes and number.isascii() and number.isdigit() and len(number) < 4:
        take_out(changed, prefix, int(number), count_in(data, prefix, prefixes[prefix]))
        return changed
    return changed


def take_out(data: QueryDict, prefix: str, number: int, count: int) -> None:
    """The lines behind it move up."""
    if number >= count:
        return
    lines = [line_of(data, f"{prefix}-{each}-") for each in range(count) if each != number]
    for name in [name for name in data if any(name.startswith(f"{prefix}-{each}-") for each in range(count))]:
        del data[name]
    for place, line in enumerate(lines):
        for name, values in line.items():
            data.setlist(f"{prefix}-{place}-{name}", values)
    data[f"{prefix}-count"] = str(count - 1)


def line_of(data: QueryDict, start: str) -> dict[str, list[str]]:
    return {name.removeprefix(start): data.getlist(name) for name in data if name.startswith(start)}


def required_text() -> str:
    return _("Please fill this in.")
