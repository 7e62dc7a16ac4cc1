"""Tables of rows as CSV that no spreadsheet runs."""

import csv
import io
import re
from collections.abc import Mapping, Sequence

Row = Mapping[str, str | int | float | bool | None]

# A spreadsheet runs what begins with one of these. Where it takes another separator than the comma, a cell may also
# begin in the middle of ours.
_FORMULA = re.compile(r"((?:^|[,;|\t\r\n])[\s\"']*)(?=[=+\-@＝＋－＠])")
_TORN = re.compile("[\ud800-\udfff\x00]")


def table_csv(rows: Sequence[Row]) -> str:
    """Rows of equal columns as CSV; words that a spreadsheet would run have an apostrophe before them."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    for number, row in enumerate(rows):
        if not number:
            writer.writerow(row)
        writer.writerow([safe_cell(value) if isinstance(value, str) else value for value in row.values()])
    return written.getvalue()


def spreadsheet(text: str) -> bytes:
    """CSV with the mark by which spreadsheets know UTF-8."""
    return text.encode("utf-8-sig")


def safe_cell(text: str) -> str:
    """Words as a cell that no spreadsheet runs."""
    safe = _FORMULA.sub(r"\1'", _TORN.sub("�", text))
    return f"'{safe}" if safe.startswith(("\t", "\r", "\n")) else safe
