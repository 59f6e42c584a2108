"""The columns of a sheet of shifts, and how other roster products head theirs."""

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache

from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy

from rooms.sheet_columns import fields_of, known_headings

COLUMNS: dict[str, str | Promise] = {
    "username": gettext_lazy("User name"),
    "name": gettext_lazy("Name"),
    "on": gettext_lazy("Date"),
    "begins": gettext_lazy("From"),
    "ends": gettext_lazy("Until"),
    "times": gettext_lazy("Both times in one cell"),
    "pattern": gettext_lazy("Usual shift"),
    "is_on_call": gettext_lazy("on call"),
}
SYNONYMS = {
    "username": (
        *("user", "login", "account", "id", "employee id", "employee no", "staff id", "staff no", "用户名", "账号"),
        *(
            "登录名",
            "工号",
            "员工号",
            "员工编号",
            "人员编号",
            "用戶名",
            "帳號",
            "登入名",
            "工號",
            "員工號",
            "員工編號",
            "職員編號",
        ),
    ),
    "name": (
        *("full name", "employee", "employee name", "staff", "person", "worker", "姓名", "员工", "员工姓名", "人员"),
        *("服务员", "名字", "員工", "員工姓名", "人員", "職員", "同事", "服務員"),
    ),
    "on": (
        *(
            "day",
            "work date",
            "shift date",
            "日期",
            "班次日期",
            "排班日期",
            "工作日期",
            "上班日期",
            "值班日期",
            "出勤日期",
            "出勤日",
            "排班日",
            "上班日",
        ),
        *("更期", "當值日期"),
    ),
    "begins": (
        *("begin", "begins", "start", "start time", "shift start", "time in", "in", "上班", "上班时间", "开始", "起"),
        *("开始时间", "起始时间", "上班時間", "開始", "開始時間", "返工", "返工時間"),
    ),
    "ends": (
        *("to", "end", "ends", "end time", "shift end", "finish", "time out", "out", "下班", "下班时间", "结束", "止"),
        *("结束时间", "下班時間", "結束", "結束時間", "收工", "放工", "放工時間"),
    ),
    "times": (
        *(
            "time",
            "times",
            "hours",
            "working hours",
            "shift time",
            "时间",
            "时段",
            "班次时间",
            "上下班时间",
            "工作时间",
        ),
        *("時間", "時段", "上下班時間", "工作時間", "更時"),
    ),
    "pattern": (
        *("shift", "pattern", "shift name", "shift code", "shift type", "班次", "班别", "班种", "班次名称", "班次代码"),
        *("班別", "班次名稱", "班次代碼", "更", "更份", "更次"),
    ),
    "is_on_call": ("standby", "stand by", "备班", "待命", "听班", "備更", "候命"),
}


@lru_cache(maxsize=1)
def headings() -> dict[str, str]:
    return known_headings(COLUMNS, SYNONYMS)


def guessed(heads: Sequence[str], remembered: Mapping[str, str]) -> list[str]:
    return fields_of(heads, remembered, headings(), COLUMNS)


def lacking(chosen: Collection[str]) -> list[str]:
    """In words, what nobody could say of a row. A beginning may bring its day along."""
    has_times = "times" in chosen or {"begins", "ends"} <= {*chosen}
    found = {
        _("who works"): "username" in chosen or "name" in chosen,
        _("on which day"): "on" in chosen or "begins" in chosen,
        _("from when until when"): has_times or "pattern" in chosen,
    }
    return [words for words, is_said in found.items() if not is_said]


def is_plain(mapping: Collection[str]) -> bool:
    """Whether the headings say enough for a look at the rows without asking what they mean."""
    return "on" in mapping and not lacking(mapping)
