"""The columns of an import and an export: their names, and which heading of a foreign sheet means which."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bookings.models import Booking
from rooms.sheet_columns import fields_of, known_headings


def label_of(name: str) -> Any:
    field: Any = Booking._meta.get_field(name)
    return field.verbose_name


COLUMNS: dict[str, str | Promise] = {
    "ref": _("booking number"),
    "external_id": _("external number"),
    "room": _("room"),
    "title": label_of("title"),
    "date": _("date"),
    "start": _("start"),
    "end": _("end"),
    "headcount": label_of("headcount"),
    "applicant": _("applicant (sign-in name)"),
    **{
        name: label_of(name)
        for name in (
            *("host_department", "contact_name", "contact_phone", "layout", "kind", "purpose", "is_private"),
            *("secrecy", "tea", "coffee", "water", "fruit", "flowers", "flags", "name_plates", "stationery"),
            *("materials", "sign_in", "equipment", "microphones", "foreign_countries", "curtains", "temperature"),
            "wishes",
        )
    },
}
NEEDED = ("room", "title", "start", "end", "headcount")
# How other systems head their sheets; the product's own names are known in every language besides.
SYNONYMS = {
    "ref": ("ref", "reference"),
    "external_id": ("id", "oa id", "no", "编号", "申请编号", "流水号", "单号", "編號", "申請編號", "流水號", "單號"),
    "room": ("location", "meeting room", "会议室", "房间", "地点", "會議室", "房間", "地點"),
    "title": ("title", "subject", "meeting", "主题", "会议主题", "会议名称", "議題", "主題", "會議主題", "會議名稱"),
    "date": ("day", "日期", "会议日期", "會議日期"),
    "start": ("from", "begin", "start time", "开始", "开始时间", "起始时间", "開始", "開始時間", "起始時間"),
    "end": ("until", "to", "end time", "finish", "结束", "结束时间", "結束", "結束時間"),
    "headcount": ("people", "attendees", "人数", "参会人数", "人數", "與會人數", "出席人數"),
    "applicant": ("applicant", "user", "requested by", "申请人", "申请人账号", "申請人", "申請人帳號"),
    "host_department": ("department", "host", "部门", "主办部门", "申请部门", "部門", "主辦部門", "申請部門"),
    "contact_name": ("contact", "联系人", "聯絡人", "聯繫人"),
    "contact_phone": ("phone", "telephone", "mobile", "电话", "联系电话", "手机", "電話", "聯絡電話", "手機"),
    "layout": ("tables", "桌型", "布局", "摆台", "佈局", "擺台"),
    "kind": ("kind", "type", "会议类型", "會議類型"),
    "is_private": ("private", "保密", "不公开", "不公開"),
    "secrecy": ("secrecy", "密级", "密級"),
    "equipment": ("devices", "设备", "設備"),
    "wishes": ("remarks", "notes", "comment", "备注", "其他要求", "備註", "其他要求"),
}


@lru_cache(maxsize=1)
def headings() -> dict[str, str]:
    return known_headings(COLUMNS, SYNONYMS)


def guessed(heads: Sequence[str], remembered: Mapping[str, str]) -> list[str]:
    return fields_of(heads, remembered, headings(), COLUMNS)


def lacking(chosen: Sequence[str]) -> list[str]:
    """In words, what a request needs and no column says."""
    return [str(COLUMNS[name]) for name in NEEDED if name not in chosen]
