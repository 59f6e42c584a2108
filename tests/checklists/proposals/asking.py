"""What the tests of proposals ask again and again."""

import pytest

from checklists.errors import ChecklistError
from checklists.selectors.rostering import roster_problem
from checklists.services.proposals import (
    apply_proposal,
)


def apply(proposal, manager, now):
    return apply_proposal(proposal_id=proposal.pk, actor=manager, now=now)


def refused(call, *args, **facts):
    with pytest.raises(ChecklistError) as error:
        call(*args, **facts)
    return error.value.code


def problem_of(site, now, **facts):
    return roster_problem(site=site, since=now.date(), days=1, now=now, **facts).problem
