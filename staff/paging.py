"""Pages of long lists, for templates."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

PER_PAGE = 50


def page_of(request: HttpRequest, rows: QuerySet[Any], per_page: int = PER_PAGE) -> Page:
    """The page `?page=` asks for; anything that is not a page gives the nearest one."""
    return Paginator(rows, per_page).get_page(request.GET.get("page"))
