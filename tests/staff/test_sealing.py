"""Sealed addresses: readable with the key of the house, and with the one before it."""

import pytest

from staff.channels.outcomes import Outcome
from staff.channels.sealing import UnreadableError, derived_key, seal, unseal
from staff.channels.sending import trial_of_room
from staff.models import Channel
from tests.staff.ways_out import SECRET_PART, chat_of


def test_seal_hides_and_unseal_finds_again():
    sealed = seal("json://chat.example.com/x")

    assert b"example" not in sealed
    assert unseal(sealed) == "json://chat.example.com/x"
    assert unseal(memoryview(sealed)) == "json://chat.example.com/x"


def test_unseal_under_a_new_key_needs_the_old_one_beside_it(settings):
    sealed, old = seal("x"), settings.SECRET_KEY
    settings.SECRET_KEY = "new" * 20

    with pytest.raises(UnreadableError):
        unseal(sealed)

    settings.SECRET_KEY_FALLBACKS = [old]
    assert unseal(sealed) == "x"


def test_derived_key_differs_by_purpose():
    assert derived_key("s", "channels", 32) != derived_key("s", "web push", 32)


def test_stored_channel_holds_the_address_nowhere_in_the_clear(applicant, now):
    chat_of(applicant, now)

    row = Channel.objects.values().get()
    assert [name for name, value in row.items() if SECRET_PART in str(value)] == []
    assert SECRET_PART in unseal(row["sealed"])


def test_sending_to_what_cannot_be_unsealed_is_an_outcome(applicant, now, settings):
    channel = chat_of(applicant, now)
    settings.SECRET_KEY = "new" * 20

    assert trial_of_room(channel, "en")() == Outcome.UNREADABLE
