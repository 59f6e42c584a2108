"""Refusals of the rooms services, by code."""

from typing import Any


class RoomsError(Exception):
    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params
