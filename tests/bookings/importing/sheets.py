"""Sheets as offices send them, and what is done with an import on its pages."""

import io

from openpyxl import Workbook

HEADS = ["编号", "会议室", "主题", "日期", "开始时间", "结束时间", "人数", "部门", "联系人", "桌型", "茶"]
ROW = ["OA-1", "108", "季度会", "2026-11-24", "09:00", "11:00", "10", "市场部", "王敏", "U形", "是"]
FIELDS = [
    *("external_id", "room", "title", "date", "start", "end", "headcount"),
    *("host_department", "contact_name", "layout", "tea"),
]


def csv_of(*rows, heads=HEADS, encoding="utf-8-sig"):
    return "\r\n".join(",".join(row) for row in [heads, *rows]).encode(encoding)


def row(**changes):
    values = dict(zip(FIELDS, ROW, strict=True)) | changes
    return [values[name] for name in FIELDS]


def xlsx_of(*rows):
    book, stream = Workbook(), io.BytesIO()
    for each in rows:
        book.active.append(each)
    book.save(stream)
    return stream.getvalue()


def tried(page, run, **mapping):
    fields = {f"column_{number}": name for number, name in enumerate(run.mapping)} | mapping
    page.post(f"/bookings/import/{run.pk}/", fields)
    run.refresh_from_db()
    return run


def start(page, run, mode="all"):
    page.post(f"/bookings/import/{run.pk}/start/", {"mode": mode})
    run.refresh_from_db()
    return run


def verdicts(run):
    return [each["verdict"] for each in run.outcome]
