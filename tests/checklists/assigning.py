"""People, skills and proposals for the tests of who serves what."""

from checklists.models import AssignmentProposal, StaffingNeed
from checklists.services.proposals import make_proposal, request_proposal
from staff.models import PersonSkill, Skill, User
from tests import factories
from tests.checklists.meetings import HOUR, on_shift

SERVICE = "service_staff"


def crew(site, now, number: int, *, hours: float = 12) -> list[User]:
    """So many servers, on shift from an hour ago."""
    people = [factories.make_user(f"crew{each}", SERVICE, site=site) for each in range(1, number + 1)]
    for user in people:
        on_shift(user, now - HOUR, hours)
    return people


def skill(code: str = "tea") -> Skill:
    return Skill.objects.get_or_create(code=code, defaults={"name_zh_hans": code, "name_en": code.title()})[0]


def knows(user: User, now, code: str = "tea", **fields) -> PersonSkill:
    facts = {"valid_from": now.date(), "granted_at": now} | fields
    return PersonSkill.objects.create(user=user, skill=skill(code), **facts)


def needs_skill(
    site, code: str = "tea", *, ground: str = "fact", value: str = "tea", role: str = SERVICE
) -> StaffingNeed:
    return StaffingNeed.objects.create(site=site, role=role, skill=skill(code), ground=ground, value=value)


def proposed(site, manager, now, **facts) -> AssignmentProposal:
    """Asked for and made."""
    terms = {"since": now.date(), "days": 1} | facts
    proposal = request_proposal(site=site, actor=manager, now=now, **terms)
    make_proposal(proposal_id=proposal.pk, now=now)
    proposal.refresh_from_db()
    return proposal


def chosen(proposal) -> dict[str, str | None]:
    """Room to username, for the service staff."""
    lines = proposal.lines.filter(role=SERVICE).select_related("booking__room", "user")
    return {line.booking.room.code: line.user and line.user.username for line in lines}


def line_in(proposal, room, role: str = SERVICE):
    return proposal.lines.get(booking__room=room, role=role)
