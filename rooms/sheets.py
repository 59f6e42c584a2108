"""Tables as files: cells that no programme takes for formulas, CSV that Excel opens as it should, XLSX."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

# A programme that opens the file would take such a cell for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
BOM = "\ufeff"
PIECE = 32_768


def quoted(text: str) -> str:
    clean = UNPRINTABLE.sub("", text)
    return f"'{clean}" if clean.startswith(FORMULA) else clean


def unquoted(text: str) -> str:
    """What `quoted` was given, as far as it can be told."""
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text


def text_csv(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Line by line, beginning with the mark by which Excel knows UTF-8."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write(BOM)
    writer.writerow(map(quoted, heads))
    for row in rows:
        writer.writerow(map(quoted, row))
        if buffer.tell() > PIECE:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def text_xlsx(title: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(sheet_name(title))
    # Before the first row, or a sheet that is only written never learns of them.
    sheet.freeze_panes = "A2"
    for number in range(1, len(heads) + 1):
        sheet.column_dimensions[get_column_letter(number)].width = 18
    sheet.append([bold(sheet, head) for head in heads])
    for row in rows:
        sheet.append([text_cell(sheet, text) for text in row])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def text_cell(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, quoted(text))
    # As text: a reference or a telephone number is no figure to count with.
    cell.number_format = "@"
    return cell


def bold(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, quoted(text))
    cell.font = Font(bold=True)
    return cell


def sheet_name(title: str) -> str:
    return re.sub(r"[\[\]:*?/\\]", " ", title)[:31] or "1"
