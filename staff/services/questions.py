"""The bank of questions."""

import tomllib
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from staff.models import Question
from staff.programmes import DATA, columns

TEXTS = ("text_zh_hans", "text_zh_hant", "text_en")
FIELDS = (*TEXTS, "site", "kind", "topic", "options", "key", "points", "is_active")


def save_question(*, question: Question, fields: Mapping[str, Any]) -> Question:
    """Papers drawn before keep the question as it was."""
    for name in FIELDS:
        if name in fields:
            setattr(question, name, fields[name])
    question.save()
    return question


@transaction.atomic
def add_shipped_questions() -> int:
    """Those that came with the product and are not there yet, for the whole organisation; answers how many."""
    rows = tomllib.loads((DATA / "questions.toml").read_text(encoding="utf-8"))["question"]
    known = set(Question.objects.exclude(code=None).values_list("code", flat=True))
    missing = [row for row in rows if row["code"] not in known]
    Question.objects.bulk_create([shipped(row) for row in missing], ignore_conflicts=True)
    return len(missing)


def shipped(row: Mapping[str, Any]) -> Question:
    facts = {name: row[name] for name in ("code", "topic", "kind", "options", "key", "points") if name in row}
    return Question(**facts, **columns("text", row["text"]))
