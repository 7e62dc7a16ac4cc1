"""Write rows as CSV that is safe to open in a spreadsheet."""

import csv
import io
import re
from collections.abc import Mapping, Sequence

Row = Mapping[str, str | int | float | bool | None]

# A spreadsheet evaluates cells that start with one of these characters. With a separator other than the comma, a cell
# may also start in the middle of one of these cells.
_FORMULA = re.compile(r"((?:^|[,;|\t\r\n])[\s\"']*)(?=[=+\-@＝＋－＠])")
_TORN = re.compile("[\ud800-\udfff\x00]")


def table_csv(rows: Sequence[Row]) -> str:
    """Write rows as CSV. Text that a spreadsheet would evaluate gets a leading apostrophe.

    Args:
        rows: Mappings with the same keys.

    Returns:
        A header line and one line per row; empty without rows.
    """
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    for number, row in enumerate(rows):
        if not number:
            writer.writerow(row)
        writer.writerow([safe_cell(value) if isinstance(value, str) else value for value in row.values()])
    return written.getvalue()


def spreadsheet(text: str) -> bytes:
    """Encode the `text` of a CSV file as UTF-8 with the byte order mark that spreadsheets need."""
    return text.encode("utf-8-sig")


def safe_cell(text: str) -> str:
    """Return the `text` as a cell that no spreadsheet evaluates."""
    safe = _FORMULA.sub(r"\1'", _TORN.sub("�", text))
    return f"'{safe}" if safe.startswith(("\t", "\r", "\n")) else safe
