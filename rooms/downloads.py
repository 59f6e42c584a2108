"""A table as a file that a browser keeps."""

from typing import TypeVar

from django.http import HttpResponseBase

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

R = TypeVar("R", bound=HttpResponseBase)


def attachment(response: R, name: str) -> R:
    """Not kept on the way: what it says of people is for whoever asked."""
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
