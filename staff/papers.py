"""Papers without tables: how a question is put on one, what an answer is, and what it is worth."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

CHOICES = ("single", "multiple")
LONGEST = 4000


def content_of(
    *, kind: str, text: Mapping[str, str], options: Sequence[Mapping[str, str]], key: Any, points: int, random: Random
) -> dict[str, Any]:
    """The question as it stands now, its options in an order of their own and the key beside it in the same."""
    order = list(range(len(options)))
    random.shuffle(order)
    if kind in CHOICES:
        key = sorted(order.index(place) for place in key)
    shown = [options[place] for place in order]
    return {"kind": kind, "text": dict(text), "options": shown, "key": key, "points": points}


def clean_answer(content: Mapping[str, Any], sent: Sequence[str]) -> Any:
    """What may be stored of what was sent; None is no answer, and what is no choice is left out."""
    kind = content["kind"]
    if kind == "text":
        # A NUL is no character a database would keep.
        return (sent[0] if sent else "").replace("\x00", "").strip()[:LONGEST] or None
    if kind == "true_false":
        return {"true": True, "false": False}.get(sent[0] if sent else "")
    known = {str(place): place for place in range(len(content["options"]))}
    places = sorted({known[each] for each in sent if each in known})
    return (places[:1] if kind == "single" else places) or None


def worth(content: Mapping[str, Any], answer: Any) -> int | None:
    """All points or none; None where a person has to read it."""
    if content["kind"] == "text":
        return None if answer else 0
    return content["points"] if answer is not None and answer == content["key"] else 0


def percent_of(given: Sequence[int], points: Sequence[int]) -> int:
    """Rounded down, so that nobody passes by rounding."""
    return sum(given) * 100 // sum(points) if sum(points) else 0
