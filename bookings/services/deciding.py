"""Setting up how a site decides: approvers, approval rules, policy and common reasons, each logged with the site."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from bookings.deciders import APPROVING
from bookings.errors import BookingError, InvalidBooking
from bookings.models import ApprovalRule, Approver, BookingPolicy, DeclineReason
from bookings.policy import FIELDS
from bookings.services.validation import check_text
from rooms.models import Room, Site
from rooms.services.log import record
from staff.models import User

MOST_REASONS = 20
KINDS = {"approver": Approver, "rule": ApprovalRule, "policy": BookingPolicy, "reason": DeclineReason}
LOGGED = {"approver": "approver", "rule": "approval_rule", "policy": "booking_policy", "reason": "decline_reason"}


@transaction.atomic
def add_approver(*, site: Site, room: Room | None, user: User, actor: User, now: datetime) -> Approver:
    """Name somebody who decides on the room, or without one on the whole site; twice changes nothing."""
    if user.site_id != site.pk or not user.is_active or not user.has_role(*APPROVING):
        raise InvalidBooking.of("user", "cannot_decide")
    approver, is_new = Approver.objects.get_or_create(site=site, room=room, user=user)
    if is_new:
        record(
            site=site, room=room, verb="approver_added", changes={"approver": [None, str(user)]}, actor=actor, now=now
        )
    return approver


@transaction.atomic
def add_rule(
    *,
    site: Site,
    rooms: Iterable[Room],
    most_people: int | None,
    host_department: str,
    kinds: Iterable[str],
    actor: User,
    now: datetime,
) -> ApprovalRule:
    """A rule without any condition would approve everything: it is refused."""
    chosen, host = list(rooms), check_text("host_department", host_department, limit=80, required=False)
    facts: dict[str, Any] = {"most_people": most_people, "host_department": host, "kinds": list(kinds)}
    if not (chosen or any(facts.values())):
        raise InvalidBooking.of("most_people", "rule_without_condition")
    rule = ApprovalRule.objects.create(site=site, created_by=actor, created_at=now, **facts)
    rule.rooms.set(chosen)
    record(
        site=site, room=None, verb="approval_rule_added", changes={"rule": [None, f"#{rule.pk}"]}, actor=actor, now=now
    )
    return rule


@transaction.atomic
def set_policy(*, site: Site, room: Room | None, bounds: dict[str, Any], actor: User, now: datetime) -> BookingPolicy:
    """The bounds of a room, or without one of the site; those left open fall to the site, then to nobody."""
    # Two who set the same line at once come one after the other.
    Site.objects.select_for_update(no_key=True).get(pk=site.pk)
    policy = BookingPolicy.objects.filter(site=site, room=room).first() or BookingPolicy(site=site, room=room)
    old = {name: getattr(policy, name) for name in FIELDS}
    if bounds["opens_at"] and bounds["closes_at"] and bounds["opens_at"] >= bounds["closes_at"]:
        raise InvalidBooking.of("closes_at", "end_before_start")
    if not any(value is not None for value in bounds.values()):
        raise InvalidBooking.of("longest_minutes", "policy_without_bound")
    changes = {name: [_plain(old[name]), _plain(bounds[name])] for name in FIELDS if old[name] != bounds[name]}
    for name in FIELDS:
        setattr(policy, name, bounds[name])
    policy.save()
    if changes:
        record(site=site, room=room, verb="booking_policy_set", changes=changes, actor=actor, now=now)
    return policy


@transaction.atomic
def add_reason(*, site: Site, texts: dict[str, str], actor: User, now: datetime) -> DeclineReason:
    """One in Simplified Chinese at least; the other languages fall back to it."""
    limit = 120
    tidy = {name: check_text(name, text, limit=limit, required=name == "text_zh_hans") for name, text in texts.items()}
    count = site.decline_reasons.count()
    if count >= MOST_REASONS:
        raise InvalidBooking.of("text_zh_hans", "too_many", limit=MOST_REASONS)
    reason = DeclineReason.objects.create(site=site, position=count, **tidy)
    record(
        site=site,
        room=None,
        verb="decline_reason_added",
        changes={"reason": [None, reason.text_zh_hans]},
        actor=actor,
        now=now,
    )
    return reason


@transaction.atomic
def remove_setting(*, site: Site, what: str, pk: int, actor: User, now: datetime) -> None:
    """Take one of them away; decisions made by it stand. Raises `setting_gone`."""
    rows: Any = KINDS[what]
    row = rows.objects.select_for_update(of=("self",)).filter(site=site, pk=pk).first()
    if row is None:
        raise BookingError("setting_gone")
    record(
        site=site,
        room=getattr(row, "room", None),
        verb=f"{LOGGED[what]}_removed",
        changes={what: [str(row), None]},
        actor=actor,
        now=now,
    )
    row.delete()


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, int) else f"{value:%H:%M}"
