"""A cell's text as a day, a clock or a yes; raises `ValueError` with the code of what is wrong."""

import re
from datetime import date, time

YES = frozenset(["1", "y", "yes", "true", "x", "on", "✓", "√", "是", "有", "要", "需要", "true"])
NO = frozenset(["0", "n", "no", "false", "off", "×", "-", "否", "无", "無", "不", "不要", "不需要"])
DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
# What a sheet adds to a date and a date does not need: midnight, the weekday.
AFTER_DATE = re.compile(r"\s+0?0:00(:00)?$|\s*[(（]?(周|週|星期|礼拜|禮拜)[一二三四五六日天][)）]?$")
CLOCK = re.compile(r"(\d{1,2})[:：时時點点](\d{2})?(?:[:：]\d{2}(?:\.\d+)?)?分?")
# A time without its colon, and without the zero before it where a sheet took it for a number.
DIGITS = re.compile(r"(\d{1,2})(\d{2})", re.ASCII)
# A time as a sheet counts it: the part of the day that has gone by.
PART_OF_DAY = re.compile(r"0?\.\d+", re.ASCII)


def switch(text: str) -> bool:
    word = text.casefold()
    if word in YES:
        return True
    if word in NO or not word:
        return False
    raise ValueError("not_yes_or_no")


def day(text: str) -> date:
    text = AFTER_DATE.sub("", text)
    found = DATE.fullmatch(text)
    try:
        return date(*map(int, found.groups())) if found else date.fromisoformat(text)
    except ValueError:
        raise ValueError("not_a_date") from None


def clock(text: str) -> time:
    if PART_OF_DAY.fullmatch(text):
        minutes = round(float(text) * 24 * 60)
        return time(minutes // 60 % 24, minutes % 60)
    found = CLOCK.fullmatch(text) or DIGITS.fullmatch(text)
    try:
        at = time(int(found[1]), int(found[2] or 0)) if found else time.fromisoformat(text)
    except ValueError:
        raise ValueError("not_a_time") from None
    if at.tzinfo:
        raise ValueError("not_a_time")
    return at
