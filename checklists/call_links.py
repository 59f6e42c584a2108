"""The signed address on the card of a table: it opens the calls of one booking in one room, and nothing else."""

from dataclasses import dataclass

from django.core import signing

SALT = "checklists.service_call"


@dataclass(frozen=True)
class CardKey:
    booking_id: int
    # A card that stayed behind in the old room must not call people to the new one.
    room_id: int


def call_token(booking_id: int, room_id: int) -> str:
    return signing.dumps([booking_id, room_id], salt=SALT)


def card_key_of(token: str) -> CardKey | None:
    """What a token opens, or None when it is forged or mangled."""
    try:
        booking_id, room_id = signing.loads(token, salt=SALT)
        return CardKey(int(booking_id), int(room_id))
    except (signing.BadSignature, ValueError, TypeError):
        return None
