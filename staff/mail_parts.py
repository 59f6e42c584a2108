"""What other apps add to the mail of a notice: a part of its own kind, made when the mail is sent."""

from collections.abc import Callable
from dataclasses import dataclass

from staff.models import Notice


@dataclass(frozen=True)
class MailPart:
    """A calendar's invitation: shown by mail programs as one, and kept as a file by all others."""

    content: str
    mimetype: str
    filename: str


Maker = Callable[[Notice, str], MailPart | None]

_makers: dict[str, Maker] = {}


def register_part(codes: tuple[str, ...], maker: Maker) -> None:
    """The maker gets the notice and its reader's language; None adds nothing."""
    _makers.update(dict.fromkeys(codes, maker))


def parts_of(notices: list[Notice], language: str) -> list[MailPart]:
    """Of several notices about one thing the last says how it stands; the same file is added once."""
    found = {part.filename: part for notice in notices if (part := part_of(notice, language))}
    return list(found.values())


def part_of(notice: Notice, language: str) -> MailPart | None:
    maker = _makers.get(notice.code)
    return maker(notice, language) if maker else None
