"""A file as a table of texts: CSV in the encodings that offices use, or the first sheet of an XLSX."""

import csv
import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from openpyxl import load_workbook

from rooms.errors import RoomsError
from rooms.sheets import unquoted

LARGEST = 5 * 1024 * 1024
# An XLSX is packed: a small file may hold a sheet that fills the memory.
LARGEST_UNPACKED = 60 * 1024 * 1024
MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 2000, 80, 2000
ENCODINGS = ("utf-8-sig", "gb18030", "utf-16")
SEPARATORS = ",;\t，"


@dataclass(frozen=True)
class Sheet:
    heads: list[str]
    rows: list[list[str]]


def read_sheet(content: bytes) -> Sheet:
    """Raises `RoomsError`: `import_too_large`, `import_unreadable`, `import_empty`, `import_too_many`."""
    if len(content) > LARGEST:
        raise RoomsError("import_too_large", megabytes=LARGEST // 1024**2)
    lines = xlsx_lines(content) if content.startswith(b"PK") else csv_lines(content)
    filled = [[tidy(cell) for cell in line] for line in lines]
    filled = [line for line in filled if any(line)]
    if len(filled) < 2:
        raise RoomsError("import_empty")
    width = max(index + 1 for line in filled for index, cell in enumerate(line) if cell)
    if len(filled) - 1 > MOST_ROWS or width > MOST_COLUMNS:
        raise RoomsError("import_too_many", rows=MOST_ROWS, columns=MOST_COLUMNS)
    table = [(line + [""] * width)[:width] for line in filled]
    return Sheet(table[0], table[1:])


def csv_lines(content: bytes) -> list[list[str]]:
    text = decoded(content)
    head = text.partition("\n")[0]
    separator = max(SEPARATORS, key=head.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as exc:
        raise RoomsError("import_unreadable") from exc


def decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: Iterable[str] = ("utf-16",)
    else:
        encodings = ENCODINGS[:2]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise RoomsError("import_unreadable")


def xlsx_lines(content: bytes) -> list[list[str]]:
    try:
        refuse_bomb(content)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        try:
            rows = book.worksheets[0].iter_rows(max_row=MOST_ROWS + 100, max_col=MOST_COLUMNS + 1, values_only=True)
            return [[as_text(cell) for cell in row] for row in rows]
        finally:
            book.close()
    except RoomsError:
        raise
    except Exception as exc:  # a damaged file stumbles anywhere in the reader
        raise RoomsError("import_unreadable") from exc


def refuse_bomb(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        if sum(each.file_size for each in packed.infolist()) > LARGEST_UNPACKED:
            raise RoomsError("import_too_large", megabytes=LARGEST // 1024**2)


def as_text(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, bool) or (isinstance(value, float) and value.is_integer()):
        return str(int(value))
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)


def tidy(cell: str) -> str:
    # Beyond the longest field of a form, yet short enough to be told as too long.
    return unquoted(cell.replace("\x00", "").strip())[:LONGEST_CELL]
