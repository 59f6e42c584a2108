"""What the services of this app refuse, as codes; the wording stands in messages.py."""

from typing import Any


class ChecklistError(Exception):
    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


class InvalidTick(ChecklistError):  # noqa: N818 - named like the form error it becomes
    """A result that does not fit what the step asks for: codes by field."""

    def __init__(self, errors: dict[str, list[str]], **params: Any) -> None:
        super().__init__("invalid_tick", **params)
        self.errors = errors
