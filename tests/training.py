"""Courses, runs and examinations for tests, made by the services."""

from typing import Any

from staff.models import Skill


def training_of(person: Any, now: Any) -> dict[str, Any]:
    """One of everything of training that an address may name."""
    return {"skill": Skill.objects.create(code="x", name_zh_hans="茶艺")}
