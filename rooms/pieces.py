"""Small pieces of pages as text: where one stands many times on a page, an include costs ten times as much."""

from functools import lru_cache
from html import escape

from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe


@lru_cache(1024)
def icon(name: str, css: str = "") -> SafeString:
    kind = f"icon {escape(css)}" if css else "icon"
    return mark_safe(  # noqa: S308 - escaped
        f'<svg class="{kind}" aria-hidden="true" focusable="false">'
        f'<use href="{static("vendor/bootstrap-icons.svg")}#{escape(name)}"/></svg>'
    )


@lru_cache(256)
def status_mark(status: str, label: str) -> SafeString:
    """The state of a booking in shape and word, as `includes/status.html` draws it."""
    return mark_safe(  # noqa: S308 - escaped
        f'<span class="status status-{escape(status)}"><svg aria-hidden="true" focusable="false">'
        f'<use href="{static("img/status.svg")}#{escape(status)}"/></svg>{escape(label)}</span>'
    )


def mark(kind: str, sign: str, words: str) -> str:
    """A word with its sign; `words` are safe already."""
    return f'<span class="mark{f" mark-{kind}" if kind else ""}">{icon(sign) if sign else ""}{words}</span>'
