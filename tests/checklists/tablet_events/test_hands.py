"""Whose tap it is, whoever carries it."""

from datetime import timedelta

from checklists.models import TabletEvent, Tick
from staff.models import User
from tests.checklists.meetings import HOUR, step_of
from tests.checklists.pages import signed_in
from tests.checklists.tablet_events.saying import at_length, said
from tests.checklists.tablets import Tablet, sealed


def test_colleague_carries_what_waits_and_is_not_credited(tablet, pour, server, colleague, now, time_machine):
    event = tablet.tick(pour, at=now)
    at_length(time_machine, now + HOUR)

    (verdict,) = tablet.send(event, client=signed_in(colleague))

    pour.refresh_from_db()
    row = TabletEvent.objects.get()
    assert (verdict["verdict"], pour.done_by, row.by, row.carried_by) == ("applied", server, server, colleague)


def test_nobody_taps_for_a_colleague(tablet, pour, colleague, now):
    """Neither with the key of another word, nor with a changed body, nor without a signature, nor with an old word."""
    event, theirs = tablet.tick(pour, at=now), Tablet(colleague, now)
    changed = event["body"].replace(str(pour.pk), str(pour.pk + 1))
    forged = [
        event | {"sign": sealed(event["body"], theirs.hand)["sign"]},
        event | {"body": changed},
        event | {"sign": ""},
        event | {"who": event["who"] + "x"},
        event | {"who": theirs.hand.word},
    ]

    verdicts = theirs.send(*forged)

    assert set(said(verdicts)) == {("refused", "unknown_hand")}
    assert (Tick.objects.count(), TabletEvent.objects.count()) == (0, 0)


def test_page_that_cannot_sign_speaks_for_whoever_is_signed_in(tablet, pour, server, now):
    (verdict,) = tablet.send(tablet.tick(pour, at=now) | {"sign": ""})

    assert (verdict["verdict"], TabletEvent.objects.get().by) == ("applied", server)


def test_word_too_old_is_refused(tablet, pour, now, time_machine):
    event = tablet.tick(pour, at=now)
    at_length(time_machine, now + timedelta(days=31))

    assert said(tablet.send(event)) == [("refused", "unknown_hand")]


def test_word_of_the_secret_before_still_counts(pour, server, now, settings):
    settings.SECRET_KEY, before = "another-" * 8, settings.SECRET_KEY
    settings.SECRET_KEY_FALLBACKS = [before]
    settings.SECRET_KEY, after = before, settings.SECRET_KEY
    tablet = Tablet(server, now)
    event = tablet.tick(pour, at=now)
    settings.SECRET_KEY, tablet.client = after, None

    assert said(tablet.send(event, client=signed_in(server))) == [("applied", "")]


def test_account_closed_meanwhile_is_refused_and_kept(tablet, pour, server, colleague, now):
    event = tablet.tick(pour, at=now)
    User.objects.filter(pk=server.pk).update(is_active=False)

    (verdict,) = tablet.send(event, client=signed_in(colleague))

    assert (verdict["code"], verdict["say"]) == ("account_closed", "The account it was tapped with is closed.")
    assert TabletEvent.objects.get().by == server


def test_same_op_by_another_person_is_refused(tablet, pour, colleague, now):
    event, theirs = tablet.tick(pour, at=now), Tablet(colleague, now)
    tablet.send(event)

    assert said(theirs.send(sealed(event["body"], theirs.hand))) == [("refused", "op_used")]


def test_step_of_another_role_or_site_is_refused(booking, cleaner, stranger, now):
    for user, code in ((cleaner, "not_yours"), (stranger, "unknown_step")):
        tablet = Tablet(user, now)
        assert said(tablet.send(tablet.tick(step_of(booking, "P13"), at=now))) == [("refused", code)]
