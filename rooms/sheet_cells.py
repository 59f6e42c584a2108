"""A cell's text as a day, a clock or a yes; raises `ValueError` with the code of what is wrong."""

import re
from datetime import date, time

YES = frozenset(["1", "y", "yes", "true", "x", "on", "✓", "√", "是", "有", "要", "需要", "true"])
NO = frozenset(["0", "n", "no", "false", "off", "×", "-", "否", "无", "無", "不", "不要", "不需要"])
DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
CLOCK = re.compile(r"(\d{1,2})[:：时點点](\d{2})?(?::\d{2}(?:\.\d+)?)?分?")


def switch(text: str) -> bool:
    word = text.casefold()
    if word in YES:
        return True
    if word in NO or not word:
        return False
    raise ValueError("not_yes_or_no")


def day(text: str) -> date:
    found = DATE.fullmatch(text)
    try:
        return date(*map(int, found.groups())) if found else date.fromisoformat(text)
    except ValueError:
        raise ValueError("not_a_date") from None


def clock(text: str) -> time:
    found = CLOCK.fullmatch(text)
    try:
        return time(int(found[1]), int(found[2] or 0)) if found else time.fromisoformat(text)
    except ValueError:
        raise ValueError("not_a_time") from None
